"""Directories over a real broker: an upload in chunks, the office's register, the receipt."""

import asyncio
import csv
import json
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from contracts.amqp.consumer import Consumer, ConsumerSettings
from contracts.amqp.publisher import AmqpPublisher
from contracts.amqp.relay import Relay, RelaySettings
from contracts.register_rows import Directory, columns_of
from contracts.topology import INBOUND_QUEUE, VHOST, events_queue, tasks_queue
from coordinator.adapters.db.agents import DatabasePulses
from coordinator.adapters.db.inbox import CONSUMER, DatabaseInbox, InboxSettings
from coordinator.adapters.db.outbox import DatabaseOutbox
from coordinator.adapters.heartbeats import InboundDoor
from coordinator.adapters.inbound import InboundMessages
from department_agents.keys import make_key
from tests.builders import a_department
from tests.integration.agents.conftest import AgentProcess
from tests.integration.conftest import Broker
from tests.play import AUDITOR, Play, office, start
from tests.snapshots import migrated_file, sqlite_url

SECONDS = 60.0
POLL_SECONDS = 0.2
NUMBER_OF_PEOPLE = 1200
TITLES = columns_of(Directory.INSPECTORS)


@pytest.fixture
async def county(broker: Broker, tmp_path: Path) -> AsyncIterator[Play]:
    """The coordinator's inbound and relay at the broker, on a database with two departments."""
    for queue in (INBOUND_QUEUE, tasks_queue("fire"), events_queue("fire")):
        await broker.management.delete("queues", VHOST, queue, "contents")
    play = start(sqlite_url(await migrated_file(tmp_path / "county.db")), tmp_path)
    async with play.work(office()) as work:
        await work.departments.save(a_department("fire"), a_department("market"))
    url = broker.url("coordinator")
    inbox = DatabaseInbox(
        play.around.engine,
        play.clock,
        InboxSettings(CONSUMER),
        InboundMessages(play.around).apply,
    )
    relay = Relay(
        DatabaseOutbox(play.around.engine, play.clock),
        AmqpPublisher(url, "office relay"),
        RelaySettings(owner="relay"),
    )
    door = InboundDoor(inbox, DatabasePulses(play.around.engine), play.clock)
    consumer = Consumer(url, "office", ConsumerSettings(INBOUND_QUEUE), door)
    loops = [asyncio.create_task(loop) for loop in (consumer.run(), relay.run())]
    yield play
    for loop in loops:
        loop.cancel()
    await asyncio.gather(*loops, return_exceptions=True)
    await play.close()


@pytest.fixture
def agent(broker: Broker, county: Play, tmp_path: Path) -> Iterator[AgentProcess]:
    make_key("fire", tmp_path / "key.jwk")
    keys = county.around.signer.published_keys()
    (tmp_path / "keys.json").write_text(json.dumps(keys))
    process = AgentProcess(tmp_path, "run", "--department", "fire")
    process.environment |= {
        "ONEVISIT_AGENT_DEPARTMENT": "fire",
        "ONEVISIT_AGENT_AMQP_URL": broker.url("dept-fire"),
        "ONEVISIT_AGENT_DATA_FOLDER": str(tmp_path / "data"),
        "ONEVISIT_AGENT_KEY_FILE": str(tmp_path / "key.jwk"),
        "ONEVISIT_AGENT_OFFICE_JWKS": str(tmp_path / "keys.json"),
    }
    yield process
    process.end(signal.SIGKILL)


def a_person(number: int, department: str) -> dict[str, str]:
    return {
        "inspector_id": f"{department}-{number}",
        "department": department,
        "name": "检查员" + "甲乙丙丁"[number % 4],
        "certificate_number": f"K640221-{number}",
        "certificate_from": "2025-01-01",
        "certificate_to": "2030-12-31",
        "competences": "water;hotel",
    }


def a_file(folder: Path, people: Sequence[dict[str, str]]) -> Path:
    file = folder / "people.csv"
    with file.open("w", encoding="utf-8", newline="") as target:
        writer = csv.writer(target)
        writer.writerow([TITLES[field] for field in people[0]])
        writer.writerows(person.values() for person in people)
    return file


def command(agent: AgentProcess, *arguments: str) -> Any:
    """Run `onevisit-agent registers …` beside the agent, and give what it prints."""
    done = subprocess.run(
        [sys.executable, "-m", "department_agents.commands.main", "registers", *arguments],
        env=agent.environment,
        stdout=subprocess.PIPE,
        check=True,
    )
    return json.loads(done.stdout)


async def answered(agent: AgentProcess, upload_id: str) -> dict[str, Any]:
    """Ask for the upload until its receipt is there."""
    async with asyncio.timeout(SECONDS):
        while True:
            uploads = await asyncio.to_thread(command, agent, "status")
            [upload] = [each for each in uploads if each["upload_id"] == upload_id]
            if upload["receipt"] is not None:
                return dict(upload)
            await asyncio.sleep(POLL_SECONDS)


async def test_an_agent_sends_1200_inspectors_in_three_chunks_and_gets_its_receipt(
    county: Play, agent: AgentProcess, tmp_path: Path
) -> None:
    people = a_file(tmp_path, [a_person(number, "fire") for number in range(NUMBER_OF_PEOPLE)])

    agent.start()
    sent = await asyncio.to_thread(command, agent, "send", "inspectors", str(people))
    upload = await answered(agent, sent["upload_id"])

    receipt = upload["receipt"]
    async with county.work(AUDITOR) as work:
        assert await work.inspectors.count(department="fire") == NUMBER_OF_PEOPLE
        assert await work.dead_letters.count() == 0
    assert (sent["number_of_chunks"], upload["state"]) == (3, "applied")
    assert (receipt["complete"], receipt["number_of_problems"]) == (True, 0)
    assert receipt["number_added"] == receipt["number_accepted"] == NUMBER_OF_PEOPLE


async def test_an_upload_queued_while_the_agent_was_away_is_sent_when_it_starts(
    county: Play, agent: AgentProcess, tmp_path: Path
) -> None:
    people = a_file(tmp_path, [a_person(number, "fire") for number in range(501)])

    sent = await asyncio.to_thread(command, agent, "send", "inspectors", str(people))
    agent.start()
    upload = await answered(agent, sent["upload_id"])

    assert (sent["waiting_to_leave"], upload["waiting_to_leave"]) == (2, 0)
    assert upload["receipt"]["number_added"] == 501


async def test_people_of_another_department_are_refused_with_the_reason(
    county: Play, agent: AgentProcess, tmp_path: Path
) -> None:
    people = a_file(tmp_path, [a_person(1, "market"), a_person(2, "market")])

    agent.start()
    sent = await asyncio.to_thread(command, agent, "send", "inspectors", str(people))
    upload = await answered(agent, sent["upload_id"])

    problems = upload["receipt"]["problems"]
    async with county.work(AUDITOR) as work:
        assert await work.inspectors.count() == 0
    assert (upload["state"], upload["receipt"]["reason"]) == ("refused", "import-nothing-read")
    assert [(each["row"], each["rule"], each["value"]) for each in problems] == [
        (2, "not-your-department", "market"),
        (3, "not-your-department", "market"),
    ]
