"""Disposal: whether anything remains to be done for a result, kept with the result."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from coordinator.domain.errors import given
from coordinator.domain.follow_up import DisposalNote, Following, is_settled, require_problem
from coordinator.domain.lifecycle import (
    AbnormalState,
    CopyNoticeState,
    HazardState,
    RectificationState,
    TransferState,
)
from coordinator.domain.result_intake import Result
from coordinator.services.access import require_department
from coordinator.services.policies import policy_of_round
from coordinator.services.ports import Collection, Work


async def following_of(work: Work, result: Result) -> Sequence[Following]:
    """Give everything that follows a result; what was taken back follows nothing any more."""
    of = {"result_id": result.result_id}
    # By kind: what there is of it, and the state of what was taken back or denied.
    kinds: Mapping[str, tuple[Collection[Any], object]] = {
        "rectification": (work.rectifications, RectificationState.REVOKED),
        "transfer": (work.transfers, TransferState.RETURNED),
        "copy-notice": (work.copy_notices, CopyNoticeState.WITHDRAWN),
        "hazard": (work.hazards, HazardState.REJECTED),
        "abnormal-list": (work.abnormal_entries, AbnormalState.REJECTED),
    }
    samples = await work.samples.where(
        visit_id=result.visit_id,
        department=result.department,
        object_id=result.object_id,
        item=result.item,
    )
    return [
        *[
            Following(kind, each.is_open)
            for kind, (collection, taken_back) in kinds.items()
            for each in await collection.where(**of)
            if each.state is not taken_back
        ],
        *[Following("case", not each.is_over) for each in await work.cases.where(**of)],
        *[Following("sample", each.is_open) for each in samples],
        *[Following("note", is_open=False) for _ in await work.disposal_notes.where(**of)],
    ]


async def settle(work: Work, result_id: str) -> None:
    """Set or clear the moment since which nothing remains to be done for a result."""
    result = await work.results.find(result_id)
    if result is not None:
        await _settle(work, result)


async def settle_results(work: Work, visit_id: str, department: str) -> None:
    """Do the same for a department's results of a visit, after its report was approved."""
    for result in await work.results.where(visit_id=visit_id, department=department):
        await _settle(work, result)


async def note_disposal(work: Work, result_id: str, text: str) -> DisposalNote:
    """Say, as an approver, how a problem was handled that nothing else follows."""
    result = await work.results.get(result_id)
    actor = require_department(work, result.department, approver=True)
    require_problem(result)
    note = DisposalNote(
        note_id=work.new_id(),
        round_id=result.round_id,
        visit_id=result.visit_id,
        result_id=result_id,
        department=result.department,
        text=given(text, "text", result_id),
        written_by=actor.name,
        written_at=work.now(),
    )
    await work.disposal_notes.add([note])
    await work.audit("follow-up:result:noted", result.visit_id, item=result.item)
    await _settle(work, result)
    return note


async def _settle(work: Work, result: Result) -> None:
    drawn = await work.rounds.find(result.round_id)
    policy = await policy_of_round(work, drawn) if drawn else work.policy
    settled = is_settled(result, await following_of(work, result), policy)
    if settled == (result.settled_at is not None):
        return
    await work.results.save(replace(result, settled_at=work.now() if settled else None))
    what = "settled" if settled else "reopened"
    await work.audit(f"follow-up:result:{what}", result.visit_id, item=result.item)
