"""The office at a real broker, and `onevisit-agent` as a process that can be killed."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from contracts.amqp.consumer import Consumer, ConsumerSettings
from contracts.amqp.disposition import Disposition
from contracts.amqp.ports import Delivery, OutgoingMessage
from contracts.amqp.publisher import AmqpPublisher, Outcome
from contracts.topology import INBOUND_QUEUE, VHOST, credit_queue, events_queue, tasks_queue
from contracts.vocabulary import Wire
from coordinator.adapters.heartbeats import is_heartbeat
from department_agents.keys import make_key
from tests.integration.conftest import Broker
from tests.unit.agents.office import Office

SECONDS = 30.0
QUEUES = (INBOUND_QUEUE, tasks_queue("fire"), events_queue("fire"), credit_queue("county"))


class OfficeAtBroker:
    """The office with a real connection: sends letters, collects what departments send."""

    def __init__(self, broker: Broker) -> None:
        url = broker.url("coordinator")
        self.office = Office("fire")
        self.inbound: asyncio.Queue[Delivery] = asyncio.Queue()
        self.heartbeats: asyncio.Queue[Delivery] = asyncio.Queue()
        self._publisher = AmqpPublisher(url, "office")
        self._consumer = Consumer(url, "office", ConsumerSettings(INBOUND_QUEUE), self._collect)

    async def send(self, *messages: Wire) -> None:
        await self.send_letters(*[self.office.outgoing(message) for message in messages])

    async def send_letters(self, *letters: OutgoingMessage) -> None:
        receipts = await self._publisher.publish(letters)
        assert [receipt.outcome for receipt in receipts] == [Outcome.CONFIRMED] * len(letters)

    async def next_delivery(self) -> Delivery:
        return await asyncio.wait_for(self.inbound.get(), SECONDS)

    async def next_message(self) -> tuple[str, dict[str, Any]]:
        """Give name and data of the next message."""
        delivery = await self.next_delivery()
        return delivery.type, json.loads(delivery.body)["data"]

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
            kept = self.heartbeats if is_heartbeat(delivery) else self.inbound
            kept.put_nowait(delivery)
        return [Disposition.DONE] * len(deliveries)


class AgentProcess:
    """`onevisit-agent` as a process of its own, to be stopped or killed."""

    def __init__(self, folder: Path, *command: str) -> None:
        self.folder = folder
        self._command = [sys.executable, "-m", "department_agents.commands.main", *command]
        self._process: subprocess.Popen[bytes] | None = None
        self.environment = {name: os.environ[name] for name in ("PATH", "HOME")}

    def start(self) -> None:
        log = (self.folder / "log.jsonl").open("ab")
        with log:
            self._process = subprocess.Popen(self._command, env=self.environment, stderr=log)

    def end(self, number: signal.Signals) -> int:
        """Send a signal, wait, and give the exit code."""
        if self._process is None:
            return 0
        self._process.send_signal(number)
        code = self._process.wait(SECONDS)
        self._process = None
        return code

    def log(self) -> str:
        return (self.folder / "log.jsonl").read_text()


@pytest.fixture
async def office(broker: Broker) -> AsyncIterator[OfficeAtBroker]:
    for queue in QUEUES:
        await broker.management.delete("queues", VHOST, queue, "contents")
    at_broker = OfficeAtBroker(broker)
    async with at_broker.listening():
        yield at_broker


@pytest.fixture
def agent(broker: Broker, office: OfficeAtBroker, tmp_path: Path) -> Iterator[AgentProcess]:
    office.office.publish_keys(tmp_path / "keys.json", make_key("fire", tmp_path / "key.jwk"))
    process = AgentProcess(tmp_path, "run", "--department", "fire")
    process.environment |= {
        "ONEVISIT_AGENT_AMQP_URL": broker.url("dept-fire"),
        "ONEVISIT_AGENT_DATA_FOLDER": str(tmp_path / "data"),
        "ONEVISIT_AGENT_KEY_FILE": str(tmp_path / "key.jwk"),
        "ONEVISIT_AGENT_OFFICE_JWKS": str(tmp_path / "keys.json"),
        "ONEVISIT_AGENT_SYSTEM": "file_drop",
        "ONEVISIT_AGENT_POLL_SECONDS": "0.1",
    }
    yield process
    process.end(signal.SIGKILL)


@pytest.fixture
def credit(broker: Broker, office: OfficeAtBroker, tmp_path: Path) -> Iterator[AgentProcess]:
    office.office.publish_keys(tmp_path / "keys.json")
    process = AgentProcess(tmp_path, "credit", "--system", "county")
    process.environment |= {
        "ONEVISIT_AGENT_AMQP_URL": broker.url("credit-county"),
        "ONEVISIT_AGENT_DATA_FOLDER": str(tmp_path / "data"),
        "ONEVISIT_AGENT_OFFICE_JWKS": str(tmp_path / "keys.json"),
    }
    yield process
    process.end(signal.SIGKILL)
