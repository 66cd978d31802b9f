"""Counts of whom conditions meet, without loading the objects register."""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Protocol

from coordinator.domain.annual_plan import (
    Conditions,
    Frame,
    FrameCount,
    Overlap,
    PlaceSample,
    Window,
)
from coordinator.domain.lottery.population import FrameSource
from coordinator.domain.registers import LastCheck


class PlacesBy(StrEnum):
    """What places are counted by; an industry is its section, the letter of GB/T 4754."""

    ALL = "all"
    REGION = "region"
    INDUSTRY = "industry"


class Frames(Protocol):
    """Counts of the objects register that never load it; objects that closed are not counted.

    Every answer agrees with Conditions.accept and the strata of 3-draw.md 3.1.
    """

    async def count(self, frame: Frame, day: date) -> FrameCount:
        """Count a frame, its places, strata and weights; no expectation is made here."""
        ...

    async def overlaps(
        self,
        frames: Sequence[Frame],
        day: date,
        *,
        within: Conditions | None = None,
        of_places: bool = False,
    ) -> Sequence[Overlap]:
        """Count objects (or places) by the frames they are in: those in any, or all `within`.

        A frame with a day of its own looks back from there, all else from `day`.
        """
        ...

    def rows_of(
        self, frame: Frame, day: date, sample: PlaceSample | None = None
    ) -> AsyncIterator[Sequence[FrameSource]]:
        """Give all objects of a frame, closed ones too, ROWS_AT_ONCE at a time by id bytewise.

        With a `sample` those at its places only.

        Only the last of the sequences may be shorter; none of them is kept.
        """
        ...

    def last_checks(
        self, conditions: Conditions, day: date
    ) -> AsyncIterator[tuple[str, Sequence[LastCheck]]]:
        """Give the objects that meet conditions and were checked before, with those checks."""
        ...

    async def places(self, by: PlacesBy) -> Mapping[str, int]:
        """Count the distinct places of active objects by a code; in all under the empty one."""
        ...

    async def checked(
        self, lines: Iterable[str], day: date, within: Conditions | None = None
    ) -> int:
        """Count the distinct objects, or those `within`, that drawn visits of these lines go to."""
        ...

    async def unvisited(self, conditions: Conditions, day: date, period: Window, times: int) -> int:
        """Count the objects with fewer drawn visits than `times` that lie wholly in a period."""
        ...
