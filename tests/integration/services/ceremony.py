"""Steps of a ceremony for tests that go through several attempts."""

from datetime import datetime
from typing import Any

import pytest

from contracts.draw_proof import chain_head
from contracts.draw_record import statement_payload
from contracts.draws import EntropyCommitted, SilenceExplained
from contracts.signing import sign
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lottery.ceremony import Contributor, Round
from coordinator.domain.registers.acts import Channel, RegisterKind
from coordinator.services import lottery
from coordinator.services.registers.entries import save_entry
from tests.builders import POLICY
from tests.play import AUDITOR, ROUND, Play, key_of, office, secret_of


async def round_of(play: Play, round_id: str = ROUND) -> Round:
    async with play.work(AUDITOR) as work:
        found: Round = await work.rounds.get(round_id)
    return found


async def contributor_of(play: Play, code: str, round_id: str = ROUND) -> Contributor:
    async with play.work(AUDITOR) as work:
        found: Contributor = await work.contributors.get((round_id, code))
    return found


async def refused(rule: Rule, attempt: object) -> RuleBrokenError:
    with pytest.raises(RuleBrokenError) as error:
        await attempt  # type: ignore[misc] # any coroutine
    assert error.value.rule is rule
    return error.value


async def frozen_round(play: Play) -> Round:
    """Open R1 over L1 and freeze it."""
    await play.open_round(ROUND, "L1")
    return await play.freeze(ROUND)


def pass_deadline(play: Play) -> None:
    play.clock.pass_time(hours=POLICY.lottery.reveal_hours, seconds=1)


async def void(play: Play) -> Round:
    pass_deadline(play)
    async with play.work(office()) as work:
        return await lottery.void_attempt(work, ROUND)


async def commit(play: Play, code: str, attempt: int, **changes: Any) -> None:
    """Publish the head of the chain that serves an attempt."""
    head = chain_head(secret_of(code, ROUND, attempt)).hex()
    await play.receive(code, EntropyCommitted(round_id=ROUND, **{"head": head, **changes}))


def statement(code: str, words: str, attempt: int = 1, **changes: Any) -> SilenceExplained:
    """Give a contributor's signed statement."""
    at = "2026-03-26T01:31:00Z"
    signature = sign(statement_payload(ROUND, attempt, code, (at, words)), key_of(code))
    message = SilenceExplained(
        round_id=ROUND, attempt=attempt, statement=words, at=at, signature=signature
    )
    return message.model_copy(update=changes)


async def change_inspector(play: Play, inspector_id: str, **changes: Any) -> None:
    """Change an entry of the directory a minute later, as a form does."""
    play.clock.pass_time(minutes=1)
    async with play.work(office()) as work:
        person = await work.inspectors.get(inspector_id)
        changed = person.model_copy(update=changes)
        await save_entry(work, RegisterKind.INSPECTORS, changed, Channel.FORM, "岗位调整")


async def refreeze(play: Play, reason: str = "消防 1 名检查人员调离") -> Round:
    """Freeze anew by two persons."""
    async with play.work(office("office-a")) as work:
        await lottery.request_refreeze(work, ROUND, reason)
    async with play.work(office("office-b")) as work:
        return await lottery.refreeze(work, ROUND)


def instant(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
