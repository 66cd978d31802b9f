"""Acts upon people: inspectors, their absences, experts, recusals."""

from collections.abc import Mapping
from typing import Any

from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.registers import Absence, Expert, Inspector, Recusal
from coordinator.domain.registers.acts import RegisterKind
from coordinator.services import handlers
from coordinator.services.ports import Collection, Role, Work
from coordinator.services.registers import people
from coordinator.services.registers.entries import remove_entry, save_entry
from coordinator.web.acts import Act, Keys, channel_of
from coordinator.web.api.registers.people_entries import (
    AbsenceEntry,
    AbsenceWithdrawal,
    ExpertFields,
    InspectorFields,
    NewExpert,
    NewInspector,
    RecusalEntry,
    RecusalWithdrawal,
    RemovalEntry,
)
from coordinator.web.language import later


async def require_free(collection: Collection[Any], kind: str, key: str) -> None:
    """Refuse an id that is taken: an addition never overwrites."""
    if await collection.find(key) is not None:
        raise RuleBrokenError(Rule.ALREADY_EXISTS, kind=kind, key=key)


async def _add_inspector(work: Work, keys: Keys, entry: NewInspector) -> object:
    await require_free(work.inspectors, "inspector", entry.inspector_id)
    fields = entry.model_dump(exclude={"reason"})
    inspector = Inspector(**fields, organ=entry.department)
    return await people.save_inspector(work, inspector, channel_of(keys), entry.reason)


async def _edit_inspector(work: Work, keys: Keys, entry: InspectorFields) -> object:
    known = await work.inspectors.get(keys["inspector_id"])
    fields = entry.model_dump(exclude={"reason"})
    renewed = Inspector(**{**known.model_dump(), **fields})
    return await people.save_inspector(work, renewed, channel_of(keys), entry.reason)


async def _inspector_now(work: Work, keys: Keys) -> Mapping[str, Any]:
    return (await work.inspectors.get(keys["inspector_id"])).model_dump()


async def _own_department(work: Work, _keys: Keys) -> Mapping[str, Any]:
    return {"department": work.actor.department or "", "status": "active", "leader": False}


async def _record_absence(work: Work, keys: Keys, entry: AbsenceEntry) -> object:
    absence = Absence(**entry.model_dump())
    return await people.record_absence(work, keys["inspector_id"], absence, channel_of(keys))


async def _withdraw_absence(work: Work, keys: Keys, entry: AbsenceWithdrawal) -> object:
    return await people.withdraw_absence(
        work, keys["inspector_id"], entry.from_date, entry.reason, channel_of(keys)
    )


async def _add_expert(work: Work, keys: Keys, entry: NewExpert) -> object:
    await require_free(work.experts, "expert", entry.expert_id)
    expert = Expert(**entry.model_dump(exclude={"reason"}))
    await save_entry(work, RegisterKind.EXPERTS, expert, channel_of(keys), entry.reason)
    return expert


async def _edit_expert(work: Work, keys: Keys, entry: ExpertFields) -> object:
    known = await work.experts.get(keys["expert_id"])
    expert = known.model_copy(update=entry.model_dump(exclude={"reason"}))
    await save_entry(work, RegisterKind.EXPERTS, expert, channel_of(keys), entry.reason)
    return expert


async def _expert_now(work: Work, keys: Keys) -> Mapping[str, Any]:
    return (await work.experts.get(keys["expert_id"])).model_dump()


async def _remove_expert(work: Work, keys: Keys, entry: RemovalEntry) -> object:
    kind, channel = RegisterKind.EXPERTS, channel_of(keys)
    return await remove_entry(work, kind, keys["expert_id"], entry.reason, channel)


async def _declare(work: Work, keys: Keys, entry: RecusalEntry) -> object:
    return await handlers.declare_recusal(work, Recusal(**entry.model_dump()), channel_of(keys))


async def _withdraw_recusal(work: Work, keys: Keys, entry: RecusalWithdrawal) -> object:
    return await people.withdraw_recusal(
        work, entry.person_id, entry.object_id, entry.reason, channel_of(keys)
    )


_KEPT = later("旧内容留在变更记录里，不会丢失。")
_INSPECTOR = "/console/registers/inspectors/{inspector_id}"
_EXPERT = "/console/registers/experts/{expert_id}"
_DEPARTMENTS = (Role.DEPARTMENT,)

ACTS: tuple[Act, ...] = (
    Act(
        name="add-inspector",
        path="/inspectors",
        label=later("添加执法检查人员"),
        consequence=later("证件有效、在岗的人员从下一批次起可被抽到。部门只能添加本部门的人员。"),
        role=Role.OFFICE,
        also=_DEPARTMENTS,
        entry=NewInspector,
        start=_own_department,
        run=_add_inspector,
        back="/console/registers/inspectors/{subject}",
        origin="/console/registers/inspectors",
    ),
    Act(
        name="edit-inspector",
        path="/inspectors/{inspector_id}",
        label=later("修改人员资料"),
        consequence=_KEPT,
        role=Role.OFFICE,
        also=_DEPARTMENTS,
        entry=InspectorFields,
        start=_inspector_now,
        run=_edit_inspector,
        back=_INSPECTOR,
    ),
    Act(
        name="record-absence",
        path="/inspectors/{inspector_id}/absences",
        label=later("登记缺勤"),
        consequence=later("这些日子不派此人，抽取时可派天数相应减少。"),
        role=Role.OFFICE,
        also=_DEPARTMENTS,
        entry=AbsenceEntry,
        run=_record_absence,
        back=_INSPECTOR,
    ),
    Act(
        name="withdraw-absence",
        path="/inspectors/{inspector_id}/absences/withdraw",
        label=later("撤回缺勤"),
        consequence=later("这些日子又可派此人；曾登记过缺勤留在变更记录里。"),
        role=Role.OFFICE,
        also=_DEPARTMENTS,
        entry=AbsenceWithdrawal,
        run=_withdraw_absence,
        back=_INSPECTOR,
    ),
    Act(
        name="declare-recusal",
        path="/recusals",
        label=later("申报回避"),
        consequence=later(
            "此人不会被抽到该对象和它名下的场所；已抽中、尚未检查的，随即按规则随机替补。"
        ),
        role=Role.OFFICE,
        also=_DEPARTMENTS,
        entry=RecusalEntry,
        run=_declare,
        back="/console/registers/recusals",
    ),
    Act(
        name="withdraw-recusal",
        path="/recusals/withdraw",
        label=later("撤回回避"),
        consequence=later("此人又可被抽到该对象；申报和撤回都留在变更记录里。"),
        role=Role.OFFICE,
        also=_DEPARTMENTS,
        entry=RecusalWithdrawal,
        run=_withdraw_recusal,
        danger=True,
        back="/console/registers/recusals",
    ),
    Act(
        name="add-expert",
        path="/experts",
        label=later("添加专家"),
        consequence=later("专家只协助检查，不计入执法人数。"),
        role=Role.OFFICE,
        entry=NewExpert,
        run=_add_expert,
        back="/console/registers/experts/{subject}",
        origin="/console/registers/experts",
    ),
    Act(
        name="edit-expert",
        path="/experts/{expert_id}",
        label=later("修改专家资料"),
        consequence=_KEPT,
        role=Role.OFFICE,
        entry=ExpertFields,
        start=_expert_now,
        run=_edit_expert,
        back=_EXPERT,
    ),
    Act(
        name="remove-expert",
        path="/experts/{expert_id}/remove",
        label=later("移出专家库"),
        consequence=later("不再抽取此人；变更记录保留。"),
        role=Role.OFFICE,
        entry=RemovalEntry,
        run=_remove_expert,
        danger=True,
        back="/console/registers/experts",
        origin=_EXPERT,
    ),
)
