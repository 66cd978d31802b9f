"""A real agent and the real office, bytes to and fro: reminded, silent, explained, named."""

import json
from collections.abc import AsyncIterator, Collection
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlmodel import col, select

from contracts.amqp.disposition import Disposition, dispose
from contracts.draw_record import Transcript, statement_payload
from contracts.signing import import_jwks, verify
from coordinator.adapters.inbound import InboundMessages
from coordinator.services import lottery
from coordinator.services.public_keys import published_keys
from department_agents.agent import Agent, build_agent
from department_agents.keys import make_key
from department_agents.settings import AgentSettings, SystemKind
from department_agents.store.rows import OutboxRow
from tests.builders import FIRE, HEALTH, MARKET
from tests.integration.services.ceremony import commit, contributor_of, round_of, void
from tests.integration.services.post_box import at_agent, at_office, letters
from tests.play import AUDITOR, PLAN, ROUND, Play, office

WHY = "密钥服务器检修"


class Bridge:
    """Carries letters to one agent and its answers to the office; some answers get lost."""

    def __init__(self, play: Play, agent: Agent) -> None:
        self.play = play
        self.agent = agent
        self._delivered: set[str] = set()
        self._answered = 0

    async def carry(self, lost: Collection[str] = ()) -> list[str]:
        """Bring what waits, and hand in the answers but for the lost; gives all their names."""
        for letter in await letters(self.play):
            if f".{FIRE}." in letter.recipient and letter.message_id not in self._delivered:
                self._delivered.add(letter.message_id)
                assert await dispose(self.agent.inbox, at_agent(letter)) is Disposition.DONE
        async with self.agent.database.transaction() as session:
            ordered = select(OutboxRow).order_by(col(OutboxRow.outbox_id))
            fresh = list((await session.exec(ordered)).all())[self._answered :]
        self._answered += len(fresh)
        for row in fresh:
            if row.type.removesuffix(".v1") not in lost:
                await self._hand_in(row)
        return [row.type.removesuffix(".v1") for row in fresh]

    async def _hand_in(self, row: OutboxRow) -> None:
        async with self.play.work(AUDITOR) as work:
            await InboundMessages(self.play.around).apply(work.connection, at_office(row, FIRE))


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


async def frozen_with(bridge: Bridge) -> None:
    """Open and freeze R1; the agent commits, the receipts of the others are there."""
    play = bridge.play
    async with play.work(office()) as work:
        order = lottery.RoundOrder(round_id=ROUND, title="批次", plan_id=PLAN, lines=("L1",))
        await lottery.open_round(work, order)
    assert await bridge.carry() == ["EntropyCommitted"]
    for code in (MARKET, HEALTH):
        await commit(play, code, 1)
    await play.sign(await play.freeze(ROUND), (MARKET, HEALTH))


async def remind(bridge: Bridge) -> None:
    async with bridge.play.work(office()) as work:
        await lottery.remind_now(work, ROUND)


async def test_a_lost_receipt_comes_again_when_the_office_reminds(bridge: Bridge) -> None:
    await frozen_with(bridge)
    assert await bridge.carry(lost=["CommitReceived"]) == ["CommitReceived"]
    await remind(bridge)

    assert await bridge.carry() == ["CommitReceived"]

    assert await bridge.carry() == ["EntropyRevealed"]
    assert (await contributor_of(bridge.play, FIRE)).value_attempt == 1


async def test_a_statement_from_the_desk_stands_signed_in_the_public_record(bridge: Bridge) -> None:
    await frozen_with(bridge)
    await remind(bridge)
    await bridge.carry(lost=["CommitReceived"])
    answer = {"round_id": ROUND, "attempt": 1, "statement": WHY}
    await bridge.agent.counter.take("SilenceExplained", answer)
    assert await bridge.carry() == ["SilenceExplained"]

    await void(bridge.play)

    async with bridge.play.work(AUDITOR) as work:
        record = await lottery.sealed_record(work, ROUND)
        keys = import_jwks(await published_keys(work))
    transcript = Transcript.model_validate_json(record["attempts/1/transcript.json"])
    code, _, said = (transcript.reason or "").partition(": ")
    words, _, signed = said.rstrip("]").partition(" [")
    at, _, signature = signed.partition(" ")
    payload = statement_payload(ROUND, 1, code, (at, words))
    assert (code, words) == (FIRE, WHY)
    assert verify(payload, signature, keys) == FIRE
    assert (await round_of(bridge.play)).attempt == 2
