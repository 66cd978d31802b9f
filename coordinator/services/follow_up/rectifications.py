"""Rectification orders: ordered, extended, reported, refused, closed, reopened, revoked."""

from dataclasses import replace
from datetime import date, timedelta

from contracts.sanctions import RectificationOrdered
from coordinator.domain.errors import Rule, RuleBrokenError, given
from coordinator.domain.follow_up import Hazard, Rectification, evidence_files, require_problem
from coordinator.domain.follow_up.rectifications import require_due, require_extension
from coordinator.domain.follow_up.samples import clock_start
from coordinator.domain.lifecycle import RECTIFICATION_MOVES, RectificationState, move
from coordinator.domain.policy import Policy
from coordinator.domain.result_intake import Result
from coordinator.services.access import require_department
from coordinator.services.covert import require_open_record
from coordinator.services.follow_up.numbering import paper_number
from coordinator.services.follow_up.settling import settle
from coordinator.services.policies import policy_of_round
from coordinator.services.ports import Work


async def order_rectification(
    work: Work, result_id: str, article: str, due_date: date | None = None
) -> Rectification:
    """Order that a problem be remedied, by a date (the profile's days when none is named)."""
    result = await work.results.get(result_id)
    actor = require_department(work, result.department)
    require_problem(result)
    await require_open_record(work, result.round_id)
    policy = await policy_of_round(work, await work.rounds.get(result.round_id))
    due = due_date or await _due_by_rule(work, result, policy)
    require_due(due, work.today())
    order = Rectification(
        rectification_id=work.new_id(),
        round_id=result.round_id,
        visit_id=result.visit_id,
        result_id=result_id,
        object_id=result.object_id,
        object_name=result.object_name,
        item=result.item,
        department=result.department,
        problem=given(result.problem, "problem", result_id),
        article=given(article, "article", result_id),
        due_date=due,
        state=RectificationState.ORDERED,
        ordered_by=actor.name,
        ordered_at=work.now(),
        order_number=await paper_number(work, policy, result.department, "rectification"),
        first_due=due,
    )
    await work.rectifications.add([order])
    await _tell(work, order)
    await _note(work, order, "ordered")
    await settle(work, result_id)
    return order


async def _tell(work: Work, order: Rectification) -> None:
    message = RectificationOrdered(
        rectification_id=order.rectification_id,
        visit_id=order.visit_id,
        object_id=order.object_id,
        item=order.item,
        department=order.department,
        problem=order.problem,
        article=order.article,
        due_date=order.due_date,
    )
    await work.post.to_department(
        order.department, message, subject=order.rectification_id, correlation=order.visit_id
    )


async def _due_by_rule(work: Work, result: Result, policy: Policy) -> date:
    """Count the profile's days from today, or from the final report of the last sample."""
    samples = await work.samples.where(
        visit_id=result.visit_id,
        department=result.department,
        object_id=result.object_id,
        item=result.item,
    )
    days = timedelta(days=policy.follow_up.rectification_days)
    return max(work.today(), clock_start(samples, work.today()) + days)


async def report_rectification(
    work: Work, rectification_id: str, evidence: str, files: tuple[str, ...] = ()
) -> Rectification:
    """Put the evidence of a remedy on record, with the hashes of its files."""
    order = await work.rectifications.get(rectification_id)
    require_department(work, order.department)
    if not evidence.strip():
        raise RuleBrokenError(Rule.REASON_MISSING, rectification=rectification_id)
    order = replace(
        order,
        state=_moved(order, RectificationState.REPORTED),
        evidence=evidence,
        evidence_files=evidence_files(files),
        reported_at=work.now(),
    )
    return await save_order(work, order, "reported")


async def refuse_rectification(
    work: Work, rectification_id: str, reason: str, due_date: date
) -> Rectification:
    """Refuse the evidence of a remedy as an approver: it is owed anew, by a new date."""
    order = await work.rectifications.get(rectification_id)
    actor = require_department(work, order.department, approver=True)
    require_due(due_date, work.today())
    order = replace(
        order,
        state=_moved(order, RectificationState.ORDERED),
        due_date=due_date,
        refusal=given(reason, "reason", rectification_id),
        refused_by=actor.name,
        refused_at=work.now(),
        times_refused=order.times_refused + 1,
        reminded=(),
        overdue_noted_at=None,
    )
    return await save_order(work, order, "refused")


async def request_extension(
    work: Work, rectification_id: str, until: date, reason: str
) -> Rectification:
    """Ask for more time, before the date and with a reason; an approver decides."""
    order = await work.rectifications.get(rectification_id)
    require_department(work, order.department)
    require_extension(order, until, work.today())
    order = replace(
        order,
        extension_until=until,
        extension_reason=given(reason, "reason", rectification_id),
        extension_asked_at=work.now(),
        extension_granted=None,
        extension_note=None,
        extension_by=None,
        extension_at=None,
    )
    return await save_order(work, order, "extension-asked")


async def decide_extension(
    work: Work, rectification_id: str, note: str, *, granted: bool
) -> Rectification:
    """Grant more time, or refuse it, as an approver and with the reason."""
    order = await work.rectifications.get(rectification_id)
    actor = require_department(work, order.department, approver=True)
    if not order.extension_waits or order.extension_until is None:
        raise RuleBrokenError(Rule.NO_EXTENSION_ASKED, rectification=rectification_id)
    decided = replace(
        order,
        extension_granted=granted,
        extension_note=given(note, "reason", rectification_id),
        extension_by=actor.name,
        extension_at=work.now(),
    )
    if granted:
        # Whoever asked in time keeps the time: a late decision does not make the order overdue.
        until = max(order.due_date, order.extension_until)
        decided = replace(decided, due_date=until, reminded=(), overdue_noted_at=None)
    return await save_order(work, decided, "extended" if granted else "extension-refused")


async def close_rectification(work: Work, rectification_id: str, note: str = "") -> Rectification:
    """Close an order after looking at the evidence, as an approver."""
    order = await work.rectifications.get(rectification_id)
    actor = require_department(work, order.department, approver=True)
    await _require_no_open_hazard(work, order)
    order = replace(
        order,
        state=_moved(order, RectificationState.CLOSED),
        closed_by=actor.name,
        closed_at=work.now(),
        closing_note=note.strip() or None,
    )
    return await save_order(work, order, "closed")


async def revoke_rectification(work: Work, rectification_id: str, reason: str) -> Rectification:
    """Take an order back as an approver, because it should not have been given."""
    order = await work.rectifications.get(rectification_id)
    actor = require_department(work, order.department, approver=True)
    order = replace(
        order,
        state=_moved(order, RectificationState.REVOKED),
        closed_by=actor.name,
        closed_at=work.now(),
        closing_note=given(reason, "reason", rectification_id),
    )
    return await save_order(work, order, "revoked")


async def take_reinspection(
    work: Work, rectification_id: str, found: str, *, problem: bool
) -> Rectification | None:
    """Let an approved re-inspection decide: clean closes the order, a problem makes it owed anew.

    Gives None where it changes nothing: the order was taken back, or closed and found clean. Around
    the process of an open major hazard nothing is closed: the remedy counts as reported.
    """
    order = await work.rectifications.find(rectification_id)
    if order is None or order.state is RectificationState.REVOKED:
        return None
    if problem:
        return await _owed_anew(work, order, found)
    if order.state is RectificationState.CLOSED:
        return None
    if order.state is RectificationState.ORDERED:
        order = replace(order, evidence=found, reported_at=work.now())
        state = _moved(order, RectificationState.REPORTED)
        order = await save_order(work, replace(order, state=state), "reported")
    if await _open_hazard(work, order):
        return order
    order = replace(
        order,
        state=_moved(order, RectificationState.CLOSED),
        closed_by=work.actor.name,
        closed_at=work.now(),
        closing_note=found,
    )
    return await save_order(work, order, "closed")


async def _owed_anew(work: Work, order: Rectification, found: str) -> Rectification:
    policy = await policy_of_round(work, await work.rounds.get(order.round_id))
    due = work.today() + timedelta(days=policy.follow_up.rectification_days)
    owed = order.state is RectificationState.ORDERED
    order = replace(
        order,
        state=order.state if owed else _moved(order, RectificationState.ORDERED),
        due_date=max(order.due_date, due),
        refusal=found,
        refused_by=work.actor.name,
        refused_at=work.now(),
        times_refused=order.times_refused + 1,
        closed_by=None,
        closed_at=None,
        closing_note=None,
        reminded=(),
        overdue_noted_at=None,
    )
    return await save_order(work, order, "reopened")


async def save_order(work: Work, order: Rectification, what: str) -> Rectification:
    """Keep an order as it is now, on record, and with it whether its result is settled."""
    await work.rectifications.save(order)
    await _note(work, order, what)
    await settle(work, order.result_id)
    return order


async def _note(work: Work, order: Rectification, what: str) -> None:
    tag, key = f"follow-up:rectification:{what}", order.rectification_id
    await work.audit(tag, order.visit_id, item=order.item, of=key)


async def _require_no_open_hazard(work: Work, order: Rectification) -> None:
    """Refuse to close an order around the process of a major hazard of the same result."""
    hazard = await _open_hazard(work, order)
    if hazard is not None:
        raise RuleBrokenError(Rule.HAZARD_OPEN, hazard=hazard.hazard_id)


async def _open_hazard(work: Work, order: Rectification) -> Hazard | None:
    hazards = await work.hazards.where(result_id=order.result_id)
    return next((each for each in hazards if each.is_open), None)


def _moved(order: Rectification, wanted: RectificationState) -> RectificationState:
    return move(RECTIFICATION_MOVES, order.state, wanted, of=order.rectification_id)
