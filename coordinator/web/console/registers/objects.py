"""The directory of inspected objects: the list, and one page per object."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from coordinator.domain.dispatch import Visit
from coordinator.domain.registers import InspectionObject
from coordinator.domain.registers.acts import RegisterKind
from coordinator.services.ports import Actor, Query, Role, Work
from coordinator.services.registers.contacts import show_contact
from coordinator.web.console.frame import Console, InConsole
from coordinator.web.console.registers.fields import blank_filter
from coordinator.web.console.registers.history import Entry, load_history
from coordinator.web.identity import require_same_site, require_token
from coordinator.web.language import _, later
from coordinator.web.lists import Column, Filter, ListSpec
from coordinator.web.names import Names, load_names
from coordinator.web.pages import bare_code
from coordinator.web.reach import open_rounds, visits_of
from coordinator.web.words import state, states_of

router = APIRouter()

SHOWN_OF_A_KIND = 20


@dataclass(frozen=True)
class Related:
    """Objects that belong together: the first of them, how many in all, and where all are."""

    values: Sequence[InspectionObject]
    total: int
    href: str


@dataclass(frozen=True, kw_only=True)
class ObjectView:
    """One object with all that its page shows; `visits` go with the items checked there."""

    value: InspectionObject
    owner: InspectionObject | None
    premises: Related
    neighbours: Related
    visits: Sequence[tuple[Visit, Sequence[str]]]
    history: Sequence[Entry]


def object_page(object_id: str) -> str:
    """Give where an object's page is; ids may hold any sign but blank and comma."""
    return "/console/registers/objects/" + quote(object_id, safe=":")


def object_spec() -> ListSpec[InspectionObject]:
    """Give the list of objects; persons and phones stay out."""
    return ListSpec(
        title=later("检查对象名录库"),
        columns=(
            Column(
                later("检查对象"),
                "name",
                "strong",
                href=lambda each: object_page(each.object_id),
                note=lambda each, _names: bare_code(each.object_id),
                order="name",
            ),
            Column(later("种类"), lambda each, _names: state("object-kind", each.kind).word),
            Column(
                later("地址、区划与行业"),
                "address",
                note=lambda each, _names: f"{each.region or '—'} · {each.industry or '—'}",
                order="region",
            ),
            Column(later("监管标签"), lambda each, _names: _("、").join(each.tags)),
            Column(
                later("信用风险"), lambda each, _names: each.risk_class or "—", order="risk_class"
            ),
            Column(later("状态"), "status", "state:object-status"),
        ),
        filters=_filters(),
        empty=later("还没有检查对象。"),
        empty_next=later("上传一份名录，或用 onevisit import objects 导入。"),
        search_label=later("名称、代码或地址"),
        search_in=("name", "object_id", "address"),  # else a telephone could be found by guessing
    )


def _filters() -> tuple[Filter, ...]:
    lists = [
        *((f"supervision_list={code}", word) for code, word in states_of("supervision-list")),
        ("abnormal_list=true", _("经营异常名录")),
        ("serious_list=true", _("严重违法失信名单")),
    ]
    return (
        Filter("kind", later("全部种类"), states_of("object-kind")),
        Filter("status", later("全部状态"), states_of("object-status")),
        Filter("risk_class", later("全部信用风险"), [(each, each) for each in "ABCD"]),
        Filter("key_unit", later("重点与一般单位"), [("true", _("重点单位"))]),
        Filter("on_list", later("全部名单"), lists, "given"),
        blank_filter(RegisterKind.OBJECTS),
        Filter("region", later("区划代码"), typed=True),
        Filter("tags", later("监管标签"), how="contains", typed=True),
        Filter("owner", later("所属主体"), typed=True, aside=True),
        Filter("place", later("场所"), typed=True, aside=True),
    )


@router.get("/console/registers/objects")
async def objects(console: InConsole) -> Response:
    """List the inspection objects; persons and phones stay in notices."""
    async with console.reading() as work:
        return await console.show_list(
            work,
            work.objects,
            object_spec(),
            intro=_("信用风险分类只供内部参考，从不公开。联系人和电话只出现在通知书上。"),
            acts=console.buttons("add-object"),
        )


@router.get("/console/registers/objects/{object_id:path}")
async def one_object(object_id: str, console: InConsole) -> Response:
    """Show one object; who is responsible and their phone stay masked."""
    return await _show(console, object_id, contact=None)


@router.post("/console/registers/objects/{object_id:path}")
async def contact(
    object_id: str,
    request: Request,
    console: InConsole,
    purpose: Annotated[str, Form()] = "",
    csrf: Annotated[str, Form()] = "",
) -> Response:
    """Show whom to call, on record: who looked, at whom, and what for."""
    require_same_site(request)
    require_token(console.person, csrf)
    async with console.parts.open_work(console.actor) as work:
        found = await show_contact(work, object_id, purpose)
    return await _show(console, object_id, contact=found)


async def _show(console: Console, object_id: str, *, contact: InspectionObject | None) -> Response:
    async with console.reading() as work:
        names = await load_names(work)
        view = await _view(work, console.actor, object_id, names)
        return await console.show(
            work,
            "registers/object.html",
            names=names,
            view=view,
            each=view.value,
            contact=contact,
            may_see_contact=console.actor.role is Role.OFFICE,
            object_page=object_page,
            acts=console.buttons("edit-object", "remove-object", object_id=object_id),
        )


async def _view(work: Work, actor: Actor, object_id: str, names: Names) -> ObjectView:
    value = await work.objects.get(object_id)
    owner = await work.objects.find(value.owner) if value.owner else None
    return ObjectView(
        value=value,
        owner=owner,
        premises=await _related(work, value, owner=value.object_id),
        neighbours=await _related(work, value, place=value.place),
        visits=await _visits(work, actor, value),
        history=await load_history(work, RegisterKind.OBJECTS, value.object_id, names),
    )


async def _related(work: Work, value: InspectionObject, **equals: str) -> Related:
    """Give other objects that share a field with this one."""
    found = await work.objects.page(Query(equals=equals, limit=SHOWN_OF_A_KIND + 1))
    others = [each for each in found.values if each.object_id != value.object_id]
    ((name, wanted),) = equals.items()
    itself = getattr(value, name) == wanted
    return Related(
        others[:SHOWN_OF_A_KIND],
        found.total - itself,
        f"/console/registers/objects?{name}={quote(wanted, safe=':')}",
    )


async def _visits(
    work: Work, actor: Actor, value: InspectionObject
) -> list[tuple[Visit, list[str]]]:
    """Give the visits that check this object, but no covert one before its record opens."""
    checks = await work.checks.where(
        object_id=value.object_id, round_id=await open_rounds(work), **await visits_of(work, actor)
    )
    items: dict[str, dict[str, None]] = {}
    for check in checks:
        items.setdefault(check.visit_id, {})[check.item_name] = None
    visits = await work.visits.where(visit_id=tuple(items))
    ordered = sorted(visits, key=lambda each: each.date_from, reverse=True)
    return [(visit, list(items[visit.visit_id])) for visit in ordered]
