"""Order of a queue on the agent's file: what was passed, what is held, which gaps are asked for.

Nothing is passed over by time alone: a gap ends when its messages come or are declared void.
"""

import json
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import func, or_, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from contracts.amqp.hold_back import first_run, overdue_gap, releasable
from department_agents.store.order_rows import GapRow, VoidedRow
from department_agents.store.rows import OutboxRow, OutboxState, PassedSequenceRow, RetryRow

LONGEST_SILENCE = timedelta(days=1)
PARKED = "parked"
_VOIDS = "voided_sequences"

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Missing:
    """Sequences of a queue that did not come, both ends included."""

    queue: str
    first: int
    last: int


Ask = Callable[[AsyncSession, Missing], Awaitable[str | None]]
"""Asks for what is missing in the given transaction; gives the id of a message that waits to leave.

None: it was asked for by other means.
"""


@dataclass(frozen=True, slots=True)
class Asking:
    """How a gap is asked for: after which time, how, by which header, how many at once."""

    patience: timedelta
    ask: Ask
    header: str
    most: int


async def passed_in(session: AsyncSession, queue: str) -> int:
    """Give the sequence up to which all of a queue was applied, parked or declared void."""
    row = await session.get(PassedSequenceRow, queue)
    return 0 if row is None else row.passed


async def pass_sequence(session: AsyncSession, queue: str, sequence: int) -> None:
    """Let the next sequence of a queue count as passed, and what is void behind it."""
    row = await session.get(PassedSequenceRow, queue)
    row = row or PassedSequenceRow(queue=queue, passed=0)
    row.passed = sequence
    for first, last in await _voids(session, queue):
        if first <= row.passed + 1:
            row.passed = max(row.passed, last)
    session.add(row)


async def declare_void(session: AsyncSession, missing: Missing, reason: str, now: datetime) -> None:
    """Let sequences that will not come count as passed as soon as all before them have."""
    row = VoidedRow(
        queue=missing.queue, first=missing.first, last=missing.last, reason=reason, told_at=now
    )
    await session.merge(row)
    await session.flush()
    session.info.pop(_VOIDS, None)
    await pass_sequence(session, missing.queue, await passed_in(session, missing.queue))


async def anything_waits(session: AsyncSession) -> bool:
    """Say whether any message waits for a retry or for others, or any gap is open."""
    retry = select(RetryRow.message_id).exists()
    gap = select(GapRow.queue).where(col(GapRow.closed_at).is_(None)).exists()
    return bool((await session.exec(select(or_(retry, gap)))).one())


async def released(session: AsyncSession, limit: int) -> list[RetryRow]:
    """Give up to `limit` held messages that nothing is missing before any more, in order."""
    held = col(RetryRow.held_sequence)
    queues = await session.exec(select(RetryRow.queue).where(held.is_not(None)).distinct())
    ready: list[RetryRow] = []
    for queue in queues.all():
        passed = await passed_in(session, queue)
        query = select(RetryRow).where(col(RetryRow.queue) == queue, held <= passed + limit)
        rows = (await session.exec(query.order_by(held).limit(limit))).all()
        follow = releasable(passed, {row.held_sequence or 0 for row in rows})
        last = follow[-1] if follow else passed
        ready += [row for row in rows if (row.held_sequence or 0) <= last]
    return ready[:limit]


async def ask_for_gaps(session: AsyncSession, now: datetime, asking: Asking) -> None:
    """Ask for each gap that is older than the patience, again and again until it is closed.

    Not again while the last request has not even left, and at growing distances.
    """
    await _close_gaps(session, now)
    held = col(RetryRow.held_sequence)
    waiting = await session.exec(
        select(RetryRow.queue, func.min(held), func.min(RetryRow.first_at))
        .where(held.is_not(None))
        .group_by(col(RetryRow.queue))
    )
    for queue, lowest, since in waiting.all():
        passed = await passed_in(session, queue)
        gap = overdue_gap(passed, {lowest or 0: since}, now, asking.patience)
        if not gap:
            continue
        here = await _being_retried(session, queue, asking.header)
        run = first_run(gap[: asking.most], here)
        if run:
            await _ask(session, Missing(queue, run[0], run[-1]), now, asking)


async def _ask(session: AsyncSession, missing: Missing, now: datetime, asking: Asking) -> None:
    gap = await _known_gap(session, missing)
    if gap is None:
        log.error("sequence_gap", queue=missing.queue, first=missing.first, last=missing.last)
        gap = GapRow(queue=missing.queue, first=missing.first, last=missing.last, noticed_at=now)
    elif not await _may_ask_again(session, gap, now, asking.patience):
        return
    gap.request_id = await asking.ask(session, missing)
    gap.asked_at, gap.number_of_requests = now, gap.number_of_requests + 1
    session.add(gap)


async def _known_gap(session: AsyncSession, missing: Missing) -> GapRow | None:
    """Give the open gap of which this is what is left."""
    found = await session.exec(
        select(GapRow).where(
            GapRow.queue == missing.queue,
            col(GapRow.closed_at).is_(None),
            col(GapRow.first) <= missing.first,
            col(GapRow.last) >= missing.first,
        )
    )
    return found.first()


async def _may_ask_again(
    session: AsyncSession, gap: GapRow, now: datetime, patience: timedelta
) -> bool:
    pause = min(LONGEST_SILENCE, patience * 2 ** min(gap.number_of_requests, 16))
    if gap.asked_at is not None and now - gap.asked_at < pause:
        return False
    state = await session.exec(
        select(OutboxRow.state).where(OutboxRow.message_id == gap.request_id)
    )
    return state.first() is not OutboxState.PENDING


async def _close_gaps(session: AsyncSession, now: datetime) -> None:
    is_open = col(GapRow.closed_at).is_(None)
    queues = await session.exec(select(GapRow.queue).where(is_open).distinct())
    for queue in queues.all():
        over = col(GapRow.last) <= await passed_in(session, queue)
        close = update(GapRow).where(is_open, col(GapRow.queue) == queue, over)
        await session.exec(close.values(closed_at=now))


async def _being_retried(session: AsyncSession, queue: str, header: str) -> Collection[int]:
    """Give the sequences that are here and wait for their next attempt: they are not missing."""
    not_held = col(RetryRow.held_sequence).is_(None)
    rows = await session.exec(select(RetryRow.headers).where(RetryRow.queue == queue, not_held))
    return {int(json.loads(headers)[header]) for headers in rows}


async def _voids(session: AsyncSession, queue: str) -> Sequence[tuple[int, int]]:
    """Give a queue's void sequences that were not passed yet, in order; looked up once."""
    known: dict[str, Sequence[tuple[int, int]]] = session.info.setdefault(_VOIDS, {})
    if queue not in known:
        passed = await passed_in(session, queue)
        found = await session.exec(
            select(VoidedRow.first, VoidedRow.last)
            .where(VoidedRow.queue == queue, col(VoidedRow.last) > passed)
            .order_by(col(VoidedRow.first))
        )
        known[queue] = found.all()
    return known[queue]
