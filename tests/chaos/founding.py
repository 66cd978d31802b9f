"""Founding a plant in a new folder: servers, schema, keys, users, processes."""

import asyncio
import json
import os
import shutil
import signal
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import SecretStr

from contracts.amqp.declare import provision
from contracts.definitions import BrokerUser, definitions
from contracts.topology import (
    COORDINATOR_USER,
    credit_user,
    department_user,
    users_of,
)
from coordinator.adapters.db.migrate import upgrade
from coordinator.bootstrap import coordinator
from coordinator.services.ports import CreditSystem
from coordinator.services.public_keys import published_keys
from coordinator.settings import Settings
from department_agents.keys import make_key
from deploy.local.cluster import PrivateCluster
from deploy.local.postgres import PrivatePostgres
from deploy.local.private_node import PrivateNode
from tests.builders import a_department
from tests.chaos.business import DEPARTMENT
from tests.chaos.plant import COUNTY, CREDIT_SYSTEM, Broker, Plant, Store, behind, password_of
from tests.chaos.proxy import Proxy
from tests.chaos.small_disks import PostgresOnSmallDisks, may_mount, small_disks


@asynccontextmanager
async def a_plant(store: Store) -> AsyncIterator[Plant]:
    """Run a whole installation in a new folder that is removed afterwards."""
    async with AsyncExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="onevisit-chaos-", dir="/var/tmp"))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        folder.chmod(0o711)  # PostgreSQL runs as a user of its own
        users = [BrokerUser(name, password_of(name)) for name in users_of(COUNTY)]
        node: Broker = PrivateNode(folder / "node", definitions(COUNTY, users))
        if store is Store.CLUSTER:
            node = PrivateCluster(folder / "node")
        postgres = _postgres(stack, folder) if store is Store.POSTGRES else None
        starting = [asyncio.to_thread(server.start) for server in (node, postgres) if server]
        stack.push_async_callback(_stop_servers, node, postgres)
        await asyncio.gather(*starting)
        proxy = await stack.enter_async_context(Proxy(lambda: _port(node)))
        settings = _settings(folder, postgres, proxy, node)
        parts = await stack.enter_async_context(coordinator(settings))
        plant = Plant(folder, node, postgres, proxy, parts, store)
        if store is Store.CLUSTER:  # replicas are chosen when a queue is declared
            await provision(plant.management, COUNTY, users)
        await _found(plant)
        stack.push_async_callback(_stop_processes, plant)
        _start_processes(plant)
        await plant.settled()  # the agents have made their stores
        yield plant


def _postgres(stack: AsyncExitStack, folder: Path) -> PrivatePostgres:
    """Give a server whose disks can be filled, where this process may make such disks."""
    if not may_mount():
        return PrivatePostgres(folder / "postgres")
    disks = stack.enter_context(small_disks(folder / "disks"))
    return PostgresOnSmallDisks(folder / "postgres", disks)


async def _found(plant: Plant) -> None:
    """Make the schema, one department with its key, one credit system, and publish the keys."""
    await upgrade(plant.parts.engine)
    for name in ("agent", "credit", "logs"):
        (plant.folder / name).mkdir()
    key = make_key(DEPARTMENT, plant.folder / "agent.key")
    await asyncio.to_thread((plant.folder / "rehearsal.json").write_text, '{"offset_seconds": 0}')
    async with plant.parts.work() as work:
        credit = CreditSystem(code=CREDIT_SYSTEM, name="县信用平台", name_en="County credit")
        organ = a_department(DEPARTMENT, public_key=_json(key.public_jwk()))
        await work.departments.save(organ)
        await work.credit_systems.save(credit)
        keys = await published_keys(work)
    (plant.folder / "keys.jwks").write_text(_json(keys))


def _start_processes(plant: Plant) -> None:
    office = {"ONEVISIT_AGENT_OFFICE_JWKS": str(plant.folder / "keys.jwks")}
    plant.add("relay", "coordinator.commands.main", "serve", "relay")
    plant.add("inbound", "coordinator.commands.main", "serve", "inbound")
    plant.add(
        "agent",
        *("department_agents.commands.main", "run", "--department", DEPARTMENT),
        ONEVISIT_AGENT_AMQP_URL=plant.url(department_user(DEPARTMENT)),
        ONEVISIT_AGENT_DATA_FOLDER=str(plant.folder / "agent"),
        ONEVISIT_AGENT_KEY_FILE=str(plant.folder / "agent.key"),
        ONEVISIT_AGENT_SYSTEM="manual_desk",
        ONEVISIT_AGENT_GAP_SECONDS="2",
        **office,
    )
    plant.add(
        "credit",
        *("department_agents.commands.main", "credit", "--system", CREDIT_SYSTEM),
        ONEVISIT_AGENT_AMQP_URL=plant.url(credit_user(CREDIT_SYSTEM)),
        ONEVISIT_AGENT_DATA_FOLDER=str(plant.folder / "credit"),
        **office,
    )


async def _stop_processes(plant: Plant) -> None:
    plant.proxy.heal()
    stopping = [asyncio.to_thread(process.stop) for process in plant.processes.values()]
    await asyncio.gather(*stopping, return_exceptions=True)


async def _stop_servers(node: Broker, postgres: PrivatePostgres | None) -> None:
    nodes = node.nodes.values() if isinstance(node, PrivateCluster) else [node]
    for each in nodes:
        if each.is_running:
            os.kill(each.pid, signal.SIGKILL)  # nothing of it is kept, and it ends slowly
    stopping = [asyncio.to_thread(server.stop) for server in (node, postgres) if server]
    await asyncio.gather(*stopping)


def _settings(
    folder: Path, postgres: PrivatePostgres | None, proxy: Proxy, node: Broker
) -> Settings:
    url = f"sqlite+aiosqlite:///{folder / 'onevisit.db'}"
    return Settings(
        database_url=url if postgres is None else postgres.create_database("onevisit"),
        amqp_url=SecretStr(
            behind(proxy, node.amqp_url(COORDINATOR_USER, password_of(COORDINATOR_USER)))
        ),
        data_folder=folder,
        rehearsal=True,
        rehearsal_file=folder / "rehearsal.json",
    )


def _port(node: Broker) -> int:
    return urlsplit(node.amqp_url("x", "x")).port or 0


def _json(value: object) -> str:
    return json.dumps(value)
