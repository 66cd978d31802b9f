"""What a listing brings and takes: its case, orders to executing departments, their lifting."""

from collections.abc import Sequence
from dataclasses import replace

from contracts.sanctions import MeasureAmended, MeasureOrdered
from coordinator.domain.blacklist import Listing
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.joint_punishment import (
    TERM_OVER,
    MeasureOrder,
    PunishmentCase,
    end_of,
    measures_of,
)
from coordinator.domain.lifecycle import OrderState
from coordinator.domain.policy import MeasureRule
from coordinator.services.access import require_department
from coordinator.services.joint_punishment.orders import IN_EFFECT, lift, tell
from coordinator.services.ports import Work


async def order_measures(work: Work, listing_id: str) -> int:
    """Open the case of a valid listing and order every measure that follows from it.

    Gives how many orders went out; the library in force now counts, and is kept with the case.
    """
    listing = await work.listings.get(listing_id)
    require_department(work, listing.organ, approver=True)
    if await work.punishments.count(listing_id=listing_id):
        raise RuleBrokenError(Rule.ALREADY_EXISTS, kind="punishment_case", key=listing_id)
    organs = tuple(await work.departments.where())
    measures = measures_of(listing, work.policy, organs, work.today())
    if measures:
        case = await _open_case(work, listing, [rule for rule, _ in measures])
        for rule, department in measures:
            await _order(work, listing, case, (rule, department))
    await work.audit("joint-punishment:measures:ordered", listing_id, number=len(measures))
    return len(measures)


async def lift_measures(work: Work, listing_id: str) -> int:
    """Lift every measure of a listing that ended; departments answer again."""
    listing = await work.listings.get(listing_id)
    if listing.is_valid(work.today()):
        raise RuleBrokenError(
            Rule.MOVE_NOT_ALLOWED,
            of=listing_id,
            now=listing.state.value,
            wanted=OrderState.LIFTING.value,
            allowed=[],
        )
    reason = listing.delisting_reason.value if listing.delisting_reason else TERM_OVER
    orders = await work.orders.where(listing_id=listing_id, state=IN_EFFECT)
    for order in orders:
        await lift(work, order, reason)
    await work.audit("joint-punishment:measures:lifting", listing_id, number=len(orders))
    return len(orders)


async def amend_orders(work: Work, listing_id: str, reason: str) -> int:
    """Bring the orders of a corrected listing to what it says now; gives how many changed."""
    listing = await work.listings.get(listing_id)
    require_department(work, listing.organ, approver=True)
    changed = 0
    for order in await work.orders.where(listing_id=listing_id, state=IN_EFFECT):
        ordered = work.day_of(order.ordered_at)
        rule = work.policy.measure(order.measure, ordered)
        until = end_of(listing, rule, ordered) if rule else order.until
        if (order.subject_name, order.until) == (listing.subject_name, until):
            continue
        amended = replace(order, subject_name=listing.subject_name, until=until)
        await work.orders.save(amended)
        await tell(work, amended, _amendment(amended, reason))
        changed += 1
    await work.audit("joint-punishment:measures:amended", listing_id, number=changed)
    return changed


async def _open_case(work: Work, listing: Listing, rules: Sequence[MeasureRule]) -> PunishmentCase:
    year = work.today().year
    serial = await work.next_number(f"punishment:{year}")
    case = PunishmentCase(
        punishment_id=work.new_id(),
        number=work.policy.sanctions.punishment_number.format(year=year, serial=serial),
        listing_id=listing.listing_id,
        subject=listing.subject,
        subject_name=listing.subject_name,
        list_code=listing.list_code,
        organ=listing.organ,
        rules=tuple(dict.fromkeys(rule.label for rule in rules)),
        opened_at=work.now(),
    )
    await work.punishments.add([case])
    return case


async def _order(
    work: Work, listing: Listing, case: PunishmentCase, measure: tuple[MeasureRule, str]
) -> None:
    rule, department = measure
    due = work.calendar.after(work.today(), rule.feedback_working_days)
    order = MeasureOrder(
        order_id=work.new_id(),
        round_id=listing.round_id,
        listing_id=listing.listing_id,
        punishment_id=case.punishment_id,
        subject=listing.subject,
        subject_name=listing.subject_name,
        measure=rule.code,
        rule_label=rule.label,
        department=department,
        state=OrderState.ORDERED,
        ordered_at=work.now(),
        until=end_of(listing, rule, work.today()),
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
    await tell(work, order, message)


def _amendment(order: MeasureOrder, reason: str) -> MeasureAmended:
    return MeasureAmended(
        order_id=order.order_id,
        listing_id=order.listing_id,
        department=order.department,
        subject_name=order.subject_name,
        until=order.until,
        reason=reason,
    )
