"""Counts of the objects that lines meet, made in the database, and how many they will draw."""

from collections.abc import Iterable
from dataclasses import replace

from coordinator.domain.annual_plan import (
    Conditions,
    Frame,
    FrameCount,
    PlanLine,
    Share,
    expected_of,
)
from coordinator.services.ports import Work


async def frame_count(work: Work, conditions: Conditions, share: Share) -> FrameCount:
    """Count whom conditions meet today, and how many of them a share draws."""
    frame = Frame(conditions=conditions, by=share.by)
    found = await work.frames.count(frame, work.today())
    return replace(found, expected=expected_of(share, found.by_stratum))


async def count_lines(work: Work, lines: Iterable[PlanLine]) -> dict[str, FrameCount]:
    """Count the frame of every line, by line code."""
    return {line.code: await frame_count(work, line.conditions, line.share) for line in lines}
