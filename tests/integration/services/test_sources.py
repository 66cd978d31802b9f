"""External sources: named in advance, checked, required, and part of the key."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from contracts.draw_record import Commit, Reveals
from contracts.vocabulary import DrawOutcome
from coordinator.domain.errors import Rule
from coordinator.domain.lottery.ceremony import Round
from coordinator.services import lottery
from tests.builders import MARKET
from tests.integration.services.ceremony import (
    commit,
    instant,
    refused,
    void,
)
from tests.integration.services.test_record_and_silence import verified
from tests.play import AUDITOR, PLAN, ROUND, Play, office
from tests.records import in_memory

PULSE = "nist:2:1234567"
VALUE = "ab" * 64


def named(play: Play, hours: int = 30, name: str = PULSE) -> str:
    return f"{name} {instant(play.clock.now() + timedelta(hours=hours))}"


async def open_with(play: Play, *lines: str, sources: tuple[str, ...]) -> Round:
    async with play.work(office()) as work:
        order = lottery.RoundOrder(
            round_id=ROUND, title="批次", plan_id=PLAN, lines=lines, sources=sources
        )
        opened = await lottery.open_round(work, order)
    for code in opened.departments:
        await commit(play, code, 1)
    return opened


async def enter(play: Play, text: str, name: str = PULSE) -> None:
    async with play.work(office()) as work:
        await lottery.enter_source(work, ROUND, name, text)


async def test_a_round_of_one_department_needs_an_external_source(
    adopted: Play, tmp_path: Path
) -> None:
    async with adopted.work(office()) as work:
        alone = replace(await work.plan_lines.get("L1"), participants=(), items=("mr-1",))
        await work.plan_lines.save(alone)
    await refused(Rule.TOO_FEW_CONTRIBUTORS, open_with(adopted, "L1", sources=()))

    opened = await open_with(adopted, "L1", sources=(named(adopted),))
    frozen = await adopted.freeze(ROUND)
    await adopted.sign(frozen)
    await adopted.reveal(frozen)
    await refused(Rule.SOURCE_VALUE_MISSING, adopted.draw(ROUND))
    await refused(Rule.SOURCE_NOT_DUE, enter(adopted, VALUE))
    adopted.clock.pass_time(hours=30)
    await refused(Rule.SOURCE_VALUE_INVALID, enter(adopted, "ab" * 32))
    pulse = {"pulse": {"chainIndex": 2, "pulseIndex": 1234567, "outputValue": VALUE.upper()}}
    await enter(adopted, json.dumps(pulse))
    done = await adopted.draw(ROUND)

    assert opened.departments == (MARKET,)
    assert done.outcome is DrawOutcome.DONE
    async with adopted.work(AUDITOR) as work:
        record = in_memory(await lottery.whole_record(work, ROUND))
    sources = Commit.model_validate_json(record["commit.json"]).sources
    (value,) = Reveals.model_validate_json(record["reveals.json"]).sources
    assert [source.name for source in sources] == [PULSE]
    assert (value.name, value.value) == (PULSE, VALUE)
    assert verified(tmp_path / "record", record, adopted).startswith(f"0 ok {ROUND} ")


async def test_another_value_gives_another_draw_which_the_verifier_sees(
    adopted: Play, tmp_path: Path
) -> None:
    await open_with(adopted, "L1", sources=(named(adopted),))
    frozen = await adopted.freeze(ROUND)
    adopted.clock.pass_time(hours=30)
    await enter(adopted, VALUE)
    done = await adopted.draw_frozen(frozen)

    async with adopted.work(AUDITOR) as work:
        record = in_memory(await lottery.whole_record(work, ROUND))
    assert done.outcome is DrawOutcome.DONE
    changed = record | {"reveals.json": record["reveals.json"].replace(VALUE.encode(), b"cd" * 64)}
    changed.pop("SHA256SUMS")
    assert verified(tmp_path / "right", record, adopted).startswith("0 ok")
    assert verified(tmp_path / "wrong", changed, adopted).startswith("1 ")


async def test_a_pulse_that_may_be_known_is_never_committed_to(adopted: Play) -> None:
    await refused(
        Rule.SOURCE_ALREADY_DUE, open_with(adopted, "L1", sources=(named(adopted, hours=-1),))
    )
    await open_with(adopted, "L1", sources=(named(adopted, hours=1),))
    adopted.clock.pass_time(hours=2)

    await refused(Rule.SOURCE_ALREADY_DUE, adopted.freeze(ROUND))
    async with adopted.work(office()) as work:
        await lottery.name_sources(work, ROUND, (named(adopted, name="nist:2:1234999"),))
    frozen = await adopted.freeze(ROUND)

    assert [source.name for source in frozen.sources] == ["nist:2:1234999"]


async def test_a_next_attempt_names_a_pulse_of_its_own(adopted: Play) -> None:
    await open_with(adopted, "L1", sources=(named(adopted, hours=1),))
    await adopted.freeze(ROUND)
    await void(adopted)

    await refused(Rule.SOURCE_ALREADY_DUE, adopted.freeze(ROUND))
    async with adopted.work(office()) as work:
        renamed = await lottery.name_sources(work, ROUND, ())
    assert renamed.sources == ()
    assert (await adopted.freeze(ROUND)).attempt == 2


async def test_only_a_named_source_of_a_running_attempt_gets_a_value(adopted: Play) -> None:
    await open_with(adopted, "L1", sources=(named(adopted, hours=1),))
    adopted.clock.pass_time(hours=2)

    await refused(Rule.MOVE_NOT_ALLOWED, enter(adopted, VALUE))
    async with adopted.work(office()) as work:
        await lottery.name_sources(work, ROUND, (named(adopted, hours=1),))
    await adopted.freeze(ROUND)
    adopted.clock.pass_time(hours=1)
    await refused(Rule.NOT_FOUND, enter(adopted, VALUE, name="nist:2:1"))
    await enter(adopted, VALUE)
    await enter(adopted, "ef" * 64)

    async with adopted.work(AUDITOR) as work:
        entries = await work.audit_entries.where(tag="lottery:source:entered")
        reading = await work.source_readings.get((ROUND, 1, PULSE))
    assert [entry.facts["value"] for entry in entries] == [VALUE, "ef" * 64]
    assert reading.value == "ef" * 64
