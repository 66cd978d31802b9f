"""What the day itself brings about: reminders, and measures that end before their listing."""

from collections.abc import Mapping
from dataclasses import replace

from contracts.sanctions import MeasureReminded
from coordinator.domain.errors import given
from coordinator.domain.joint_punishment import TERM_OVER, reminders_due
from coordinator.domain.lifecycle import OrderState
from coordinator.services.access import require_office
from coordinator.services.joint_punishment.orders import IN_EFFECT, lift, tell
from coordinator.services.ports import Work


async def lift_ended(work: Work) -> Mapping[str, object]:
    """Lift what ends before its listing, or rests on one that is not valid any more."""
    require_office(work)
    orders = await work.orders.where(state=IN_EFFECT)
    ids = {order.listing_id for order in orders}
    found = await work.listings.where(listing_id=ids) if ids else ()
    valid = {each.listing_id for each in found if each.is_valid(work.today())}
    lifted = []
    for order in orders:
        if order.until <= work.today() or order.listing_id not in valid:
            await lift(work, order, TERM_OVER)
            await work.audit("joint-punishment:measure:term-over", order.listing_id)
            lifted.append(order.order_id)
    return {"lifted": lifted}


async def remind(work: Work) -> Mapping[str, object]:
    """Remind departments of answers that are due soon or overdue, each time once."""
    require_office(work)
    reminded = []
    for order in await work.orders.where(state=(OrderState.ORDERED, OrderState.LIFTING)):
        due = reminders_due(order, work.policy.sanctions, work.today())
        if due <= order.reminders:
            continue
        await work.orders.save(replace(order, reminders=due))
        message = MeasureReminded(
            order_id=order.order_id,
            listing_id=order.listing_id,
            department=order.department,
            lifting=order.state is OrderState.LIFTING,
            due_date=given(order.due_date, "due_date", order.order_id),
            number=due,
        )
        await tell(work, order, message)
        await work.audit(
            "joint-punishment:feedback:reminded", order.listing_id, department=order.department
        )
        reminded.append(order.order_id)
    return {"reminded": reminded}
