"""Messages lost at the end of a queue, on both databases: heartbeats show them, no later one."""

from datetime import timedelta

import pytest

from contracts.topology import department_user
from coordinator.adapters.db.agents import DatabasePulses
from coordinator.domain.agents import NO_BACKLOG, AgentPulse
from coordinator.services import sequences
from tests.builders import FIRE
from tests.compliance.queue_order import QUEUE, OrderDesk
from tests.play import AUDITOR, Play, office


class UnheardCompliance:
    """The last messages of a queue, lost with it: a living agent's heartbeat shows that."""

    @pytest.fixture
    def desk(self, empty: Play) -> OrderDesk:
        return OrderDesk(empty)

    async def test_what_a_living_agent_knows_nothing_of_is_sent_again_at_growing_distances(
        self, desk: OrderDesk
    ) -> None:
        await desk.send(5)
        early = await self._minutes_later(desk, 5, passed=3)
        due = await self._minutes_later(desk, 6, passed=3)
        again = await desk.pending(QUEUE)
        await desk.relay()
        too_soon = await self._minutes_later(desk, 15, passed=3)
        doubled = await self._minutes_later(desk, 10, passed=3)

        assert (early, due, too_soon, doubled) == (0, 2, 0, 2)
        assert again == [4, 5]
        async with desk.play.work(AUDITOR) as work:
            resends = await work.resends.where()
        assert [(each.first, each.last) for each in resends] == [(4, 5), (4, 5)]

    @pytest.mark.parametrize(
        "backlog",
        [
            {"passed": 5},
            {"passed": 0, "retries": 1},
            {"passed": 0, "held_back": 1},
            {"passed": None},
        ],
    )
    async def test_an_agent_that_is_done_or_still_at_work_is_left_alone(
        self, desk: OrderDesk, backlog: dict[str, int | None]
    ) -> None:
        await desk.send(5)

        assert await self._minutes_later(desk, 60, **backlog) == 0
        assert await desk.pending(QUEUE) == []

    async def test_a_silent_agent_gets_nothing_twice(self, desk: OrderDesk) -> None:
        await desk.send(5)
        await self._minutes_later(desk, 1, passed=0)
        desk.play.clock.at += timedelta(days=7)

        async with desk.play.work(office()) as work:
            assert await sequences.resend_unheard(work) == 0

    async def _minutes_later(
        self, desk: OrderDesk, minutes: int, passed: int | None, **backlog: int | None
    ) -> int:
        """Let time go by and a heartbeat come, and give how many messages leave again."""
        desk.play.clock.at += timedelta(minutes=minutes)
        now = desk.play.clock.machine_now()
        said = NO_BACKLOG.model_copy(update={"passed_tasks": passed, **backlog})
        pulse = AgentPulse(
            agent=department_user(FIRE), heard_at=now, heartbeat_at=now, sent_at=now, backlog=said
        )
        await DatabasePulses(desk.play.around.engine).beat([pulse])
        async with desk.play.work(office()) as work:
            return await sequences.resend_unheard(work)
