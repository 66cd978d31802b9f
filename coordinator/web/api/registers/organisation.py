"""The organisation as data, and acts upon it: organs, sections, designations."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import date
from typing import Any

from fastapi import APIRouter
from pydantic import Field

from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.registers.conditions import Conditions
from coordinator.domain.registers.organisation import Designation, LegalCapacity, Level, Region
from coordinator.domain.registers.sections import Section
from coordinator.services import registers
from coordinator.services.ports import Department, Role, Work
from coordinator.web.acts import Act, Entry, Keys, add_acts
from coordinator.web.api.paging import Asked, FromUrl, PageOf, one_page
from coordinator.web.api.registers.people_entries import select
from coordinator.web.api.registers.section_entries import (
    SUPERVISED,
    NewSection,
    SectionFields,
)
from coordinator.web.dependencies import Reader
from coordinator.web.language import later
from coordinator.web.parts import Parts

TAG = "组织 organisation"
router = APIRouter(tags=[TAG])
_REGION = r"^[0-9]{6}([0-9]{3}){0,2}$"
_CODE = r"^[A-Za-z0-9][A-Za-z0-9:_-]{0,62}$"


class OrgansAsked(Asked):
    """Filters of the organs."""

    level: Level | None = None
    superior: str | None = None
    region: str | None = None


class OfOrganAsked(Asked):
    """Filters of what belongs to an organ."""

    department: str | None = None


class RegionsAsked(Asked):
    """Filters of the region codes."""

    level: Level | None = None
    parent: str | None = None


@router.get("/organs", summary="实施机关列表", operation_id="organs")
async def organs(asked: FromUrl[OrgansAsked], parts: Parts, person: Reader) -> PageOf[Department]:
    """Give a page of organs with level, region, superior, legal capacity and delegation."""
    async with parts.open_work(person.actor, writes=False) as work:
        return await one_page(work.departments, asked)


@router.get("/sections", summary="科室列表", operation_id="sections")
async def sections(asked: FromUrl[OfOrganAsked], parts: Parts, person: Reader) -> PageOf[Section]:
    """Give a page of sections with their duties."""
    async with parts.open_work(person.actor, writes=False) as work:
        return await one_page(work.sections, asked)


@router.get("/designations", summary="指定管辖文书列表", operation_id="designations")
async def designations(
    asked: FromUrl[OfOrganAsked], parts: Parts, person: Reader
) -> PageOf[Designation]:
    """Give a page of documents that let an organ check outside its own region."""
    async with parts.open_work(person.actor, writes=False) as work:
        return await one_page(work.designations, asked)


@router.get("/regions", summary="行政区划代码", operation_id="regions")
async def regions(asked: FromUrl[RegionsAsked], parts: Parts, person: Reader) -> PageOf[Region]:
    """Give a page of region codes with their days of validity and successors."""
    async with parts.open_work(person.actor, writes=False) as work:
        return await one_page(work.regions, asked)


class OrganEntry(Entry):
    """Where an organ stands: level, superior, region, legal capacity."""

    level: Level = Field(title=later("层级"), json_schema_extra=select("words:level"))
    region: str = Field(
        title=later("辖区"),
        description=later("行政区划代码，如 640221。机关只检查辖区内的对象。"),
        pattern=_REGION,
    )
    superior: str | None = Field(
        default=None,
        title=later("上级机关"),
        description=later("上级看得到下级的全部资料，但不能代为修改。"),
        json_schema_extra=select("departments"),
    )
    of_department: str | None = Field(
        default=None,
        title=later("所属部门"),
        description=later("同一部门设有多个实施机关时，填部门代码；只有一个机关的不填。"),
        pattern=_CODE,
    )
    legal_capacity: LegalCapacity = Field(
        title=later("主体资格"), json_schema_extra=select("words:capacity")
    )
    delegation_document: str = Field(
        default="",
        title=later("委托文书"),
        description=later("受委托的组织必填，如“平应急委〔2026〕3号”。"),
        max_length=200,
    )


class DesignationEntry(Entry):
    """What a designation document says."""

    region: str = Field(
        title=later("指定的地区"), description=later("行政区划代码，如 640205。"), pattern=_REGION
    )
    document: str = Field(title=later("指定管辖文书文号"), min_length=1, max_length=200)
    valid_from: date = Field(title=later("自"))
    valid_to: date | None = Field(
        default=None, title=later("至"), description=later("文书没有写明终止日的不填。")
    )


class EndEntry(Entry):
    """The last day of a designation."""

    last_day: date = Field(title=later("最后一天"))


async def _organ_now(work: Work, keys: Keys) -> Mapping[str, Any]:
    organ = await work.departments.get(keys["organ"])
    return {**asdict(organ), "level": organ.level.value, "legal_capacity": organ.legal_capacity}


async def _place(work: Work, keys: Keys, entry: OrganEntry) -> object:
    known = await work.departments.get(keys["organ"])
    organ = replace(known, **entry.model_dump())
    await registers.register_departments(work, [organ])
    return organ


async def _add_section(work: Work, keys: Keys, entry: NewSection) -> object:
    if await work.sections.find(entry.code) is not None:
        raise RuleBrokenError(Rule.ALREADY_EXISTS, kind="section", key=entry.code)
    supervises = Conditions(**entry.supervised())
    section = Section(department=keys["organ"], supervises=supervises, **entry.named())
    await registers.register_sections(work, [section])
    return section


async def _section_of(work: Work, keys: Keys) -> Section:
    section = await work.sections.get(keys["section"])
    if section.department != keys["organ"]:
        raise RuleBrokenError(Rule.NOT_FOUND, kind="section", key=keys["section"])
    return section


async def _section_now(work: Work, keys: Keys) -> Mapping[str, Any]:
    section = asdict(await _section_of(work, keys))
    return {**section, **{name: section["supervises"][name] for name in SUPERVISED}}


async def _edit_section(work: Work, keys: Keys, entry: SectionFields) -> object:
    known = await _section_of(work, keys)
    supervises = replace(known.supervises, **entry.supervised())
    section = replace(known, supervises=supervises, **entry.named())
    await registers.register_sections(work, [section])
    return section


async def _remove_section(work: Work, keys: Keys, _entry: None) -> object:
    section = await _section_of(work, keys)
    return await registers.remove_section(work, section.code)


async def _designate(work: Work, keys: Keys, entry: DesignationEntry) -> object:
    wanted = registers.Designating(department=keys["organ"], **entry.model_dump())
    return await registers.designate(work, wanted)


async def _end_designation(work: Work, keys: Keys, entry: EndEntry) -> object:
    designation = await work.designations.get(keys["designation_id"])
    if designation.department != keys["organ"]:
        raise RuleBrokenError(Rule.NOT_FOUND, kind="designation", key=keys["designation_id"])
    return await registers.end_designation(work, designation.designation_id, entry.last_day)


_ORGAN = "/console/departments/{organ}"

ACTS: tuple[Act, ...] = (
    Act(
        name="place-organ",
        path="/organs/{organ}/place",
        label=later("修改机关资料"),
        consequence=later(
            "由谁检查哪里从下一次冻结起按新资料决定：机关只检查辖区内的对象，层级须与计划的抽查层级相符。"
        ),
        role=Role.OFFICE,
        entry=OrganEntry,
        start=_organ_now,
        run=_place,
        back=_ORGAN,
    ),
    Act(
        name="add-section",
        path="/organs/{organ}/sections",
        label=later("登记科室"),
        consequence=later("科室可以提出抽查事项；计划按科室核算联合任务和抽查比例。"),
        role=Role.OFFICE,
        entry=NewSection,
        run=_add_section,
        back=_ORGAN,
    ),
    Act(
        name="edit-section",
        path="/organs/{organ}/sections/{section}",
        label=later("修改科室"),
        consequence=later("旧名称和旧职责留在经过里，不会丢失。"),
        role=Role.OFFICE,
        entry=SectionFields,
        start=_section_now,
        run=_edit_section,
        back=_ORGAN,
    ),
    Act(
        name="remove-section",
        path="/organs/{organ}/sections/{section}/remove",
        label=later("撤销科室"),
        consequence=later("科室不再出现在组织中；已经写明它的人员、事项和计划保留原来的名称。"),
        role=Role.OFFICE,
        danger=True,
        run=_remove_section,
        back=_ORGAN,
    ),
    Act(
        name="designate",
        path="/organs/{organ}/designations",
        label=later("登记指定管辖文书"),
        consequence=later("文书有效期内，该机关可以检查指定地区的对象；期满自动失效。"),
        role=Role.OFFICE,
        entry=DesignationEntry,
        run=_designate,
        back=_ORGAN,
    ),
    Act(
        name="end-designation",
        path="/organs/{organ}/designations/{designation_id}/end",
        label=later("终止指定管辖"),
        consequence=later("最后一天之后，该机关不能再检查这个地区；已经冻结的批次不受影响。"),
        role=Role.OFFICE,
        danger=True,
        entry=EndEntry,
        run=_end_designation,
        back=_ORGAN,
    ),
)

add_acts(router, ACTS, TAG)
