"""One order: how its department is told, and how its lifting begins."""

from dataclasses import replace

from contracts.sanctions import MeasureAmended, MeasureLifted, MeasureOrdered, MeasureReminded
from coordinator.domain.joint_punishment import MeasureOrder
from coordinator.domain.lifecycle import ORDER_MOVES, OrderState, move
from coordinator.services.ports import Work

IN_EFFECT = (OrderState.ORDERED, OrderState.ANSWERED)


async def lift(work: Work, order: MeasureOrder, reason: str) -> None:
    """Begin the lifting of one measure: it has a clock and an answer of its own."""
    state = move(ORDER_MOVES, order.state, OrderState.LIFTING, of=order.order_id)
    due = work.calendar.after(work.today(), work.policy.sanctions.lifting_working_days)
    await work.orders.save(
        replace(
            order,
            state=state,
            lift_reason=reason,
            lifting_at=work.now(),
            lifting_due=due.due_date,
            lifting_provisional=due.provisional,
            lifting_basis=due.basis,
            reminders=0,
        )
    )
    message = MeasureLifted(
        order_id=order.order_id,
        listing_id=order.listing_id,
        subject=order.subject,
        department=order.department,
        reason=reason,
    )
    await tell(work, order, message)


async def tell(
    work: Work,
    order: MeasureOrder,
    message: MeasureOrdered | MeasureAmended | MeasureReminded | MeasureLifted,
) -> None:
    """Tell the executing department on its own queue."""
    await work.post.to_department(
        order.department, message, subject=order.order_id, correlation=order.listing_id
    )
