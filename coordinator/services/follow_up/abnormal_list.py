"""The list of business abnormalities: proposed by codes, decided by the organ, removed again."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from contracts.follow_up import AbnormalListEntered, AbnormalListRemoved
from contracts.vocabulary import Wire
from coordinator.domain.errors import Rule, RuleBrokenError, given
from coordinator.domain.follow_up import AbnormalEntry, grounds_of
from coordinator.domain.follow_up.abnormal_list import require_grounds
from coordinator.domain.follow_up.settling import require_problem
from coordinator.domain.lifecycle import ABNORMAL_MOVES, AbnormalState, move
from coordinator.domain.policy import Policy
from coordinator.domain.registers import InspectionObject
from coordinator.domain.result_intake import Result
from coordinator.services.access import require_department
from coordinator.services.covert import closed_rounds, require_open_record
from coordinator.services.follow_up.round_policies import readable_policies
from coordinator.services.follow_up.settling import settle
from coordinator.services.policies import policy_of_round
from coordinator.services.ports import Work

_STANDING = (AbnormalState.PROPOSED, AbnormalState.ENTERED)


@dataclass(frozen=True, kw_only=True)
class AbnormalDecision:
    """A decision document on the list: its number, and why."""

    number: str
    reason: str


async def propose_abnormal(work: Work, result_id: str) -> AbnormalEntry:
    """Propose an entry from a result whose codes propose one; the organ decides."""
    result = await work.results.get(result_id)
    require_department(work, result.department)
    require_problem(result)
    await require_open_record(work, result.round_id)
    policy = await policy_of_round(work, await work.rounds.get(result.round_id))
    require_grounds(result, policy)
    entry = await _propose(work, result, policy)
    if entry is None:
        raise RuleBrokenError(Rule.ALREADY_EXISTS, kind="abnormal_entry", key=result_id)
    return entry


async def propose_by_codes(work: Work, visit_id: str, department: str) -> int:
    """Propose what the codes of an approved report propose; gives how many entries.

    A covert round's wait until its record is open, when the daily duty comes by.
    """
    results = await work.results.where(visit_id=visit_id, department=department, approved=True)
    return await _propose_all(work, results)


async def propose_waiting(work: Work) -> int:
    """Propose what approved results with open problems propose and nobody has proposed yet."""
    return sum([await propose_of(work, each) for each in await results_to_propose(work)])


async def results_to_propose(work: Work) -> Sequence[str]:
    """Name the approved results with open problems that propose what nobody has proposed yet.

    One whose round's rules can't be read is named too, and fails by itself.
    """
    secret = await closed_rounds(work)
    results = await work.results.where(approved=True, has_problem=True, settled_at=None)
    shown = [result for result in results if result.round_id not in secret]
    rules = await readable_policies(work, (result.round_id for result in shown))
    return [
        result.result_id
        for result in shown
        if (policy := rules[result.round_id]) is None
        or await _to_be_entered(work, result, grounds_of(result, policy))
    ]


async def propose_of(work: Work, result_id: str) -> bool:
    """Propose what such a result proposes; False: it does no more, or somebody was quicker."""
    result = await work.results.get(result_id)
    waits = result.approved and result.has_problem and result.settled_at is None
    return waits and await _propose_all(work, [result]) > 0


async def _propose_all(work: Work, results: Sequence[Result]) -> int:
    secret = await closed_rounds(work)
    shown = [result for result in results if result.round_id not in secret]
    rounds = await work.rounds.where(round_id={result.round_id for result in shown})
    policies = {each.round_id: await policy_of_round(work, each) for each in rounds}
    proposed = 0
    for result in shown:
        proposed += await _propose(work, result, policies[result.round_id]) is not None
    return proposed


async def _propose(work: Work, result: Result, policy: Policy) -> AbnormalEntry | None:
    """Add a proposal, where there is somebody to be entered by it."""
    grounds = grounds_of(result, policy)
    subject = await _to_be_entered(work, result, grounds)
    if subject is None:
        return None
    organs = policy.follow_up.abnormal_departments
    entry = AbnormalEntry(
        entry_id=work.new_id(),
        round_id=result.round_id,
        visit_id=result.visit_id,
        result_id=result.result_id,
        object_id=result.object_id,
        object_name=result.object_name,
        subject=subject.object_id,
        subject_name=subject.name,
        department=result.department,
        organ=await _organ(work, organs, result.department),
        grounds=grounds,
        facts=result.problem or "",
        state=AbnormalState.PROPOSED,
        proposed_by=work.actor.name,
        proposed_at=work.now(),
    )
    await work.abnormal_entries.add([entry])
    return await _save(work, entry, "proposed")


async def _to_be_entered(
    work: Work, result: Result, grounds: Sequence[str]
) -> InspectionObject | None:
    """Give whom a result proposes: once per result, and nobody with an open entry for its grounds.

    Nobody either where the subject left the register meanwhile.
    """
    if not grounds or await work.abnormal_entries.count(result_id=result.result_id):
        return None
    thing = await work.objects.find(result.object_id)
    subject = await work.objects.find(thing.credit_subject) if thing else None
    if subject is None:
        return None
    for each in await work.abnormal_entries.where(subject=subject.object_id, state=_STANDING):
        if set(grounds) <= set(each.grounds):
            return None
    return subject


async def _organ(work: Work, organs: tuple[str, ...], finder: str) -> str:
    """Give who decides: the finder where it may, else the first of the profile's that is here."""
    if not organs or finder in organs:
        return finder
    here = [each.code for each in await work.departments.where(code=organs)]
    return next((code for code in organs if code in here), finder)


async def enter_abnormal(work: Work, entry_id: str, decision: AbnormalDecision) -> AbnormalEntry:
    """Decide as an approver of the organ that a subject enters the list, under a number."""
    entry = await work.abnormal_entries.get(entry_id)
    actor = require_department(work, entry.organ, approver=True)
    await _require_standing(work, entry)
    number = await _free_number(work, entry, decision.number)
    entry = replace(
        entry,
        state=_moved(entry, AbnormalState.ENTERED),
        number=number,
        entered_date=work.today(),
        reason=given(decision.reason, "reason", entry_id),
        decided_by=actor.name,
        decided_at=work.now(),
    )
    message = AbnormalListEntered(
        entry_id=entry_id,
        subject=entry.subject,
        subject_name=entry.subject_name,
        organ=entry.organ,
        grounds=entry.grounds,
        facts=entry.facts,
        number=number,
        entered_date=work.today(),
    )
    await _tell_all(work, entry, message)
    return await _save(work, entry, "entered")


async def _require_standing(work: Work, entry: AbnormalEntry) -> None:
    """Refuse to decide on a result that was corrected since: it must still propose all of this."""
    result = await work.results.get(entry.result_id)
    require_problem(result)
    policy = await policy_of_round(work, await work.rounds.get(result.round_id))
    lost = set(entry.grounds) - set(require_grounds(result, policy))
    if lost:
        raise RuleBrokenError(
            Rule.NO_GROUNDS_FOR_ABNORMAL_LIST,
            result=result.result_id,
            codes=list(result.result_codes),
            wanted=sorted(lost),
        )


async def reject_abnormal(work: Work, entry_id: str, reason: str) -> AbnormalEntry:
    """Decide as an approver of the organ that nobody enters the list, and why."""
    entry = await work.abnormal_entries.get(entry_id)
    actor = require_department(work, entry.organ, approver=True)
    entry = replace(
        entry,
        state=_moved(entry, AbnormalState.REJECTED),
        reason=given(reason, "reason", entry_id),
        decided_by=actor.name,
        decided_at=work.now(),
    )
    return await _save(work, entry, "rejected")


async def remove_abnormal(work: Work, entry_id: str, decision: AbnormalDecision) -> AbnormalEntry:
    """Decide as an approver of the organ that a subject leaves the list, under a number."""
    entry = await work.abnormal_entries.get(entry_id)
    actor = require_department(work, entry.organ, approver=True)
    state = _moved(entry, AbnormalState.REMOVED)
    number = await _free_number(work, entry, decision.number)
    entry = replace(
        entry,
        state=state,
        removal_number=number,
        removed_date=work.today(),
        removal_reason=given(decision.reason, "reason", entry_id),
        removed_by=actor.name,
        removed_at=work.now(),
    )
    message = AbnormalListRemoved(
        entry_id=entry_id,
        subject=entry.subject,
        organ=entry.organ,
        number=given(entry.number, "number", entry_id),
        removal_number=number,
        removed_date=work.today(),
        reason=decision.reason,
    )
    await _tell_all(work, entry, message)
    return await _save(work, entry, "removed")


async def is_abnormal(work: Work, subject: str) -> bool:
    """Say whether a subject has an entry on the list today."""
    return bool(await work.abnormal_entries.count(subject=subject, state=AbnormalState.ENTERED))


async def _tell_all(work: Work, entry: AbnormalEntry, message: Wire) -> None:
    """Tell every department: each may meet the subject, and the list is public."""
    for department in await work.departments.where():
        await work.post.to_department(
            department.code, message, subject=entry.entry_id, correlation=entry.visit_id
        )


async def _free_number(work: Work, entry: AbnormalEntry, number: str) -> str:
    wanted = given(number, "number", entry.entry_id)
    for each in await work.abnormal_entries.where(organ=entry.organ):
        if wanted in (each.number, each.removal_number):
            raise RuleBrokenError(Rule.DECISION_NUMBER_TAKEN, number=wanted, case=each.entry_id)
    return wanted


async def _save(work: Work, entry: AbnormalEntry, what: str) -> AbnormalEntry:
    await work.abnormal_entries.save(entry)
    tag, key = f"follow-up:abnormal-list:{what}", entry.entry_id
    await work.audit(tag, entry.visit_id, subject=entry.subject, of=key)
    await settle(work, entry.result_id)
    return entry


def _moved(entry: AbnormalEntry, wanted: AbnormalState) -> AbnormalState:
    return move(ABNORMAL_MOVES, entry.state, wanted, of=entry.entry_id)
