"""External sources: named in advance, their values entered once they are due."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from contracts.draw_record import Source, SourceValue
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import CeremonyStep, ceremony_step
from coordinator.domain.lottery.ceremony import Round
from coordinator.domain.lottery.silence import require_enough
from coordinator.domain.lottery.sources import (
    Beacon,
    SourceReading,
    check_named,
    due_at,
    named_source,
    read_value,
)
from coordinator.services.access import require_office
from coordinator.services.policies import policy_of
from coordinator.services.ports import Work


async def read_sources(work: Work, plan_id: str, texts: Sequence[str]) -> tuple[Source, ...]:
    """Read the sources that somebody names; each must still be to come."""
    policy = await policy_of(work, await work.plans.get(plan_id))
    beacons = [
        Beacon(each.chain, datetime.fromtimestamp(each.genesis, UTC), each.period_seconds)
        for each in policy.lottery.drand_chains
    ]
    sources = tuple(named_source(text, beacons) for text in texts)
    check_named(sources, work.now())
    return sources


async def name_sources(work: Work, round_id: str, texts: Sequence[str]) -> Round:
    """Name the sources of the next attempt anew; who had asked for the freeze must ask again."""
    require_office(work)
    drawn = await work.rounds.get(round_id)
    ceremony_step(drawn.state, CeremonyStep.NAME_SOURCES, of=round_id)
    sources = await read_sources(work, drawn.plan_id, texts)
    drawn = replace(drawn, sources=sources, freeze_requested_by=None)
    contributors = await work.contributors.where(round_id=round_id)
    require_enough(drawn, [each.code for each in contributors if each.takes_part])
    await work.rounds.save(drawn)
    await work.audit("lottery:sources:named", round_id, sources=[each.name for each in sources])
    return drawn


async def enter_source(work: Work, round_id: str, name: str, text: str) -> SourceReading:
    """Enter what the publisher of a source gives, once it is due; the last entry before the draw
    holds, and each is in the audit chain.
    """
    actor = require_office(work)
    drawn = await work.rounds.get(round_id)
    ceremony_step(drawn.state, CeremonyStep.ENTER_SOURCE, of=round_id)
    source = next((each for each in drawn.sources if each.name == name), None)
    if source is None:
        raise RuleBrokenError(Rule.NOT_FOUND, kind="source", key=name)
    if work.now() < due_at(source):
        raise RuleBrokenError(Rule.SOURCE_NOT_DUE, source=name, at=source.at)
    value, signature = read_value(name, text)
    reading = SourceReading(
        round_id=round_id,
        attempt=drawn.attempt,
        name=name,
        value=value,
        signature=signature,
        entered_at=work.now(),
        entered_by=actor.name,
    )
    await work.source_readings.save(reading)
    await work.rounds.save(replace(drawn, draw_requested_by=None))
    await work.audit("lottery:source:entered", round_id, source=name, value=value)
    return reading


async def readings_of(work: Work, drawn: Round) -> dict[str, SourceReading]:
    """Give the values that were entered for the attempt, by the name of their source."""
    found = await work.source_readings.where(round_id=drawn.round_id, attempt=drawn.attempt)
    return {each.name: each for each in found}


async def source_values(work: Work, drawn: Round) -> tuple[SourceValue, ...]:
    """Give the values of all sources in commit order; SOURCE_VALUE_MISSING names what is not in."""
    readings = await readings_of(work, drawn)
    missing = [source.name for source in drawn.sources if source.name not in readings]
    if missing:
        raise RuleBrokenError(Rule.SOURCE_VALUE_MISSING, sources=missing)
    found = [readings[source.name] for source in drawn.sources]
    return tuple(
        SourceValue(name=each.name, value=each.value, signature=each.signature) for each in found
    )
