"""Joint punishment: one order per measure and executing department, feedback, lifting."""

from dataclasses import replace

from contracts.sanctions import MeasureFeedback, MeasureLifted, MeasureOrdered
from contracts.vocabulary import MeasureOutcome
from coordinator.domain.blacklist import Listing
from coordinator.domain.errors import Rule, RuleBrokenError, given
from coordinator.domain.joint_punishment import MeasureOrder, check_answer, measures_of
from coordinator.domain.lifecycle import ORDER_MOVES, OrderState, move
from coordinator.domain.policy import MeasureRule
from coordinator.services.ports import Work


async def order_measures(work: Work, listing_id: str) -> int:
    """Order every measure that follows from a valid listing; gives how many orders went out."""
    listing = await work.listings.get(listing_id)
    departments = tuple(each.code for each in await work.departments.where())
    measures = measures_of(listing, work.policy, departments)
    for rule, department in measures:
        await _order(work, listing, rule, department)
    await work.audit("joint-punishment:measures:ordered", listing_id, number=len(measures))
    return len(measures)


async def record_feedback(work: Work, department: str, message: MeasureFeedback) -> None:
    """Take in what a department did about a measure; the same answer again changes nothing."""
    order = await work.orders.get(message.order_id)
    if department != order.department or message.department != department:
        raise RuleBrokenError(
            Rule.NOT_YOUR_DEPARTMENT, actor=department, department=order.department
        )
    if (order.outcome, order.answered_at) == (message.outcome, message.done_at):
        return
    check_answer(order, message.outcome, message.reason)
    lifted = message.outcome is MeasureOutcome.LIFTED
    wanted = OrderState.LIFTED if lifted else OrderState.ANSWERED
    order = replace(
        order,
        state=move(ORDER_MOVES, order.state, wanted, of=order.order_id),
        outcome=message.outcome,
        reason=message.reason,
        person=message.person,
        answered_at=message.done_at,
        lifted_at=message.done_at if lifted else None,
    )
    await work.orders.save(order)
    await work.audit(
        "joint-punishment:feedback:received",
        order.listing_id,
        order=order.order_id,
        department=department,
        outcome=message.outcome.value,
    )


async def lift_measures(work: Work, listing_id: str) -> int:
    """Lift every measure of a listing that ended; departments answer again."""
    listing = await work.listings.get(listing_id)
    reason = listing.delisting_reason.value if listing.delisting_reason else ""
    orders = await work.orders.where(
        listing_id=listing_id, state=(OrderState.ORDERED, OrderState.ANSWERED)
    )
    for order in orders:
        state = move(ORDER_MOVES, order.state, OrderState.LIFTING, of=order.order_id)
        await work.orders.save(replace(order, state=state))
        message = MeasureLifted(
            order_id=order.order_id,
            listing_id=listing_id,
            subject=order.subject,
            department=order.department,
            reason=reason,
        )
        await work.post.to_department(
            order.department, message, subject=order.order_id, correlation=listing_id
        )
    await work.audit("joint-punishment:measures:lifting", listing_id, number=len(orders))
    return len(orders)


async def _order(work: Work, listing: Listing, rule: MeasureRule, department: str) -> None:
    due = work.calendar.after(work.today(), rule.feedback_working_days)
    order = MeasureOrder(
        order_id=work.new_id(),
        round_id=listing.round_id,
        listing_id=listing.listing_id,
        subject=listing.subject,
        subject_name=listing.subject_name,
        measure=rule.code,
        department=department,
        state=OrderState.ORDERED,
        ordered_at=work.now(),
        until=given(listing.term_until, "term_until", listing.listing_id),
        feedback_due=due.due_date,
        feedback_provisional=due.provisional,
        feedback_basis=due.basis,
    )
    await work.orders.add([order])
    message = MeasureOrdered(
        order_id=order.order_id,
        listing_id=order.listing_id,
        subject=order.subject,
        subject_name=order.subject_name,
        measure=rule.code,
        measure_name=rule.name,
        basis=rule.basis,
        department=department,
        until=order.until,
        feedback_due=order.feedback_due,
    )
    await work.post.to_department(
        department, message, subject=order.order_id, correlation=listing.listing_id
    )
