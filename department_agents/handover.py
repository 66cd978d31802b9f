"""The loop between the agent's own rows and the back office: hand over, then collect answers."""

import asyncio
from collections.abc import Sequence

import structlog
from sqlmodel import col, select

from contracts.amqp.back_off import BackOff
from department_agents.clock import Clock
from department_agents.store.database import Database, News
from department_agents.store.rows import HandoverRow
from department_agents.systems.ports import System, Work

BATCH = 100

log = structlog.get_logger(__name__)


class Handover:
    """Brings stored work into the back office in order, at least once, and fetches answers."""

    def __init__(self, database: Database, system: System, clock: Clock) -> None:
        self._database = database
        self._system = system
        self._clock = clock

    async def run(self, poll_seconds: float) -> None:
        """Work until cancelled; a back office that fails is waited out.

        Work is handed over when it comes, and at the start what an earlier run left; answers are
        looked for every `poll_seconds`.
        """
        back_off = BackOff()
        may_wait, is_more = True, False
        while True:
            try:
                if may_wait:
                    is_more = await self._hand_over_some()
                    may_wait = False
                await self._system.collect()
            except Exception:
                log.exception("back_office_failed")
                may_wait = True
                await asyncio.sleep(back_off.next_pause())
            else:
                back_off.reset()
                may_wait = is_more or await self._database.is_told(News.HANDOVER, poll_seconds)

    async def run_once(self) -> None:
        """Hand over what waits and settle the answers that are there."""
        await self.hand_over()
        await self._system.collect()

    async def hand_over(self) -> None:
        """Hand over all that waits, oldest first."""
        while await self._hand_over_some():
            continue

    async def _hand_over_some(self) -> bool:
        """Hand over a batch, so that answers need not wait for a flood; tells if more waits."""
        waiting = await self._waiting()
        for row in waiting:
            await self._system.hand_over(Work(row.message_id, row.type, row.body))
            await self._handed(row)
        return len(waiting) == BATCH

    async def _waiting(self) -> Sequence[HandoverRow]:
        async with self._database.transaction() as session:
            query = select(HandoverRow).where(col(HandoverRow.handed_at).is_(None))
            ordered = query.order_by(col(HandoverRow.handover_id)).limit(BATCH)
            return (await session.exec(ordered)).all()

    async def _handed(self, row: HandoverRow) -> None:
        async with self._database.transaction() as session:
            row.handed_at = self._clock.machine_now()
            session.add(row)
