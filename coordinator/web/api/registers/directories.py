"""Registers as data: objects, inspectors, experts, recusals, their history, the joint list."""

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, Field

from coordinator.domain.registers import (
    Expert,
    InspectionObject,
    Inspector,
    JointListRow,
    Recusal,
)
from coordinator.domain.registers.acts import RegisterKind, Version
from coordinator.services.ports import Role, Work
from coordinator.services.registers.contacts import show_contact
from coordinator.services.registers.entries import Staleness, history_of, staleness
from coordinator.web.acts import Entry
from coordinator.web.api.paging import Asked, FromUrl, PageOf, one_page
from coordinator.web.dependencies import Overseer, Reader, Writer
from coordinator.web.identity import Person
from coordinator.web.parts import Parts
from coordinator.web.reach import own_matters, require_own

TAG = "登记 registers"
router = APIRouter(tags=[TAG])

_HIDDEN = {"responsible_person": "", "phone": ""}


class ObjectsAsked(Asked):
    """Filters of the inspection objects."""

    region: str | None = None
    kind: str | None = None
    status: str | None = None
    risk_class: str | None = None
    owner: str | None = None
    place: str | None = None


class InspectorsAsked(Asked):
    """Filters of the inspectors."""

    department: str | None = None
    status: str | None = None


class ExpertsAsked(Asked):
    """Filters of the experts."""

    field: str | None = None


class RecusalsAsked(Asked):
    """Filters of the recusals."""

    person_id: str | None = None
    object_id: str | None = None
    declared_by: str | None = None


class Purpose(Entry):
    """What personal data are looked at for."""

    purpose: str = Field(min_length=1, max_length=200)


class Contact(BaseModel):
    """Whom to call at an object."""

    object_id: str
    responsible_person: str
    phone: str


@router.get("/registers", summary="登记库概况", operation_id="registers")
async def registers(parts: Parts, person: Reader) -> tuple[Staleness, ...]:
    """Give of every directory how many entries, how old, and which fields are blank how often."""
    async with parts.open_work(person.actor, writes=False) as work:
        return await staleness(work, work.policy.registers.stale_months or _NEVER)


_NEVER = 1200  # months: a profile without the rule


@router.get("/objects", summary="检查对象列表", operation_id="objects")
async def objects(
    asked: FromUrl[ObjectsAsked], parts: Parts, person: Overseer
) -> PageOf[InspectionObject]:
    """Give a page of inspection objects; people and phone numbers stay out."""
    async with parts.open_work(person.actor, writes=False) as work:
        found = await one_page(work.objects, asked, within=("name", "object_id", "address"))
    shown = tuple(each.model_copy(update=_HIDDEN) for each in found.values)
    return PageOf(values=shown, total=found.total, page=found.page)


@router.get(
    "/objects/{object_id:path}/history", summary="检查对象变更记录", operation_id="object_history"
)
async def object_history(object_id: str, parts: Parts, person: Overseer) -> tuple[Version, ...]:
    """Give all versions of an object, oldest first, without people and phone numbers."""
    async with parts.open_work(person.actor, writes=False) as work:
        found = await _history(work, RegisterKind.OBJECTS, object_id)
    return tuple(_masked(each) for each in found)


@router.get("/objects/{object_id:path}", summary="一个检查对象", operation_id="object")
async def one_object(object_id: str, parts: Parts, person: Overseer) -> InspectionObject:
    """Give an object; people and phone numbers stay out."""
    async with parts.open_work(person.actor, writes=False) as work:
        found = await work.objects.get(object_id)
    return found.model_copy(update=_HIDDEN)


@router.post(
    "/objects/{object_id:path}/contact", summary="查看联系人", operation_id="object_contact"
)
async def object_contact(object_id: str, body: Purpose, parts: Parts, person: Writer) -> Contact:
    """Give whom to call at an object; who looked and what for goes to the audit chain."""
    async with parts.open_work(person.actor) as work:
        found = await show_contact(work, object_id, body.purpose)
    return Contact(
        object_id=object_id, responsible_person=found.responsible_person, phone=found.phone
    )


@router.get("/inspectors", summary="执法检查人员列表", operation_id="inspectors")
async def inspectors(
    asked: FromUrl[InspectorsAsked], parts: Parts, person: Reader
) -> PageOf[Inspector]:
    """Give a page of inspectors; a department sees its own."""
    require_reach(person, asked.department)
    async with parts.open_work(person.actor, writes=False) as work:
        if asked.department:
            return await one_page(work.inspectors, asked)
        return await one_page(work.inspectors, asked, **own_matters(person.actor))


@router.get("/inspectors/{inspector_id}", summary="一名执法检查人员", operation_id="inspector")
async def one_inspector(inspector_id: str, parts: Parts, person: Reader) -> Inspector:
    """Give an inspector with absences."""
    async with parts.open_work(person.actor, writes=False) as work:
        found = await work.inspectors.get(inspector_id)
    require_own(person.actor, found.department)
    return found


@router.get(
    "/inspectors/{inspector_id}/history",
    summary="人员变更记录",
    operation_id="inspector_history",
)
async def inspector_history(inspector_id: str, parts: Parts, person: Reader) -> tuple[Version, ...]:
    """Give all versions of an inspector, oldest first."""
    async with parts.open_work(person.actor, writes=False) as work:
        found = await _history(work, RegisterKind.INSPECTORS, inspector_id)
    require_own(person.actor, str(found[-1].value["department"]))
    return found


@router.get("/experts", summary="专家列表", operation_id="experts")
async def experts(asked: FromUrl[ExpertsAsked], parts: Parts, person: Reader) -> PageOf[Expert]:
    """Give a page of experts."""
    async with parts.open_work(person.actor, writes=False) as work:
        return await one_page(work.experts, asked)


@router.get("/experts/{expert_id}", summary="一名专家", operation_id="expert")
async def one_expert(expert_id: str, parts: Parts, person: Reader) -> Expert:
    """Give an expert."""
    async with parts.open_work(person.actor, writes=False) as work:
        return await work.experts.get(expert_id)


@router.get("/experts/{expert_id}/history", summary="专家变更记录", operation_id="expert_history")
async def expert_history(expert_id: str, parts: Parts, person: Reader) -> tuple[Version, ...]:
    """Give all versions of an expert, oldest first."""
    async with parts.open_work(person.actor, writes=False) as work:
        return await _history(work, RegisterKind.EXPERTS, expert_id)


@router.get("/recusals", summary="回避列表", operation_id="recusals")
async def recusals(
    asked: FromUrl[RecusalsAsked], parts: Parts, person: Overseer
) -> PageOf[Recusal]:
    """Give a page of recusals."""
    async with parts.open_work(person.actor, writes=False) as work:
        return await one_page(work.recusals, asked)


@router.get("/joint-list", summary="联合抽查事项清单", operation_id="joint_list")
async def joint_list(asked: FromUrl[Asked], parts: Parts, person: Reader) -> PageOf[JointListRow]:
    """Give a page of the joint list; a row without linked items can't be planned."""
    async with parts.open_work(person.actor, writes=False) as work:
        return await one_page(work.joint_list, asked)


def require_reach(person: Person, department: str | None) -> None:
    """Refuse a filter on another department's people."""
    if department is not None and person.actor.role is Role.DEPARTMENT:
        require_own(person.actor, department)


async def _history(work: Work, kind: RegisterKind, key: str) -> tuple[Version, ...]:
    """Give the versions of an entry; NOT_FOUND for one that never was."""
    found = await history_of(work, kind, key)
    if not found:
        await getattr(work, kind.value).get(key)
    return found


def _masked(version: Version) -> Version:
    value: dict[str, Any] = {**version.value, **_HIDDEN}
    return Version(**{**vars(version), "value": value})
