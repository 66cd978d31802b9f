"""The small county as processes that record traces: web, relay, inbound and one agent."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import httpx2

from contracts.amqp.declare import provision, remove_user
from contracts.definitions import BrokerUser
from contracts.topology import VHOST, department_user, events_queue, tasks_queue, topology
from coordinator.services.public_keys import published_keys
from department_agents.keys import make_key
from deploy.local.child import Child, Command
from deploy.local.ports import LOOPBACK, free_port
from tests.builders import FIRE, NOW
from tests.county import found_county
from tests.integration.conftest import Broker
from tests.play import PLAN, office, start
from tests.snapshots import migrated_file, sqlite_url
from tests.two_webs import PASSWORD, credentials

CLERK = "office-a"
TITLE = "不应离开本机的批次名称"
_ROOT = Path(__file__).parents[3]
_SECONDS = 60.0
_COORDINATOR = ("coordinator.commands.main", "serve")


@dataclass
class TracedCounty:
    """Running processes, and the office's clerk at the web one."""

    folder: Path
    browser: httpx2.AsyncClient
    processes: dict[str, Child] = field(default_factory=dict)

    async def open_round(self, round_id: str) -> None:
        """Open a round, as the clerk does: its departments are asked for their entropy."""
        round_ = {"round_id": round_id, "title": TITLE, "plan_id": PLAN, "lines": ["L1"]}
        answer = await self.browser.post("/v1/rounds", json=round_)
        assert answer.is_success, answer.text

    async def log_in(self) -> None:
        """Wait for the web process, and log the clerk in."""
        async with asyncio.timeout(_SECONDS):
            while not await self._is_ready():  # noqa: ASYNC110 - another process
                await asyncio.sleep(0.05)
        login = {"login": CLERK, "password": PASSWORD}
        answer = await self.browser.post("/v1/login", json=login)
        assert answer.is_success, answer.text
        self.browser.headers["X-CSRF-Token"] = answer.json()["csrf"]

    async def has_heard_of(self, round_id: str) -> None:
        """Wait until the agent's answer has reached the office."""
        async with asyncio.timeout(_SECONDS):
            while not await self._is_committed(round_id):  # noqa: ASYNC110 - another process
                await asyncio.sleep(0.05)

    async def _is_committed(self, round_id: str) -> bool:
        answer = await self.browser.get(f"/v1/rounds/{round_id}")
        [own] = [each for each in answer.json()["contributors"] if each["code"] == FIRE]
        return bool(own["committed"])

    def log(self, name: str) -> list[str]:
        return (self.folder / f"{name}.log").read_text().splitlines()

    async def stop(self) -> dict[str, int | None]:
        """Stop every process, all at once, and give how each ended."""
        running, self.processes = self.processes, {}
        stopping = [asyncio.to_thread(each.stop) for each in running.values()]
        await asyncio.gather(*stopping)
        return {name: each.exit_status for name, each in running.items()}

    async def _is_ready(self) -> bool:
        try:
            return (await self.browser.get("/readyz")).is_success
        except httpx2.TransportError:
            return False


@asynccontextmanager
async def a_traced_county(
    broker: Broker, folder: Path, collector: str
) -> AsyncIterator[TracedCounty]:
    """Found the county, and run its processes with traces sent to an address."""
    user = BrokerUser(department_user(FIRE), f"password of {department_user(FIRE)}")
    await provision(broker.management, topology([FIRE], []), [user])
    await _found(folder)
    port = free_port()
    address = f"http://{LOOPBACK}:{port}"
    async with httpx2.AsyncClient(base_url=address, timeout=_SECONDS) as browser:
        county = TracedCounty(folder, browser)
        office_ = _office(broker, folder, collector) | {"ONEVISIT_WEB_PORT": str(port)}
        names = ("web", "relay", "inbound")
        commands: dict[str, tuple[str, ...]] = {name: (*_COORDINATOR, name) for name in names}
        environments = dict.fromkeys(commands, office_)
        commands["agent"] = ("department_agents.commands.main", "run", "--department", FIRE)
        environments["agent"] = _agent(broker, folder, collector)
        try:
            for name, argv in commands.items():
                command = (sys.executable, "-m", *argv)
                log = folder / f"{name}.log"
                started = Child(Command(command, environments[name], log, _ROOT))
                county.processes[name] = started
            await county.log_in()
            yield county
        finally:
            await county.stop()
            await remove_user(broker.management, user.name)
            for queue in (tasks_queue(FIRE), events_queue(FIRE)):
                await broker.management.delete("queues", VHOST, queue)


async def _found(folder: Path) -> None:
    play = start(sqlite_url(await migrated_file(folder / "county.db")), folder)
    await found_county(play)
    await credentials(play, CLERK)
    key = make_key(FIRE, folder / "agent.key")
    async with play.work(office()) as work:
        organ = await work.departments.get(FIRE)
        own = json.dumps(key.public_jwk())
        await work.departments.save(replace(organ, public_key=own))
        keys = await published_keys(work)
    await play.close()
    (folder / "keys.json").write_text(json.dumps(keys))
    offset = int((NOW - datetime.now(UTC)).total_seconds())
    (folder / "rehearsal.json").write_text(json.dumps({"offset_seconds": offset}))


def _both(folder: Path) -> dict[str, str]:
    return {
        **{name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ},
        "ONEVISIT_REHEARSAL": "1",
        "ONEVISIT_REHEARSAL_FILE": str(folder / "rehearsal.json"),
    }


def _office(broker: Broker, folder: Path, collector: str) -> dict[str, str]:
    return {
        **_both(folder),
        "ONEVISIT_DATABASE_URL": sqlite_url(folder / "county.db"),
        "ONEVISIT_AMQP_URL": broker.url("coordinator"),
        "ONEVISIT_DATA_FOLDER": str(folder),
        "ONEVISIT_TRACES_URL": collector,
    }


def _agent(broker: Broker, folder: Path, collector: str) -> dict[str, str]:
    return {
        **_both(folder),
        "ONEVISIT_AGENT_AMQP_URL": broker.url(department_user(FIRE)),
        "ONEVISIT_AGENT_DATA_FOLDER": str(folder / "agent"),
        "ONEVISIT_AGENT_KEY_FILE": str(folder / "agent.key"),
        "ONEVISIT_AGENT_OFFICE_JWKS": str(folder / "keys.json"),
        "ONEVISIT_AGENT_SYSTEM": "file_drop",
        "ONEVISIT_AGENT_TRACES_URL": collector,
    }
