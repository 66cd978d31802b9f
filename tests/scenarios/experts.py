"""What experts draft on a visit, what officers make of it, and what the inspected dispute."""

from datetime import datetime, time, timedelta, timezone

from contracts.results import Dispute, ExpertDraft, Finding, FindingsSubmitted
from contracts.vocabulary import DisputeState
from coordinator.services.ports import Work
from tests.scenarios.loop import Noted

LOCAL = timezone(timedelta(hours=8))
CLAIM, SETTLEMENT = "认为数据来自停用设备", "当场查看台账，企业认可"


def with_expert(organ: str, rejected: str, reason: str) -> Noted:
    """Let the visit's expert draft what an organ's officers find, and one thing they don't.

    The problem is disputed, and that is settled before leaving.
    """

    async def noted(work: Work, message: FindingsSubmitted) -> FindingsSubmitted:
        if message.department != organ:
            return message
        [expert, *_] = await work.team.where(visit_id=message.visit_id, expert=True)
        bad = [each for each in message.findings if each.problem]
        drafts = [
            _draft(message, number, each, expert.person_id) for number, each in enumerate(bad, 1)
        ]
        no = {"number": len(drafts) + 1, "problem": rejected, "adopted": False, "reason": reason}
        settled = {each.item: _settled(message, each) for each in bad}
        return message.model_copy(
            update={
                "present": (*message.present, expert.person_id),
                "findings": tuple(settled.get(each.item, each) for each in message.findings),
                "drafts": (*drafts, drafts[0].model_copy(update=no)),
            }
        )

    return noted


def not_settled(organ: str, claim: str, settlement: str) -> Noted:
    """Let the inspected dispute what an organ found, and nobody settle it before leaving."""

    async def noted(_work: Work, message: FindingsSubmitted) -> FindingsSubmitted:
        if message.department != organ:
            return message
        open_still = {
            "state": DisputeState.UNRESOLVED,
            "claim": claim,
            "settlement": settlement,
        }
        noted_down = tuple(
            each.model_copy(update={"dispute": _dispute(message).model_copy(update=open_still)})
            if each.problem
            else each
            for each in message.findings
        )
        return message.model_copy(update={"findings": noted_down})

    return noted


def at(message: FindingsSubmitted, hour: int) -> datetime:
    return datetime.combine(message.visited_date, time(hour), LOCAL)


def _settled(message: FindingsSubmitted, finding: Finding) -> Finding:
    return finding.model_copy(update={"dispute": _dispute(message)})


def _dispute(message: FindingsSubmitted) -> Dispute:
    return Dispute(
        state=DisputeState.SETTLED,
        handled_by=message.entered_by,
        handled_at=at(message, 11),
        claim=CLAIM,
        settlement=SETTLEMENT,
    )


def _draft(message: FindingsSubmitted, number: int, finding: Finding, expert: str) -> ExpertDraft:
    return ExpertDraft(
        number=number,
        expert=expert,
        entered_by=expert,
        drafted_at=at(message, 9),
        object_id=finding.object_id,
        item=finding.item,
        checkpoint=None,
        problem=finding.problem or "",
        legal_basis=finding.legal_basis or "",
        evidence=finding.evidence,
        adopted=True,
        decided_by=message.entered_by,
        decided_at=at(message, 10),
    )
