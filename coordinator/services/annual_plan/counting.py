"""Counts of the objects that lines meet, made in the database, and how many they will draw."""

from collections.abc import Iterable
from dataclasses import replace

from coordinator.domain.annual_plan import (
    Conditions,
    Frame,
    FrameCount,
    PlanLine,
    Share,
    WeightRules,
    expected_of,
    weight_rules_of,
)
from coordinator.domain.annual_plan.counts import frame_of_turn
from coordinator.domain.lottery.weights import weight_groups
from coordinator.domain.policy import PlanPolicy
from coordinator.services.ports import Work


async def frame_count(
    work: Work, conditions: Conditions, share: Share, weights: WeightRules | None = None
) -> FrameCount:
    """Count whom conditions meet today, and how many of them a share draws with what chances."""
    heavy = weights.by_conditions if weights else ()
    frame = Frame(conditions=conditions, by=share.by, weights=heavy)
    found = await work.frames.count(frame, work.today())
    expected = expected_of(share, found.by_stratum)
    groups = weight_groups(found.by_weight, expected) if weights else ()
    return replace(found, expected=expected, weights=groups)


async def count_lines(
    work: Work, lines: Iterable[PlanLine], policy: PlanPolicy
) -> dict[str, FrameCount]:
    """Count the frame of every line, by line code; `policy` weighs where the line does not."""
    return {line.code: await _count_line(work, line, policy) for line in lines}


async def _count_line(work: Work, line: PlanLine, policy: PlanPolicy) -> FrameCount:
    """Count a line's frame; where it asks for events, each turn sees those of its own months."""
    weights = weight_rules_of(line, policy)
    today = await frame_count(work, line.conditions, line.share, weights)
    if not line.conditions.events:
        return today
    turns = [line.at_turn(number) for number in range(line.times_a_year)]
    frames = {turn.window_from: frame_of_turn(turn) for turn in turns}
    found = {day: await work.frames.count(each, work.today()) for day, each in frames.items()}
    draws = {day: expected_of(line.share, each.by_stratum) for day, each in found.items()}
    return replace(
        today, drawn_by_turn=tuple(sum(draws[turn.window_from].values()) for turn in turns)
    )
