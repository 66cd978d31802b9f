"""Re-inspections of ordered remedies: due from the order's date, or once it is reported (2.9)."""

from dataclasses import replace
from datetime import timedelta

from coordinator.domain.due_checks import RE_INSPECTION, DueCheck, DueSource
from coordinator.domain.follow_up import Rectification
from coordinator.domain.lifecycle import DueState
from coordinator.services.ports import Work
from coordinator.services.published_items import items_by_code


async def expect_reinspection(work: Work, order: Rectification) -> DueCheck:
    """Let an order's re-inspection be due from its date on, for the days of the profile."""
    thing = await work.objects.get(order.object_id)
    found = (await items_by_code(work, [order.item])).get(order.item)
    due = DueCheck(
        due_id=work.new_id(),
        source=DueSource.RE_INSPECTION,
        source_id=order.rectification_id,
        kind=RE_INSPECTION,
        object_id=order.object_id,
        object_name=order.object_name,
        place=thing.place,
        item=order.item,
        item_name=found.name if found else order.item,
        department=order.department,
        reason=order.problem,
        from_date=order.due_date,
        deadline=order.due_date + timedelta(days=work.policy.follow_up.reinspection_days),
        state=DueState.WAITING,
        added_at=work.now(),
    )
    await work.due_checks.add([due])
    await work.audit("leads:re-inspection:due", order.rectification_id, department=due.department)
    return due


async def remedy_reported(work: Work, order: Rectification) -> None:
    """Let a re-inspection come sooner: the remedy was reported before its date."""
    for due in await work.due_checks.where(
        source_id=order.rectification_id, state=(DueState.WAITING, DueState.JOINED)
    ):
        await work.due_checks.save(replace(due, from_date=min(due.from_date, work.today())))
