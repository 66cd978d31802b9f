"""Heartbeats: the office learns that we live, what waits here, and what is wrong with us.

They go past the outbox: what is late is worthless, and the next one says it all again.
"""

import asyncio
import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from itertools import count
from pathlib import Path
from typing import Protocol

import structlog
from sqlalchemy import ColumnElement, func
from sqlmodel import SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from contracts.amqp.ports import CORRELATION_HEADER, SCHEMA_HEADER, TransientMessage
from contracts.amqp.publisher import Outcome, Publisher
from contracts.catalogue import entry_of
from contracts.envelope import Envelope, encode
from contracts.heartbeats import Backlog, CheckName, HeartbeatSent, SelfCheck
from contracts.topology import INBOUND, department_of, events_queue, tasks_queue
from contracts.vocabulary import OFFICE
from department_agents.chance import jitter, message_id
from department_agents.clock import Clock
from department_agents.post import Sender
from department_agents.store.database import Database
from department_agents.store.order import passed_in
from department_agents.store.rows import DeadLetterRow, OutboxRow, OutboxState, RetryRow

_MEGABYTE = 1 << 20

log = structlog.get_logger(__name__)


class Check(Protocol):
    """One look of an agent at itself."""

    async def look(self) -> SelfCheck:
        """Give what was found; never raises."""
        ...


class Reachable(Protocol):
    """A back office that can say whether it is there."""

    async def is_reachable(self) -> bool:
        """Tell whether it could take something now."""
        ...


@dataclass(frozen=True)
class DiskCheck:
    """Whether the data folder has room for what the outbox must keep."""

    folder: Path
    least_megabytes: int

    async def look(self) -> SelfCheck:
        """Measure the free space; a folder that is gone has none."""
        try:
            usage = await asyncio.to_thread(shutil.disk_usage, self.folder)
        except OSError:
            return SelfCheck(name=CheckName.DISK, passed=False)
        free = usage.free // _MEGABYTE
        return SelfCheck(name=CheckName.DISK, passed=free >= self.least_megabytes, measured=free)


class ClockCheck:
    """Whether the wall clock has jumped since we last looked: leases and dates go by it.

    The office compares our time with its own as well.
    """

    def __init__(self, clock: Clock, most_seconds: int) -> None:
        self._clock = clock
        self._most = most_seconds
        self._seen = (clock.machine_now(), time.monotonic())

    async def look(self) -> SelfCheck:
        """Compare how far wall clock and steady clock went."""
        before, self._seen = self._seen, (self._clock.machine_now(), time.monotonic())
        wall = (self._seen[0] - before[0]).total_seconds()
        jump = round(wall - (self._seen[1] - before[1]))
        return SelfCheck(name=CheckName.CLOCK, passed=abs(jump) <= self._most, measured=jump)


@dataclass(frozen=True)
class BackOfficeCheck:
    """Whether the back office answers."""

    system: Reachable

    async def look(self) -> SelfCheck:
        """Ask it; whatever goes wrong means that it can't be reached."""
        try:
            reached = await self.system.is_reachable()
        except Exception:
            reached = False
        return SelfCheck(name=CheckName.BACK_OFFICE, passed=reached)


@dataclass(frozen=True)
class Pulse:
    """Whose heart beats: its broker user, its address, how often, and what it looks at."""

    user: str
    sender: Sender
    seconds: float
    checks: Sequence[Check]


class Heartbeats:
    """Sends what the store holds and what the checks found, every so many seconds."""

    def __init__(
        self, pulse: Pulse, database: Database, clock: Clock, publisher: Publisher
    ) -> None:
        self._pulse = pulse
        self._database = database
        self._clock = clock
        self._publisher = publisher
        self._numbers = count(1)
        self._started_at = clock.machine_now()

    async def run(self) -> None:
        """Beat until cancelled; one that fails is left out."""
        while True:
            try:
                await self.beat()
            except Exception as error:
                # No traceback: its locals may hold what the store holds.
                log.error("heartbeat_failed", error=type(error).__name__)  # noqa: TRY400
            await asyncio.sleep(jitter(self._pulse.seconds))

    async def beat(self) -> None:
        """Send one heartbeat."""
        message = HeartbeatSent(
            version=version("onevisit"),
            started_at=self._started_at,
            sent_at=self._clock.machine_now(),
            backlog=await self._backlog(),
            checks=tuple([await check.look() for check in self._pulse.checks]),
        )
        [receipt] = await self._publisher.publish([self._outgoing(message)])
        if receipt.outcome is not Outcome.CONFIRMED:
            log.warning("heartbeat_lost", outcome=receipt.outcome.value, reason=receipt.reason)

    async def _backlog(self) -> Backlog:
        pending = col(OutboxRow.state) == OutboxState.PENDING
        unroutable = col(OutboxRow.state) == OutboxState.UNROUTABLE
        held = col(RetryRow.held_sequence)
        async with self._database.transaction() as session:
            oldest = await session.exec(select(func.min(OutboxRow.created_at)).where(pending))
            return Backlog(
                outbox_pending=await _number(session, OutboxRow, pending),
                unroutable=await _number(session, OutboxRow, unroutable),
                retries=await _number(session, RetryRow, held.is_(None)),
                held_back=await _number(session, RetryRow, held.is_not(None)),
                parked=await _number(session, DeadLetterRow),
                oldest_pending_at=oldest.one(),
                **await self._passed(session),
            )

    async def _passed(self, session: AsyncSession) -> dict[str, int]:
        department = department_of(self._pulse.user)
        if department is None:
            return {}
        return {
            "passed_tasks": await passed_in(session, tasks_queue(department)),
            "passed_events": await passed_in(session, events_queue(department)),
        }

    def _outgoing(self, message: HeartbeatSent) -> TransientMessage:
        entry, number = entry_of(message), next(self._numbers)
        identity, now = message_id(message.sent_at), message.sent_at
        user, sender = self._pulse.user, self._pulse.sender
        envelope = Envelope[HeartbeatSent](
            id=identity,
            source=sender.source,
            type=entry.type,
            subject=user,
            time=self._clock.now(),
            dataschema=entry.schema_id,
            sequence=number,
            correlationid=user,
            data=message,
        )
        return TransientMessage(
            outbox_id=0,
            message_id=identity,
            recipient=OFFICE,
            sequence=number,
            exchange=INBOUND,
            routing_key=sender.routing_key(entry.name, entry.major),
            headers={SCHEMA_HEADER: entry.schema, CORRELATION_HEADER: user},
            body=encode(envelope),
            type=entry.type,
            created_at=now,
        )


async def _number(session: AsyncSession, row: type[SQLModel], *which: ColumnElement[bool]) -> int:
    query = select(func.count()).select_from(row).where(*which)
    return (await session.exec(query)).one()
