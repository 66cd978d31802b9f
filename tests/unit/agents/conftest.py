"""An agent on a store of its own, without a broker: letters in, outbox rows out."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest
from fastapi import APIRouter, FastAPI
from pydantic import SecretStr
from sqlmodel import col, select

from contracts.amqp.disposition import Disposition, dispose
from contracts.amqp.ports import Delivery
from contracts.vocabulary import Wire
from department_agents.agent import Agent, build_agent
from department_agents.clock import MachineClock
from department_agents.desk.identity import desk_token
from department_agents.desk.server import desk_app
from department_agents.keys import make_key
from department_agents.settings import AgentSettings, SystemKind
from department_agents.store.rows import DeadLetterRow, OutboxRow
from tests.unit.agents.office import NOW, Office

DEPARTMENT = "fire"


class AgentAtWork:
    """A built agent with the office that writes to it."""

    def __init__(self, agent: Agent, office: Office) -> None:
        self.agent = agent
        self.office = office

    async def receive(self, message: Wire, **changes: Any) -> Disposition:
        return await self.deliver(self.office.letter(message, **changes))

    async def deliver(self, delivery: Delivery) -> Disposition:
        return await dispose(self.agent.inbox, delivery)

    async def sent(self) -> list[tuple[str, dict[str, Any]]]:
        """Give what waits in the outbox: message name and data, in order."""
        return [
            (row.type.removesuffix(".v1"), json.loads(row.body)["data"])
            for row in await self.rows(OutboxRow, OutboxRow.outbox_id)
        ]

    async def park_reasons(self) -> list[str]:
        return [row.reason for row in await self.rows(DeadLetterRow, DeadLetterRow.parked_at)]

    async def rows(self, kind: Any, order: Any = None) -> list[Any]:
        async with self.agent.database.transaction() as session:
            query = select(kind) if order is None else select(kind).order_by(col(order))
            return list((await session.exec(query)).all())


@pytest.fixture
def settings(tmp_path: Path) -> AgentSettings:
    offset_file = tmp_path / "offset.json"
    offset = (NOW - MachineClock().now()) / timedelta(seconds=1)
    offset_file.write_text(json.dumps({"offset_seconds": int(offset)}))
    return AgentSettings(
        department=DEPARTMENT,
        amqp_url=SecretStr("amqp://dept-fire:none@127.0.0.1:1/onevisit"),
        data_folder=tmp_path / "data",
        key_file=tmp_path / "key.jwk",
        office_jwks=tmp_path / "keys.json",
        system=SystemKind.FILE_DROP,
        rehearsal=True,
        rehearsal_file=offset_file,
    )


@pytest.fixture
async def at_work(settings: AgentSettings) -> AsyncIterator[AgentAtWork]:
    office = Office(DEPARTMENT)
    office.publish_keys(settings.office_jwks, make_key(DEPARTMENT, settings.key_file))
    agent = build_agent(settings)
    await agent.database.open()
    yield AgentAtWork(agent, office)
    await agent.database.close()


class Desk:
    """A browser and a program at the same desk."""

    def __init__(self, client: httpx2.AsyncClient, token: str) -> None:
        self.client = client
        self.token = token
        self.bearer = {"Authorization": f"Bearer {token}"}
        self.csrf = ""

    async def log_in(self) -> httpx2.Response:
        answer = await self.client.post("/login", data={"token": self.token})
        page = await self.client.get("/")
        self.csrf = page.text.split('name="csrf" value="')[1].split('"')[0]
        return answer

    async def submit(self, path: str, fields: dict[str, Any]) -> httpx2.Response:
        return await self.client.post(path, data=fields | {"csrf": self.csrf})

    async def api(self, path: str, body: dict[str, Any]) -> httpx2.Response:
        return await self.client.post(f"/api{path}", json=body, headers=self.bearer)


_routes: list[APIRouter] = []
"""Those of the first desk: slow to work out, and they know nothing of its agent."""


def a_desk_app(agent: Agent) -> FastAPI:
    app = desk_app(agent)
    _routes.append(app.router)
    app.router = _routes[0]
    return app


@pytest.fixture
async def desk(at_work: AgentAtWork) -> AsyncIterator[Desk]:
    transport = httpx2.ASGITransport(a_desk_app(at_work.agent))
    async with httpx2.AsyncClient(transport=transport, base_url="http://desk.test") as client:
        yield Desk(client, desk_token(at_work.agent.settings.data_folder))
