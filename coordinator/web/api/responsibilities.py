"""Responsibilities 分工: who of an organ's people does what, set by its approver."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter
from pydantic import Field, JsonValue

from contracts.vocabulary import OFFICE
from coordinator.services import responsibilities
from coordinator.services.ports import Responsibility, Role, Work
from coordinator.services.responsibilities import Division
from coordinator.web.acts import Act, Entry, Keys, add_acts
from coordinator.web.language import later

TAG = "组织 organisation"
router = APIRouter(tags=[TAG])

_COLLEAGUES: dict[str, JsonValue] = {"widget": "checks", "choices": "colleagues"}


class OrganEntry(Entry):
    """Who of a department's people does what."""

    section: tuple[str, ...] = Field(
        default=(),
        title=later("科室经办：提出事项、录入和办理"),
        json_schema_extra=_COLLEAGUES,
    )
    legal: tuple[str, ...] = Field(
        default=(),
        title=later("法制机构：执法人员名录、权责清单"),
        json_schema_extra=_COLLEAGUES,
    )


class OfficeEntry(Entry):
    """Who of the office's people does what."""

    legal: tuple[str, ...] = Field(
        default=(),
        title=later("法制机构：合并清单、人员名录"),
        json_schema_extra=_COLLEAGUES,
    )
    supervision: tuple[str, ...] = Field(
        default=(), title=later("监管科室：检查对象名录"), json_schema_extra=_COLLEAGUES
    )
    credit: tuple[str, ...] = Field(
        default=(), title=later("信用科室：起草和调整计划"), json_schema_extra=_COLLEAGUES
    )
    office: tuple[str, ...] = Field(
        default=(),
        title=later("联席办：发布计划、抽签、下达、管理"),
        json_schema_extra=_COLLEAGUES,
    )


def _holders(entry: Entry) -> dict[Responsibility, tuple[str, ...]]:
    return {Responsibility(name): value for name, value in entry.model_dump().items()}


async def _divide_organ(work: Work, keys: Keys, entry: OrganEntry) -> Division:
    return await responsibilities.divide_work(work, keys["department"], _holders(entry))


async def _divide_office(work: Work, _keys: Keys, entry: OfficeEntry) -> Division:
    return await responsibilities.divide_work(work, OFFICE, _holders(entry))


async def _of_organ(work: Work, keys: Keys) -> Mapping[str, Any]:
    return await _now(work, keys["department"])


async def _of_office(work: Work, _keys: Keys) -> Mapping[str, Any]:
    return await _now(work, OFFICE)


async def _now(work: Work, organ: str) -> Mapping[str, Any]:
    division = await responsibilities.division_of(work, organ)
    return {each.value: logins for each, logins in division.holders.items()}


_CONSEQUENCE = later(
    "分工立即生效：没有被选上的人不能再办那类事。每项职责至少选一人；全部留空则恢复为人人可办。审批权不受影响。"
)
ACTS = (
    Act(
        name="divide-organ",
        path="/departments/{department}/responsibilities",
        label=later("分工"),
        consequence=_CONSEQUENCE,
        role=Role.DEPARTMENT,
        approver=True,
        run=_divide_organ,
        entry=OrganEntry,
        start=_of_organ,
        back="/console/people",
    ),
    Act(
        name="divide-office",
        path="/office/responsibilities",
        label=later("分工"),
        consequence=_CONSEQUENCE,
        role=Role.OFFICE,
        approver=True,
        run=_divide_office,
        entry=OfficeEntry,
        start=_of_office,
        back="/console/people",
    ),
)
add_acts(router, ACTS, TAG)
