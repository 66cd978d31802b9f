"""A department's agent over a real broker: ceremony, tasks, death at any moment, absence."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from contracts.amqp.consumer import Consumer, ConsumerSettings
from contracts.amqp.disposition import Disposition
from contracts.amqp.ports import Delivery
from contracts.amqp.publisher import AmqpPublisher, Outcome
from contracts.draws import EntropyRequested
from contracts.topology import INBOUND_QUEUE
from contracts.vocabulary import Wire
from department_agents.keys import load_key, make_key
from tests.integration.conftest import Broker
from tests.unit.agents.office import NOW, Office, a_report, a_task

SECONDS = 20.0
REQUEST = EntropyRequested(round_id="2026-R1", title="11 月", attempts=16, deadline_at=NOW)


class OfficeAtBroker:
    """The office with a real connection: sends letters, collects what departments send."""

    def __init__(self, broker: Broker) -> None:
        url = broker.url("coordinator")
        self.office = Office("fire")
        self.inbound: asyncio.Queue[Delivery] = asyncio.Queue()
        self._publisher = AmqpPublisher(url, "office")
        self._consumer = Consumer(url, "office", ConsumerSettings(INBOUND_QUEUE), self._collect)

    async def send(self, *messages: Wire) -> None:
        letters = [self.office.outgoing(message) for message in messages]
        receipts = await self._publisher.publish(letters)
        assert [receipt.outcome for receipt in receipts] == [Outcome.CONFIRMED] * len(letters)

    async def next_message(self) -> tuple[str, str | None, dict[str, Any]]:
        """Give name, verified sender and data of the next message."""
        delivery = await asyncio.wait_for(self.inbound.get(), SECONDS)
        return delivery.type, delivery.user_id, json.loads(delivery.body)["data"]

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        task = asyncio.create_task(self._consumer.run())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            await self._publisher.close()

    async def _collect(self, deliveries: Sequence[Delivery]) -> list[Disposition]:
        for delivery in deliveries:
            self.inbound.put_nowait(delivery)
        return [Disposition.DONE] * len(deliveries)


class AgentProcess:
    """`onevisit-agent run` as a process of its own, to be stopped or killed."""

    def __init__(self, broker: Broker, folder: Path) -> None:
        self.folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self._environment = {
            **{name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
            "ONEVISIT_AGENT_AMQP_URL": broker.url("dept-fire"),
            "ONEVISIT_AGENT_DATA_FOLDER": str(folder / "data"),
            "ONEVISIT_AGENT_KEY_FILE": str(folder / "key.jwk"),
            "ONEVISIT_AGENT_OFFICE_JWKS": str(folder / "keys.json"),
            "ONEVISIT_AGENT_SYSTEM": "file_drop",
            "ONEVISIT_AGENT_POLL_SECONDS": "0.1",
        }

    def start(self) -> None:
        command = [sys.executable, "-m", "department_agents.commands.main", "run"]
        self._process = subprocess.Popen([*command, "--department", "fire"], env=self._environment)

    def end(self, number: signal.Signals) -> int:
        """Send a signal, wait, and give the exit code."""
        if self._process is None:
            return 0
        self._process.send_signal(number)
        code = self._process.wait(SECONDS)
        self._process = None
        return code


@pytest.fixture
async def office(broker: Broker) -> AsyncIterator[OfficeAtBroker]:
    broker.management.purge_for_tests() if hasattr(broker.management, "purge_for_tests") else None
    at_broker = OfficeAtBroker(broker)
    async with at_broker.listening():
        yield at_broker


@pytest.fixture
def agent(broker: Broker, office: OfficeAtBroker, tmp_path: Path) -> AsyncIterator[AgentProcess]:
    office.office.publish_keys(tmp_path / "keys.json", make_key("fire", tmp_path / "key.jwk"))
    process = AgentProcess(broker, tmp_path)
    yield process
    process.end(signal.SIGKILL)


async def test_the_whole_ceremony_runs_between_office_and_agent(
    office: OfficeAtBroker, agent: AgentProcess
) -> None:
    agent.start()
    own = load_key("fire", agent.folder / "key.jwk")

    await office.send(REQUEST)
    committed = await office.next_message()
    frozen = office.office.frozen(office.office.heads(committed[2]["head"]))
    await office.send(frozen)
    receipt = await office.next_message()
    await office.send(office.office.reveal_request(frozen, own))
    revealed = await office.next_message()

    assert [committed[0], receipt[0], revealed[0]] == [
        "EntropyCommitted.v1",
        "CommitReceived.v1",
        "EntropyRevealed.v1",
    ]
    assert {committed[1], receipt[1], revealed[1]} == {"dept-fire"}
    assert agent.end(signal.SIGTERM) == 0
