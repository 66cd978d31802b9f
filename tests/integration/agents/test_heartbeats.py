"""Heartbeats over a real broker: an agent tells its version, backlog and what it found."""

import asyncio
import shutil
from datetime import UTC, datetime

from contracts.heartbeats import CheckName
from coordinator.adapters.heartbeats import pulse_of, sender_of
from coordinator.domain.agents import AgentPulse
from tests.integration.agents.conftest import SECONDS, AgentProcess, OfficeAtBroker
from tests.integration.conftest import POLL_SECONDS, Broker


async def next_pulse(office: OfficeAtBroker) -> AgentPulse:
    async with asyncio.timeout(SECONDS):
        delivery = await office.heartbeats.get()
    agent = sender_of(delivery)
    assert agent is not None
    return pulse_of(agent, delivery, datetime.now(UTC))


async def test_an_agent_tells_what_is_wrong_with_it_until_it_is_well_again(
    office: OfficeAtBroker, agent: AgentProcess
) -> None:
    agent.environment |= {
        "ONEVISIT_AGENT_HEARTBEAT_SECONDS": "0.2",
        "ONEVISIT_AGENT_DISK_FREE_MEGABYTES": str(10**9),
    }
    agent.start()

    first = await next_pulse(office)
    shutil.rmtree(agent.folder / "data" / "drop" / "to_department")
    while all(check.passed for check in first.checks if check.name is CheckName.BACK_OFFICE):
        first = await next_pulse(office)

    assert (first.agent, first.flaw) == ("dept-fire", None)
    assert first.version
    assert first.backlog.outbox_pending == 0
    assert {check.name: check.passed for check in first.checks} == {
        CheckName.DISK: False,
        CheckName.CLOCK: True,
        CheckName.BACK_OFFICE: False,
    }
    assert first.clock_offset is not None
    assert abs(first.clock_offset.total_seconds()) < SECONDS


async def test_a_credit_consumer_sends_them_too(
    office: OfficeAtBroker, credit: AgentProcess
) -> None:
    credit.start()

    assert (await next_pulse(office)).agent == "credit-county"


async def test_an_agent_has_one_connection_with_three_channels_and_opens_it_again(
    broker: Broker, office: OfficeAtBroker, agent: AgentProcess
) -> None:
    agent.environment["ONEVISIT_AGENT_HEARTBEAT_SECONDS"] = "0.2"
    agent.start()
    await next_pulse(office)

    before = await broker.connected("dept-fire")
    assert len(before) == 1
    assert await channels_of(broker, "dept-fire", 3) == before
    await broker.kill_connections("dept-fire")

    again = await broker.connected("dept-fire", but=before)
    while not office.heartbeats.empty():
        office.heartbeats.get_nowait()
    await next_pulse(office)
    assert len(again) == 1


async def channels_of(broker: Broker, user: str, number: int) -> set[str]:
    """Wait until a user has so many channels, and give the connections they are on."""
    async with asyncio.timeout(SECONDS):
        while True:
            rows = await broker.management.get("channels")
            own = [row["connection_details"]["name"] for row in rows if row.get("user") == user]
            if len(own) == number:
                return set(own)
            await asyncio.sleep(POLL_SECONDS)
