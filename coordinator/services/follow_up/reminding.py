"""Reminders before dates, and overdue matters put on record once: what the daily duty does."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from contracts.follow_up import CopyNoticeReminded, RectificationReminded
from coordinator.domain.follow_up import CopyNotice, Rectification, Transfer
from coordinator.domain.follow_up.rectifications import due_reminders
from coordinator.domain.lifecycle import (
    CopyNoticeState,
    HazardState,
    RectificationState,
    TransferState,
)
from coordinator.services.access import require_office
from coordinator.services.policies import policy_of_round
from coordinator.services.ports import Work


async def remind_and_note_overdue(work: Work) -> Mapping[str, object]:
    """Send each reminder once, and put each overdue matter on record once; gives counts."""
    require_office(work)
    days: dict[str, Sequence[int]] = {}
    for drawn in await work.rounds.where():
        days[drawn.round_id] = (await policy_of_round(work, drawn)).follow_up.reminder_days
    return {
        "rectifications": await _orders(work, days),
        "copy_notices": await _notices(work, days),
        "transfers": await _transfers(work),
        "hazards": await _hazards(work),
    }


async def _orders(work: Work, days: Mapping[str, Sequence[int]]) -> int:
    told = 0
    for order in await work.rectifications.where(state=RectificationState.ORDERED):
        reminders = due_reminders(order, days.get(order.round_id, ()), work.today())
        overdue = order.is_overdue(work.today()) and order.overdue_noted_at is None
        if not reminders and not overdue:
            continue
        changed = replace(order, reminded=(*order.reminded, *reminders))
        if overdue:
            changed = replace(changed, overdue_noted_at=work.now())
            tag, key = "follow-up:rectification:overdue", order.rectification_id
            await work.audit(tag, order.visit_id, item=order.item, of=key)
        await work.rectifications.save(changed)
        await _remind_of(work, order)
        told += 1
    return told


async def _remind_of(work: Work, order: Rectification) -> None:
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


async def _notices(work: Work, days: Mapping[str, Sequence[int]]) -> int:
    told = 0
    for notice in await work.copy_notices.where(state=CopyNoticeState.SENT):
        reminders = _due(notice, days.get(notice.round_id, ()), work.today())
        overdue = notice.is_overdue(work.today()) and notice.overdue_noted_at is None
        if not reminders and not overdue:
            continue
        changed = replace(notice, reminded=(*notice.reminded, *reminders))
        if overdue:
            changed = replace(changed, overdue_noted_at=work.now())
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
        told += 1
    return told


def _due(notice: CopyNotice, days: Sequence[int], today: date) -> tuple[int, ...]:
    left = (notice.answer_due - today).days
    if left < 0:
        return ()
    return tuple(day for day in days if left <= day and day not in notice.reminded)


async def _transfers(work: Work) -> int:
    late = [
        each
        for each in await work.transfers.where(state=TransferState.SENT)
        if _is_late(each, work.today())
    ]
    for each in late:
        await work.transfers.save(replace(each, overdue_noted_at=work.now()))
        tag, key = "follow-up:transfer:overdue", each.transfer_id
        await work.audit(tag, each.visit_id, by=each.receiver, of=key)
    return len(late)


def _is_late(sent: Transfer, today: date) -> bool:
    return today > sent.answer_due and sent.overdue_noted_at is None


async def _hazards(work: Work) -> int:
    late = [
        each
        for each in await work.hazards.where(state=HazardState.STOPPED)
        if each.is_overdue(work.today()) and each.overdue_noted_at is None
    ]
    for each in late:
        await work.hazards.save(replace(each, overdue_noted_at=work.now()))
        tag, key = "follow-up:hazard:overdue", each.hazard_id
        await work.audit(tag, each.visit_id, item=each.item, of=key)
    return len(late)
