"""What departments answer: applied, not applicable, refused, lifted; every answer stays."""

from collections.abc import Sequence
from dataclasses import replace

from contracts.sanctions import MeasureFeedback
from contracts.vocabulary import MeasureOutcome
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.joint_punishment import (
    TERM_OVER,
    MeasureAnswer,
    MeasureOrder,
    PunishmentCase,
    check_answer,
)
from coordinator.domain.lifecycle import ORDER_MOVES, OrderState, move
from coordinator.services.joint_punishment.orders import lift
from coordinator.services.ports import Work


async def record_feedback(work: Work, department: str, message: MeasureFeedback) -> None:
    """Take in what a department did about a measure; the same answer again changes nothing.

    Another answer corrects the former one, which stays. Where the listing is not valid any more,
    or the lifting is under way, the answer is kept and the measure is lifted all the same.
    """
    order = await work.orders.get(message.order_id)
    if department != order.department or message.department != department:
        raise RuleBrokenError(
            Rule.NOT_YOUR_DEPARTMENT, actor=department, department=order.department
        )
    answers = await work.measure_answers.where(order_id=order.order_id)
    if any((each.outcome, each.done_at) == (message.outcome, message.done_at) for each in answers):
        return
    check_answer(order, message.outcome, message.reason)
    listing = await work.listings.get(order.listing_id)
    valid = listing.is_valid(work.today()) and order.state is not OrderState.LIFTING
    await _keep_answer(work, order, message, number=len(answers) + 1, valid=valid)
    if message.outcome is MeasureOutcome.LIFTED:
        await _lifted(work, order, message)
    elif order.state is not OrderState.LIFTING:
        answered = await _answered(work, order, message)
        if not listing.is_valid(work.today()):
            await lift(work, answered, TERM_OVER)


async def case_of(work: Work, listing_id: str) -> PunishmentCase | None:
    """Give the joint-punishment case of a listing, where measures followed."""
    found = await work.punishments.where(listing_id=listing_id)
    return found[0] if found else None


async def history_of(work: Work, listing_id: str) -> Sequence[MeasureAnswer]:
    """Give every answer about the measures of a listing, as they came."""
    answers = await work.measure_answers.where(listing_id=listing_id)
    return sorted(answers, key=lambda each: (each.received_at, each.number))


async def _keep_answer(
    work: Work, order: MeasureOrder, message: MeasureFeedback, *, number: int, valid: bool
) -> None:
    answer = MeasureAnswer(
        answer_id=f"{order.order_id}.{number}",
        order_id=order.order_id,
        listing_id=order.listing_id,
        department=order.department,
        number=number,
        outcome=message.outcome,
        reason=message.reason,
        person=message.person,
        done_at=message.done_at,
        received_at=work.now(),
        was_valid=valid,
    )
    await work.measure_answers.add([answer])
    await work.audit(
        "joint-punishment:feedback:received",
        order.listing_id,
        order=order.order_id,
        department=order.department,
        outcome=message.outcome.value,
    )


async def _answered(work: Work, order: MeasureOrder, message: MeasureFeedback) -> MeasureOrder:
    order = replace(
        order,
        state=move(ORDER_MOVES, order.state, OrderState.ANSWERED, of=order.order_id),
        outcome=message.outcome,
        reason=message.reason,
        person=message.person,
        answered_at=message.done_at,
    )
    await work.orders.save(order)
    return order


async def _lifted(work: Work, order: MeasureOrder, message: MeasureFeedback) -> None:
    order = replace(
        order,
        state=move(ORDER_MOVES, order.state, OrderState.LIFTED, of=order.order_id),
        outcome=message.outcome,
        reason=message.reason,
        person=message.person,
        answered_at=message.done_at,
        lifted_at=message.done_at,
    )
    await work.orders.save(order)
    case = await case_of(work, order.listing_id)
    others = await work.orders.where(listing_id=order.listing_id)
    if case is not None and all(each.state is OrderState.LIFTED for each in others):
        await work.punishments.save(replace(case, closed_at=work.now()))
        await work.audit("joint-punishment:case:closed", order.listing_id, case=case.number)
