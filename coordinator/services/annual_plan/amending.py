"""Amendments of an adopted plan: proposed with reason, adopted by another person, never silent."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace

from coordinator.domain.annual_plan import (
    Amendment,
    AmendmentState,
    ChangeKind,
    LineChange,
    LineSource,
    Plan,
    PlanFacts,
    PlanLine,
    breaches_of,
)
from coordinator.domain.annual_plan.amending import (
    amended,
    check_changes,
    check_time,
    differences,
)
from coordinator.domain.annual_plan.breaches.shares import figures_of
from coordinator.domain.annual_plan.plan import with_amended
from coordinator.domain.errors import Rule, RuleBrokenError, given
from coordinator.domain.lifecycle import AMENDMENT_MOVES, PlanState, RoundState, move
from coordinator.domain.lottery.ceremony import Round, another_person
from coordinator.services.access import require_office
from coordinator.services.annual_plan.adoption import breaches_with, facts_under
from coordinator.services.policies import policy_of
from coordinator.services.ports import Responsibility, Work


@dataclass(frozen=True, kw_only=True)
class _Amended:
    """A plan's lines before and after an amendment; `visits` are those it then plans, by line."""

    before: Sequence[PlanLine]
    after: Sequence[PlanLine]
    visits: Mapping[str, int]


async def amend_plan(
    work: Work, plan_id: str, changes: Sequence[LineChange], reason: str
) -> Amendment:
    """Propose an amendment; it takes effect when another person adopts it.

    Refused without reason, too late before a window, for frozen lines, and when a rule would break.
    """
    actor = require_office(work, Responsibility.CREDIT)
    plan = await _adopted(work, plan_id)
    number = await work.plan_amendments.count(plan_id=plan_id) + 1
    fitted = tuple(_fitted(change, plan_id) for change in changes)
    found = await _after(work, plan, fitted, number, given(reason, "reason", plan_id))
    amendment = Amendment(
        amendment_id=f"{plan_id}.{number}",
        plan_id=plan_id,
        number=number,
        state=AmendmentState.PROPOSED,
        reason=reason,
        changes=fitted,
        difference=differences(found.before, found.after),
        proposed_by=actor.name,
        proposed_at=work.now(),
    )
    if not amendment.difference:
        raise RuleBrokenError(Rule.AMENDMENT_EMPTY)
    await work.plan_amendments.add([amendment])
    await work.audit(
        "annual-plan:amendment:proposed",
        plan_id,
        number=number,
        lines=sorted({change.code for change in fitted}),
    )
    return amendment


async def add_temporary_line(work: Work, plan_id: str, line: PlanLine, reason: str) -> Amendment:
    """Propose a line that came up during the year; it obeys the rules as any other."""
    reason = given(reason, "reason", line.code)
    temporary = replace(line, source=LineSource.TEMPORARY, reason=reason)
    change = LineChange(kind=ChangeKind.ADD, code=line.code, line=temporary)
    return await amend_plan(work, plan_id, [change], reason)


async def cancel_line(work: Work, plan_id: str, code: str, reason: str) -> Amendment:
    """Propose that a line is cancelled; it stays in the plan, marked, with the reason."""
    change = LineChange(kind=ChangeKind.CANCEL, code=code)
    return await amend_plan(work, plan_id, [change], reason)


async def adopt_amendment(work: Work, amendment_id: str, document: str) -> Amendment:
    """Adopt a proposed amendment under its file number, by another person; its lines change now."""
    actor = require_office(work)
    amendment = await work.plan_amendments.get(amendment_id)
    state = move(AMENDMENT_MOVES, amendment.state, AmendmentState.ADOPTED, of=amendment_id)
    another_person(amendment.proposed_by, actor.name, "adopt-amendment")
    plan = await _adopted(work, amendment.plan_id)
    found = await _after(work, plan, amendment.changes, amendment.number, amendment.reason)
    await work.plan_lines.save(*found.after)
    figures = plan.figures and with_amended(
        plan.figures, found.visits, {change.code for change in amendment.changes}
    )
    await work.plans.save(replace(plan, version=plan.version + 1, figures=figures))
    amendment = replace(
        amendment,
        state=state,
        difference=differences(found.before, found.after),
        document=given(document, "document", amendment_id),
        decided_by=actor.name,
        decided_at=work.now(),
    )
    await work.plan_amendments.save(amendment)
    await work.audit(
        "annual-plan:amendment:adopted", plan.plan_id, number=amendment.number, document=document
    )
    return amendment


async def reject_amendment(work: Work, amendment_id: str, reason: str) -> Amendment:
    """Reject a proposed amendment, with the reason; the plan stays as it is."""
    actor = require_office(work)
    amendment = await work.plan_amendments.get(amendment_id)
    state = move(AMENDMENT_MOVES, amendment.state, AmendmentState.REJECTED, of=amendment_id)
    amendment = replace(
        amendment,
        state=state,
        decided_by=actor.name,
        decided_at=work.now(),
        decision_reason=given(reason, "reason", amendment_id),
    )
    await work.plan_amendments.save(amendment)
    await work.audit(
        "annual-plan:amendment:rejected", amendment.plan_id, number=amendment.number, reason=reason
    )
    return amendment


async def _adopted(work: Work, plan_id: str) -> Plan:
    plan = await work.plans.get(plan_id)
    if plan.state is not PlanState.ADOPTED:
        raise RuleBrokenError(
            Rule.MOVE_NOT_ALLOWED,
            of=plan_id,
            now=plan.state.value,
            wanted="amendment",
            allowed=[PlanState.ADOPTED.value],
        )
    return plan


def _fitted(change: LineChange, plan_id: str) -> LineChange:
    """Put the line of a change under its plan and code, free of the marks that amendments leave."""
    if change.line is None or change.kind is ChangeKind.CANCEL:
        return replace(change, line=None)
    line = replace(
        change.line,
        plan_id=plan_id,
        code=change.code,
        added_by=None,
        cancelled_by=None,
        cancel_reason="",
    )
    return replace(change, line=line)


async def _after(
    work: Work, plan: Plan, changes: Sequence[LineChange], number: int, reason: str
) -> _Amended:
    """Give the lines before and after an amendment; refuse what may not be amended."""
    before = await work.plan_lines.where(plan_id=plan.plan_id)
    known = {line.code: line for line in before}
    check_changes(known, changes)
    await _check_codes(work, known, changes)
    policy = await policy_of(work, plan)
    check_time(known, changes, work.today(), policy.plan.amendment_days)
    for each in await work.rounds.where(plan_id=plan.plan_id):
        _check_round(each, known, changes)
    after = amended(before, changes, number, reason)
    facts = await _require_no_new_breach(work, plan, before, after)
    visits = figures_of(after, facts).visits_by_line
    return _Amended(before=before, after=after, visits=visits)


async def _check_codes(
    work: Work, known: dict[str, PlanLine], changes: Sequence[LineChange]
) -> None:
    added = {change.code for change in changes} - known.keys()
    for line in await work.plan_lines.where(code=added) if added else ():
        raise RuleBrokenError(Rule.LINE_OF_OTHER_PLAN, line=line.code, plan=line.plan_id)


def _check_round(drawn: Round, known: dict[str, PlanLine], changes: Sequence[LineChange]) -> None:
    """Refuse changes of a frozen round's lines, and of what an open round has been opened with."""
    for change in changes:
        if change.code not in drawn.lines:
            continue
        if drawn.state is not RoundState.OPEN or drawn.frozen_at is not None:
            raise RuleBrokenError(Rule.LINE_FROZEN, line=change.code, round=drawn.round_id)
        was, will_be = known[change.code], change.line
        same = will_be is not None and (was.mode, was.departments, was.windows) == (
            will_be.mode,
            will_be.departments,
            will_be.windows,
        )
        if not same:
            raise RuleBrokenError(Rule.LINE_IN_OPEN_ROUND, line=change.code, round=drawn.round_id)


async def _require_no_new_breach(
    work: Work, plan: Plan, before: Sequence[PlanLine], after: Sequence[PlanLine]
) -> PlanFacts:
    """Refuse what the amendment breaks; what the year has made of the plan is not its fault."""
    standing = await breaches_with(work, plan, before)
    facts = await facts_under(work, plan, after)
    found = [each for each in breaches_of(after, facts) if each not in standing]
    if found:
        raise RuleBrokenError(Rule.PLAN_BREACHES, breaches=[asdict(each) for each in found])
    return facts
