"""Heartbeats and mutes on both databases: cheap, the last one counts, none is anybody else's."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.amqp.disposition import Disposition
from contracts.amqp.ports import Delivery
from contracts.heartbeats import Backlog, CheckName, HeartbeatSent, SelfCheck
from contracts.sanctions import CreditEventAcknowledged
from coordinator.adapters.db.agents import DatabasePulses
from coordinator.adapters.db.inbox import DatabaseInbox, InboxSettings
from coordinator.adapters.db.tables_messaging import AuditEntryRow, InboxRow, RetryRow
from coordinator.adapters.heartbeats import InboundDoor
from coordinator.domain.agents import AgentPulse, AgentState
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.services import agents
from tests.builders import a_department
from tests.play import AUDITOR, Play, office

BACKLOG = Backlog(outbox_pending=3, unroutable=0, retries=1, held_back=2, parked=0)
FULL_DISK = SelfCheck(name=CheckName.DISK, passed=False, measured=12)


class Gate:
    """The inbound queue's handler over an inbox whose handler applies everything."""

    def __init__(self, play: Play) -> None:
        self.play = play
        settings = InboxSettings("gate")
        self.inbox = DatabaseInbox(play.around.engine, play.clock, settings, self._apply)
        self.pulses = DatabasePulses(play.around.engine)
        self.door = InboundDoor(self.inbox, self.pulses, play.clock)

    async def _apply(self, _connection: AsyncConnection, _delivery: Delivery) -> str:
        return "correlation"

    async def take(self, *deliveries: Delivery) -> Sequence[Disposition]:
        return await self.door(deliveries)

    def heartbeat(self, department: str = "fire", number: int = 1, **said: object) -> Delivery:
        at = self.play.clock.machine_now()
        values = {
            "version": "1.0",
            "started_at": at,
            "sent_at": at,
            "backlog": BACKLOG,
            "checks": (),
        }
        message = HeartbeatSent.model_validate(values | said)
        return self.play.letter(department, message, number)

    def acknowledgement(self) -> Delivery:
        said = CreditEventAcknowledged(number=1, message_id="018f-1")
        return self.play.letter("county", said)

    async def known(self) -> dict[str, AgentPulse]:
        async with self.play.work(AUDITOR) as work:
            return {each.agent: each for each in await work.agent_pulses.where()}

    async def number_of(self, *rows: type) -> int:
        async with self.play.around.engine.begin() as connection:
            counts = [
                (await connection.execute(select(func.count()).select_from(row))).scalar_one()
                for row in rows
            ]
        return sum(counts)


class AgentsCompliance:
    """What a heartbeat leaves behind, and what it does not."""

    @pytest.fixture
    def gate(self, empty: Play) -> Gate:
        return Gate(empty)

    @pytest.fixture
    async def connected(self, empty: Play) -> Play:
        async with empty.work(office()) as work:
            await work.departments.add([a_department("fire", public_key="{}")])
        return empty

    async def test_the_last_heartbeat_of_a_batch_is_kept_and_costs_nothing_else(
        self, gate: Gate
    ) -> None:
        traces = await gate.number_of(InboxRow, RetryRow, AuditEntryRow)
        older = gate.heartbeat(number=1, version="0.9")

        ends = await gate.take(older, gate.acknowledgement(), gate.heartbeat(number=2))

        assert ends == [Disposition.DONE] * 3
        known = await gate.known()
        assert known["dept-fire"].version == "1.0"
        assert known["dept-fire"].backlog == BACKLOG
        assert known["credit-county"].heartbeat_at is None
        assert await gate.number_of(InboxRow, RetryRow, AuditEntryRow) == traces + 1

    async def test_a_heartbeat_under_the_key_of_another_is_parked_with_its_reason(
        self, gate: Gate
    ) -> None:
        forged = replace(gate.heartbeat("fire"), user_id="dept-market")
        nobodys = replace(gate.heartbeat("fire", 2), user_id=None)

        ends = await gate.take(forged, nobodys)

        assert ends == [Disposition.PARK] * 2
        assert await gate.known() == {}
        async with gate.play.work(AUDITOR) as work:
            reasons = {each.reason for each in await work.dead_letters.where()}
        assert reasons == {
            "heartbeat of dept-market under dept.fire.HeartbeatSent.v1",
            "heartbeat of nobody under dept.fire.HeartbeatSent.v1",
        }
        assert await gate.number_of(RetryRow) == 0

    async def test_one_that_cannot_be_read_says_so_and_uses_no_attempt(self, gate: Gate) -> None:
        beat = gate.heartbeat()
        broken = replace(beat, body=b'{"data": 1}')
        newer = replace(
            gate.heartbeat("market", 2),
            type="HeartbeatSent.v2",
            routing_key="dept.market.HeartbeatSent.v2",
            headers={"x-schema": "HeartbeatSent;2.0"},
        )

        assert await gate.take(broken, newer) == [Disposition.DONE] * 2

        known = await gate.known()
        assert "missing" in str(known["dept-fire"].flaw)
        assert "sender wrote HeartbeatSent;2.0" in str(known["dept-market"].flaw)
        assert await gate.number_of(RetryRow, InboxRow) == 0

    @pytest.mark.parametrize("time", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"])
    async def test_a_time_that_no_clock_shows_harms_nobody_elses_heartbeat(
        self, gate: Gate, time: str
    ) -> None:
        await gate.take(gate.heartbeat("market", started_at=time), gate.heartbeat("fire", 2))

        known = await gate.known()
        assert known["dept-market"].flaw == "a time that no clock shows"
        assert known["dept-fire"].backlog == BACKLOG

    async def test_a_backlog_that_nobody_can_count_is_not_read(self, gate: Gate) -> None:
        beat = gate.heartbeat()
        endless = beat.body.replace(b'"outbox_pending":3', b'"outbox_pending":' + b"9" * 400)

        await gate.take(replace(beat, body=endless))

        [pulse] = (await gate.known()).values()
        assert "outbox_pending: less_than_equal" in str(pulse.flaw)

    async def test_any_message_is_a_sign_of_life_and_leaves_the_last_heartbeat(
        self, gate: Gate
    ) -> None:
        await gate.take(gate.heartbeat(checks=(FULL_DISK,)))
        before = (await gate.known())["dept-fire"]

        await gate.pulses.heard({"dept-fire"}, gate.play.clock.machine_now())

        after = (await gate.known())["dept-fire"]
        assert after.heard_at >= before.heard_at
        assert replace(after, heard_at=before.heard_at) == before

    async def test_a_silent_agent_is_muted_with_a_reason_and_back_when_unmuted(
        self, connected: Play
    ) -> None:
        async with connected.work(AUDITOR) as work:
            silent = (await agents.agent_standings(work))[0]
        assert silent.state is AgentState.SILENT

        async with connected.work(office()) as work:
            await agents.mute_agent(work, silent.agent, 2, "换服务器")
        async with connected.work(AUDITOR) as work:
            [muted] = [s for s in await agents.agent_standings(work) if s.agent == silent.agent]
            [entry] = await work.audit_entries.where(tag="messages:agent:muted")
        async with connected.work(office()) as work:
            await agents.unmute_agent(work, silent.agent)
            states = {s.agent: s.state for s in await agents.agent_standings(work)}

        assert muted.state is AgentState.MUTED
        assert (entry.subject, entry.facts["reason"]) == (silent.agent, "换服务器")
        assert states[silent.agent] is AgentState.SILENT

    @pytest.mark.parametrize(
        ("agent", "hours", "reason", "rule"),
        [
            ("dept-nobody", 1, "维护", Rule.NOT_FOUND),
            ("dept-fire", 100_000, "维护", Rule.MUTE_TOO_LONG),
            ("dept-fire", 1, " ", Rule.VALUE_MISSING),
        ],
    )
    async def test_a_mute_needs_a_known_agent_a_reason_and_an_end(
        self, connected: Play, agent: str, hours: int, reason: str, rule: Rule
    ) -> None:
        with pytest.raises(RuleBrokenError) as broken:
            async with connected.work(office()) as work:
                await agents.mute_agent(work, agent, hours, reason)

        assert broken.value.rule is rule
