"""The public directories: who may inspect, who may be inspected; what is shown is policy."""

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter
from fastapi.responses import Response

from coordinator.domain.registers.acts import RegisterKind
from coordinator.services.ports import Work
from coordinator.web.console.registers.fields import field_label, field_words
from coordinator.web.language import later
from coordinator.web.lists import Column, Listed, ListSpec, ListView, Paged, answer
from coordinator.web.names import Names, load_names
from coordinator.web.public.frame import OnSite, Site

if TYPE_CHECKING:
    from coordinator.domain.registers import InspectionObject, Inspector

router = APIRouter()

_ON_DUTY = "active"
_SEARCHED_OBJECTS = ("name", "object_id", "address")
_SEARCHED_INSPECTORS = ("name", "certificate_number", "section")


@router.get("/inspectors")
async def inspectors(site: OnSite) -> Response:
    """List the inspectors on duty: name, unit and certificate, or what the policy makes public."""
    async with site.reading() as work:
        fields = work.policy.registers.public_inspectors
        spec: ListSpec[Inspector] = ListSpec(
            title=later("执法检查人员名录"),
            columns=await _columns(work, RegisterKind.INSPECTORS, fields),
            fixed={"status": _ON_DUTY},
            exports=False,
            order="name" if "name" in fields else "",
            empty=later("名录还没有公布人员。"),
            search_label=later("姓名或执法证号"),
            search_in=tuple(each for each in _SEARCHED_INSPECTORS if each in fields),
        )
        return await _show(site, work, work.inspectors, spec, "public/inspectors.html")


@router.get("/objects")
async def objects(site: OnSite) -> Response:
    """List the objects that may be drawn; no class, grading, person or telephone."""
    async with site.reading() as work:
        fields = work.policy.registers.public_objects
        spec: ListSpec[InspectionObject] = ListSpec(
            title=later("检查对象名录"),
            columns=await _columns(work, RegisterKind.OBJECTS, fields),
            exports=False,
            order="name" if "name" in fields else "",
            empty=later("名录还没有公布对象。"),
            search_label=later("名称或代码"),
            search_in=tuple(each for each in _SEARCHED_OBJECTS if each in fields),
        )
        return await _show(site, work, work.objects, spec, "public/objects.html")


async def _columns(work: Work, kind: RegisterKind, fields: tuple[str, ...]) -> list[Column[Any]]:
    regions = {}
    if "region" in fields:
        regions = {each.code: each.name for each in await work.regions.where()}
    return [_column(kind, each, regions) for each in fields]


def _column(kind: RegisterKind, field: str, regions: dict[str, str]) -> Column[Any]:
    """Give the column of a public field in words: departments and districts by name."""

    def words(value: Any, names: Names) -> str:
        stored = getattr(value, field)
        if field == "region" and stored in regions:
            return regions[stored]
        return field_words(kind, field, stored, names)

    code = field in ("object_id", "certificate_number", "industry")
    return Column(field_label(kind, field), words, "code" if code else "text")


async def _show(
    site: Site, work: Work, collection: Paged[Any], spec: ListSpec[Any], template: str
) -> Response:
    """Show a directory, or that the rules in force make none public; nothing is exported whole."""
    names = await load_names(work)
    if not spec.columns:
        return site.show(template, view=None, names=names)
    listed = Listed(collection=collection, spec=spec, names=names, documents=site.parts.documents)
    found = await answer(listed, site.request)
    if not isinstance(found, ListView):
        return found
    return site.show(template, view=found, names=names)
