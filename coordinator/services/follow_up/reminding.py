"""The day's duty of follow-up: reminders before a date, and what is overdue put on record once.

What waits is named first and then done matter by matter, so that one that fails keeps no other.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TypeVar

from contracts.follow_up import CopyNoticeReminded, RectificationReminded
from coordinator.domain.follow_up import CopyNotice, Hazard, Rectification, Transfer
from coordinator.domain.follow_up.rectifications import due_reminders
from coordinator.domain.lifecycle import (
    CopyNoticeState,
    HazardState,
    RectificationState,
    TransferState,
)
from coordinator.domain.policy import Policy
from coordinator.services.access import require_office
from coordinator.services.follow_up.round_policies import readable_policies
from coordinator.services.policies import policy_of_round
from coordinator.services.ports import Work

_Owed = TypeVar("_Owed", Rectification, CopyNotice)


async def remind_and_note_overdue(work: Work) -> Mapping[str, object]:
    """Send each reminder once, and put each overdue matter on record once; gives counts.

    Whoever does the duties has done it one by one before, so that only what fails is left here.
    """
    require_office(work)
    return {
        "rectifications": await _each(work, orders_to_remind, remind_of_order),
        "copy_notices": await _each(work, notices_to_remind, remind_of_notice),
        "transfers": await _each(work, overdue_transfers, note_overdue_transfer),
        "hazards": await _each(work, overdue_hazards, note_overdue_hazard),
    }


async def orders_to_remind(work: Work) -> Sequence[str]:
    """Name the orders that are due a reminder, or overdue and not noted as such.

    One whose round's rules can't be read is named too, and fails by itself; so are such notices.
    """
    require_office(work)
    orders = await work.rectifications.where(state=RectificationState.ORDERED)
    rules = await readable_policies(work, (each.round_id for each in orders))
    return [
        each.rectification_id
        for each in orders
        if (policy := rules[each.round_id]) is None or _order_reminded(work, each, policy)
    ]


async def remind_of_order(work: Work, rectification_id: str) -> bool:
    """Send an order's reminder, and note once that it is overdue; False: neither is due."""
    require_office(work)
    order = await work.rectifications.get(rectification_id)
    changed = _order_reminded(work, order, await _policy_of(work, order.round_id))
    if changed is None:
        return False
    if changed.overdue_noted_at != order.overdue_noted_at:
        tag, key = "follow-up:rectification:overdue", order.rectification_id
        await work.audit(tag, order.visit_id, item=order.item, of=key)
    await work.rectifications.save(changed)
    message = RectificationReminded(
        rectification_id=order.rectification_id,
        visit_id=order.visit_id,
        object_id=order.object_id,
        object_name=order.object_name,
        department=order.department,
        problem=order.problem,
        due_date=order.due_date,
        days_left=(order.due_date - work.today()).days,
    )
    await work.post.to_department(
        order.department, message, subject=order.rectification_id, correlation=order.visit_id
    )
    return True


async def notices_to_remind(work: Work) -> Sequence[str]:
    """Name the copy notices that are due a reminder, or overdue and not noted as such."""
    require_office(work)
    notices = await work.copy_notices.where(state=CopyNoticeState.SENT)
    rules = await readable_policies(work, (each.round_id for each in notices))
    return [
        each.notice_id
        for each in notices
        if (policy := rules[each.round_id]) is None or _notice_reminded(work, each, policy)
    ]


async def remind_of_notice(work: Work, notice_id: str) -> bool:
    """Send a copy notice's reminder, and note once that it is overdue; False: neither is due."""
    require_office(work)
    notice = await work.copy_notices.get(notice_id)
    changed = _notice_reminded(work, notice, await _policy_of(work, notice.round_id))
    if changed is None:
        return False
    if changed.overdue_noted_at != notice.overdue_noted_at:
        tag, key = "follow-up:copy-notice:overdue", notice.notice_id
        await work.audit(tag, notice.visit_id, by=notice.receiver, of=key)
    await work.copy_notices.save(changed)
    message = CopyNoticeReminded(
        notice_id=notice.notice_id,
        department=notice.receiver,
        letter_number=notice.letter_number,
        answer_due=notice.answer_due,
        days_left=(notice.answer_due - work.today()).days,
    )
    await work.post.to_department(
        notice.receiver, message, subject=notice.notice_id, correlation=notice.visit_id
    )
    return True


async def overdue_transfers(work: Work) -> Sequence[str]:
    """Name the transfers that nobody has answered in time, and that are not noted as such."""
    require_office(work)
    sent = await work.transfers.where(state=TransferState.SENT, overdue_noted_at=None)
    return [each.transfer_id for each in sent if _is_late(each, work.today())]


async def note_overdue_transfer(work: Work, transfer_id: str) -> bool:
    """Put on record once that a transfer is overdue; False: it is not, or was noted before."""
    require_office(work)
    sent = await work.transfers.get(transfer_id)
    if not _is_late(sent, work.today()):
        return False
    await work.transfers.save(replace(sent, overdue_noted_at=work.now()))
    tag = "follow-up:transfer:overdue"
    await work.audit(tag, sent.visit_id, by=sent.receiver, of=transfer_id)
    return True


async def overdue_hazards(work: Work) -> Sequence[str]:
    """Name the hazards that were not removed in time, and that are not noted as such."""
    require_office(work)
    stopped = await work.hazards.where(state=HazardState.STOPPED, overdue_noted_at=None)
    return [each.hazard_id for each in stopped if _is_left(each, work.today())]


async def note_overdue_hazard(work: Work, hazard_id: str) -> bool:
    """Put on record once that a hazard is overdue; False: it is not, or was noted before."""
    require_office(work)
    hazard = await work.hazards.get(hazard_id)
    if not _is_left(hazard, work.today()):
        return False
    await work.hazards.save(replace(hazard, overdue_noted_at=work.now()))
    tag = "follow-up:hazard:overdue"
    await work.audit(tag, hazard.visit_id, item=hazard.item, of=hazard_id)
    return True


async def _each(
    work: Work,
    waiting: Callable[[Work], Awaitable[Sequence[str]]],
    do: Callable[[Work, str], Awaitable[bool]],
) -> int:
    return sum([await do(work, key) for key in await waiting(work)])


async def _policy_of(work: Work, round_id: str) -> Policy:
    return await policy_of_round(work, await work.rounds.get(round_id))


def _order_reminded(work: Work, order: Rectification, policy: Policy) -> Rectification | None:
    days = due_reminders(order, policy.follow_up.reminder_days, work.today())
    return _reminded(work, order, days)


def _notice_reminded(work: Work, notice: CopyNotice, policy: Policy) -> CopyNotice | None:
    days = _due(notice, policy.follow_up.reminder_days, work.today())
    return _reminded(work, notice, days)


def _reminded(work: Work, owed: _Owed, days: Sequence[int]) -> _Owed | None:
    """Give what is owed as it is after its reminder, or None where nothing is to be told."""
    overdue = owed.is_overdue(work.today()) and owed.overdue_noted_at is None
    if not days and not overdue:
        return None
    noted_at = work.now() if overdue else owed.overdue_noted_at
    return replace(owed, reminded=(*owed.reminded, *days), overdue_noted_at=noted_at)


def _due(notice: CopyNotice, days: Sequence[int], today: date) -> tuple[int, ...]:
    left = (notice.answer_due - today).days
    if left < 0 or not notice.is_open:
        return ()
    return tuple(day for day in days if left <= day and day not in notice.reminded)


def _is_late(sent: Transfer, today: date) -> bool:
    waits = sent.state is TransferState.SENT and sent.overdue_noted_at is None
    return waits and today > sent.answer_due


def _is_left(hazard: Hazard, today: date) -> bool:
    return hazard.is_overdue(today) and hazard.overdue_noted_at is None
