"""Replacement of drawn objects before their visit: proposed by one person, decided by a second.

The evidence is the register, looked at when it is proposed and again when it is decided; what a
team finds on site is a result and never a reason (2-rules.md 2.6).
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from contracts.vocabulary import Mode
from coordinator.domain.burden_ledger import Scope
from coordinator.domain.dispatch import Visit, VisitCheck
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import RoundState, VisitState
from coordinator.domain.lottery.ceremony import Round, another_person
from coordinator.domain.object_replacing import (
    DEFERRED,
    Evidence,
    ReplacementRequest,
    RequestState,
    has_begun,
    reason_named,
    require_evidence,
)
from coordinator.domain.policy import ObjectReason
from coordinator.services.access import require_office
from coordinator.services.policies import policy_of_round
from coordinator.services.ports import Work
from coordinator.services.published_items import left_out_pairs

_AFTER_THE_DRAW = (RoundState.DRAWN, RoundState.DISPATCHED)


@dataclass(frozen=True, kw_only=True)
class ReplacementOrder:
    """Who of a visit is to be replaced and why; without `object_id` whoever the register shows.

    `document` is the number of the paper that proves what the register does not show.
    """

    visit_id: str
    reason: str
    object_id: str = ""
    document: str = ""
    note: str = ""


async def request_replacement(work: Work, order: ReplacementOrder) -> ReplacementRequest:
    """Propose to replace an object of a visit as the first of two persons.

    Raises REPLACEMENT_TOO_LATE once the visit has begun, REPLACEMENT_WITHOUT_EVIDENCE where
    neither register nor document shows the reason, REPLACEMENT_PENDING for a second proposal.
    """
    actor = require_office(work)
    visit = await work.visits.get(order.visit_id)
    drawn = await _round_of(work, visit)
    reason = reason_named(order.reason, work.policies.object_reasons())
    await _require_not_begun(work, visit)
    waiting = await work.replacement_requests.where(
        visit_id=visit.visit_id, state=RequestState.REQUESTED
    )
    if waiting:
        raise RuleBrokenError(Rule.REPLACEMENT_PENDING, visit=visit.visit_id)
    thing = await _object_of(work, drawn, visit, (order, reason))
    evidence = await _evidence(work, drawn, visit, thing)
    require_evidence(reason, evidence, order.document)
    request = ReplacementRequest(
        request_id=work.new_id(),
        round_id=visit.round_id,
        visit_id=visit.visit_id,
        object_id=thing,
        reason=reason.code,
        document=order.document.strip(),
        note=order.note.strip(),
        shown=evidence.summary(),
        state=RequestState.REQUESTED,
        requested_by=actor.name,
        requested_at=work.now(),
    )
    await work.replacement_requests.add([request])
    await work.audit("object-draw:replacement:requested", visit.visit_id, reason=reason.code)
    return request


async def confirm_replacement(work: Work, request_id: str) -> ReplacementRequest:
    """Decide for a replacement as the second person; the evidence must still be there."""
    actor = require_office(work)
    request = await _waiting(work, request_id)
    another_person(request.requested_by, actor.name, "replace-object")
    visit = await work.visits.get(request.visit_id)
    drawn = await _round_of(work, visit)
    await _require_not_begun(work, visit)
    reason = reason_named(request.reason, work.policies.object_reasons())
    evidence = await _evidence(work, drawn, visit, request.object_id)
    require_evidence(reason, evidence, request.document)
    lines, visits = await _standing_checks(work, request)
    request = replace(
        request,
        state=RequestState.DONE,
        decided_by=actor.name,
        decided_at=work.now(),
        shown=evidence.summary(),
        lines=lines,
        withdrawn=visits,
    )
    await work.replacement_requests.save(request)
    await work.audit("object-draw:object:replaced", visit.visit_id, reason=reason.code)
    return request


async def reject_replacement(work: Work, request_id: str) -> ReplacementRequest:
    """Decide against a replacement; the object and its visit stand."""
    actor = require_office(work)
    request = await _waiting(work, request_id)
    request = replace(
        request, state=RequestState.REJECTED, decided_by=actor.name, decided_at=work.now()
    )
    await work.replacement_requests.save(request)
    await work.audit("object-draw:replacement:rejected", request.visit_id)
    return request


def reason_in_words(work: Work, request: ReplacementRequest) -> str:
    """Give the reason as the table words it: what a department reads names no object."""
    return reason_named(request.reason, work.policies.object_reasons()).name


async def replaced_counts(work: Work, round_id: str) -> dict[str, int]:
    """Count the replaced objects of a round by reason; numbers alone are public.

    Of a covert round not even these before its record is open: who closed is known to all.
    """
    if await _is_secret(work, round_id):
        return {}
    replaced = await work.object_replacements.where(round_id=round_id)
    return dict(sorted(Counter(each.reason for each in replaced).items()))


async def deferred_count(work: Work, round_id: str) -> int:
    """Count the objects of a round whose checks were deferred: they count as unfinished."""
    if await _is_secret(work, round_id):
        return 0
    dropped = await work.dropped_checks.where(round_id=round_id, outcome=DEFERRED)
    pairs = {(each.line, each.object_id) for each in dropped}
    return len(pairs | await left_out_pairs(work, round_id))


async def _is_secret(work: Work, round_id: str) -> bool:
    drawn = await work.rounds.get(round_id)
    return drawn.mode is Mode.COVERT and drawn.state is not RoundState.DISCLOSED


async def _waiting(work: Work, request_id: str) -> ReplacementRequest:
    request = await work.replacement_requests.get(request_id)
    if request.state is not RequestState.REQUESTED:
        raise RuleBrokenError(
            Rule.MOVE_NOT_ALLOWED,
            of=request_id,
            now=request.state.value,
            wanted=RequestState.DONE.value,
            allowed=[],
        )
    return request


async def _round_of(work: Work, visit: Visit) -> Round:
    drawn = await work.rounds.get(visit.round_id)
    if drawn.state not in _AFTER_THE_DRAW:
        raise RuleBrokenError(
            Rule.MOVE_NOT_ALLOWED,
            of=drawn.round_id,
            now=drawn.state.value,
            wanted="replace-object",
            allowed=[state.value for state in _AFTER_THE_DRAW],
        )
    return drawn


async def _require_not_begun(work: Work, visit: Visit) -> None:
    if visit.state is VisitState.WITHDRAWN or await _has_begun(work, visit):
        raise RuleBrokenError(
            Rule.REPLACEMENT_TOO_LATE, visit=visit.visit_id, state=visit.state.value
        )


async def _object_of(
    work: Work, drawn: Round, visit: Visit, asked: tuple[ReplacementOrder, ObjectReason]
) -> str:
    """Give the object that is meant; of a covert visit nobody names it, the register shows it."""
    order, reason = asked
    held = sorted({check.object_id for check in await _checks_of(work, visit)})
    if order.object_id:
        if drawn.mode is Mode.COVERT:
            raise RuleBrokenError(Rule.COVERT_ROUND_OPEN, round=drawn.round_id)
        if order.object_id not in held:
            raise RuleBrokenError(
                Rule.OBJECT_NOT_IN_VISIT, visit=visit.visit_id, object=order.object_id
            )
        return order.object_id
    if len(held) == 1:
        return held[0]
    shown = [
        thing for thing in held if (await _evidence(work, drawn, visit, thing)).shows(reason.shown)
    ]
    if len(shown) != 1:
        raise RuleBrokenError(
            Rule.OBJECT_NOT_NAMED, visit=visit.visit_id, number=len(held), shown=len(shown)
        )
    return shown[0]


async def _checks_of(work: Work, visit: Visit) -> Sequence[VisitCheck]:
    return await work.checks.where(visit_id=visit.visit_id, due_check="")


async def _evidence(work: Work, drawn: Round, visit: Visit, thing: str) -> Evidence:
    policy = await policy_of_round(work, drawn)
    counts = await work.burden_counts.where(
        place=visit.place, year=visit.date_to.year, scope=Scope.TOTAL
    )
    used = sum(count.number for count in counts)
    return Evidence(
        thing=await work.objects.get(thing),
        frozen_place=visit.place,
        is_full=used > policy.burden.visits_per_year,
    )


async def _standing_checks(
    work: Work, request: ReplacementRequest
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Give the lines in which an object can still be replaced, and the visits that hold them.

    A line of which a visit has begun keeps the object: it has been checked there in part.
    """
    of_line: dict[str, set[str]] = defaultdict(set)
    for check in await work.checks.where(round_id=request.round_id, object_id=request.object_id):
        of_line[check.line].add(check.visit_id)
    known = {code for codes in of_line.values() for code in codes}
    visits = {visit.visit_id: visit for visit in await work.visits.where(visit_id=known)}
    standing = {code for code, visit in visits.items() if visit.state is not VisitState.WITHDRAWN}
    begun = {code for code in standing if await _has_begun(work, visits[code])}
    lines = [line for line, codes in of_line.items() if codes & standing and not codes & begun]
    held = {code for line in lines for code in of_line[line] & standing}
    return tuple(sorted(lines)), tuple(sorted(held))


async def _has_begun(work: Work, visit: Visit) -> bool:
    tasks = await work.tasks.where(visit_id=visit.visit_id)
    states = [task.state for task in tasks]
    return has_begun(visit.state, states, first_day_come=visit.date_from <= work.today())
