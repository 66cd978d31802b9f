"""What an agent's file forgets: messages that are over and old, some at a time."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import ColumnElement, delete, literal_column
from sqlmodel import col, select

from department_agents.clock import Clock
from department_agents.store.database import Database
from department_agents.store.order_rows import GapRow, VoidedRow
from department_agents.store.rows import (
    DeadLetterRow,
    HandoverRow,
    InboxRow,
    OutboxRow,
    OutboxState,
    PassedSequenceRow,
    RetryRow,
)

PAUSE_SECONDS = 3600.0

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Keeping:
    """For how long sent messages are kept, and for how long it is known what was taken in."""

    sent: timedelta
    taken_in: timedelta
    batch: int = 500


async def forget_old(database: Database, now: datetime, keeping: Keeping) -> int:
    """Forget one batch of each kind and give how many rows went; what waits or is parked stays."""
    sent_before, taken_before = now - keeping.sent, now - keeping.taken_in
    passed = select(PassedSequenceRow.passed).where(PassedSequenceRow.queue == VoidedRow.queue)
    waits = select(RetryRow.message_id).union(select(DeadLetterRow.message_id))
    over: tuple[tuple[Any, Any, ColumnElement[bool]], ...] = (
        (
            OutboxRow,
            OutboxRow.outbox_id,
            (col(OutboxRow.state) == OutboxState.SENT) & (col(OutboxRow.sent_at) < sent_before),
        ),
        (
            InboxRow,
            InboxRow.message_id,
            (col(InboxRow.received_at) < taken_before) & col(InboxRow.message_id).not_in(waits),
        ),
        (HandoverRow, HandoverRow.handover_id, col(HandoverRow.handed_at) < taken_before),
        (GapRow, GapRow.gap_id, col(GapRow.closed_at) < taken_before),
        (
            VoidedRow,
            literal_column("rowid"),
            (col(VoidedRow.told_at) < taken_before)
            & (col(VoidedRow.last) <= passed.scalar_subquery()),
        ),
    )
    number = 0
    async with database.transaction() as session:
        for row, key, condition in over:
            these = select(key).where(condition).limit(keeping.batch)
            found = await session.exec(delete(row).where(condition, key.in_(these)))
            number += found.rowcount
    return number


async def keep_small(database: Database, clock: Clock, keeping: Keeping) -> None:
    """Forget what is old until cancelled, each hour; a broken store is waited out."""
    while True:
        try:
            while number := await forget_old(database, clock.machine_now(), keeping):
                log.info("store_forgot", number_of_rows=number)
        except Exception as error:
            # No traceback: its locals may hold a sealed body.
            log.error("store_not_pruned", error=type(error).__name__)  # noqa: TRY400
        await asyncio.sleep(PAUSE_SECONDS)
