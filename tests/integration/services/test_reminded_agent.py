"""A real agent and the real office, message bytes to and fro: reminded, silent, explained, named."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlmodel import col, select

from contracts.amqp.disposition import Disposition, dispose
from contracts.amqp.ports import Delivery
from contracts.draw_record import statement_payload
from contracts.signing import verify
from contracts.topology import COORDINATOR_USER, INBOUND_QUEUE, department_user
from coordinator.adapters.inbound import InboundMessages
from coordinator.domain.lottery.silence import VoidCause
from coordinator.services import lottery
from coordinator.services.public_keys import published_keys
from contracts.signing import import_jwks
from department_agents.agent import Agent, build_agent
from department_agents.keys import load_key, make_key
from department_agents.settings import AgentSettings, SystemKind
from department_agents.store.rows import OutboxRow
from tests.builders import FIRE, HEALTH, MARKET
from tests.integration.services.ceremony import contributor_of, void
from tests.integration.services.post_box import letters
from tests.play import AUDITOR, PLAN, ROUND, Play, office

WHY = "密钥服务器检修"


class Bridge:
    """Carries what waits for one agent to it, and what it answers to the office."""

    def __init__(self, play: Play, agent: Agent) -> None:
        self.play = play
        self.agent = agent
        self.delivered: set[str] = set()
        self.answered = 0

    async def carry(self, *, without: str = "") -> list[str]:
        """Bring letters, but for one kind, and answers; gives the names of the answers."""
        for letter in await letters(self.play):
            mine = f".{FIRE}." in letter.recipient and letter.message_id not in self.delivered
            if mine and letter.type != f"{without}.v1":
                await self._bring(letter.message_id, letter.recipient, letter)
        return await self._answers()

    async def _bring(self, message_id: str, queue: str, letter: object) -> None:
        self.delivered.add(message_id)
        given = replace(_EMPTY, message_id=message_id, queue=queue, **_of(letter))
        # Without a sequence nothing is held back: a letter that is kept from it may be missing.
        assert await dispose(self.agent.inbox, given) is not Disposition.PARK

    async def _answers(self) -> list[str]:
        async with self.agent.database.transaction() as session:
            query = select(OutboxRow).order_by(col(OutboxRow.outbox_id))
            rows = (await session.exec(query)).all()[self.answered :]
        self.answered += len(rows)
        for row in rows:
            await self._hand_in(row)
        return [row.type.removesuffix(".v1") for row in rows]

    async def _hand_in(self, row: OutboxRow) -> None:
        delivery = Delivery(
            message_id=row.message_id,
            type=row.type,
            user_id=department_user(FIRE),
            routing_key=row.routing_key,
            exchange=row.exchange,
            queue=INBOUND_QUEUE,
            headers=json.loads(row.headers),
            body=row.body,
            redelivered=False,
        )
        around = self.play.around
        async with self.play.work(AUDITOR) as work:
            await InboundMessages(around).apply(work.connection, delivery)


_EMPTY = Delivery(
    message_id="",
    type="",
    user_id=COORDINATOR_USER,
    routing_key="",
    exchange="",
    queue="",
    headers={},
    body=b"",
    redelivered=False,
)


def _of(letter: object) -> dict[str, object]:
    return {name: getattr(letter, name) for name in ("type", "headers", "body")}


@pytest.fixture
async def bridge(adopted: Play, tmp_path: Path) -> AsyncIterator[Bridge]:
    key = make_key(FIRE, tmp_path / "fire.jwk")
    async with adopted.work(office()) as work:
        fire = await work.departments.get(FIRE)
        await work.departments.save(replace(fire, public_key=json.dumps(key.public_jwk())))
        (tmp_path / "keys.json").write_text(json.dumps(await published_keys(work)))
    settings = AgentSettings(
        department=FIRE,
        amqp_url=SecretStr("amqp://dept-fire-rescue:none@127.0.0.1:1/onevisit"),
        data_folder=tmp_path / "agent",
        key_file=tmp_path / "fire.jwk",
        office_jwks=tmp_path / "keys.json",
        system=SystemKind.MANUAL_DESK,
    )
    agent = build_agent(settings)
    await agent.database.open()
    yield Bridge(adopted, agent)
    await agent.database.close()
