"""Counts of frames over objects in memory, by Conditions.accept itself."""

from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from datetime import date
from types import SimpleNamespace
from typing import Any

from coordinator.domain.annual_plan import (
    CREDIT,
    Conditions,
    Frame,
    FrameCount,
    Overlap,
    PlaceSample,
    Window,
    grading_of,
)
from coordinator.domain.lifecycle import VisitState
from coordinator.domain.lottery.frames import ROWS_AT_ONCE
from coordinator.domain.lottery.population import FrameSource, standing_of
from coordinator.domain.registers import InspectionObject, LastCheck
from coordinator.services.ports import PlacesBy


class FakeFrames:
    """Says what services.ports.Frames promises, one object after the other."""

    def __init__(
        self,
        objects: Callable[[], Iterable[InspectionObject]],
        checks: Callable[[], Iterable[Any]] = lambda: (),
        visits: Callable[[], Iterable[Any]] = lambda: (),
    ) -> None:
        self._objects = objects
        self._checks = checks
        self._visits = visits

    async def count(self, frame: Frame, day: date) -> FrameCount:
        seen_from = frame.day or day
        met = [thing for thing in self._objects() if frame.conditions.accept(thing, seen_from)]
        eligible = [thing for thing in met if thing.status == "active"]
        strata = Counter(_stratum(frame.by, thing) for thing in eligible)
        return FrameCount(
            objects=len(met),
            eligible=len(eligible),
            places=len({thing.place for thing in eligible}),
            by_stratum=dict(sorted(strata.items())),
            by_weight=_by_weight(frame, eligible, seen_from) if frame.weights else {},
        )

    async def overlaps(
        self,
        frames: Sequence[Frame],
        day: date,
        *,
        within: Conditions | None = None,
        of_places: bool = False,
    ) -> Sequence[Overlap]:
        members: dict[str, list[str | None]] = {}
        for thing in self._objects():
            strata = [
                _stratum(frame.by, thing)
                if frame.conditions.accept(thing, frame.day or day)
                else None
                for frame in frames
            ]
            wanted = any(strata) if within is None else within.accept(thing, day)
            if thing.status == "active" and wanted:
                key = thing.place if of_places else thing.object_id
                known = members.get(key, strata)
                members[key] = [_later(a, b) for a, b in zip(known, strata, strict=True)]
        found = Counter(tuple(strata) for strata in members.values())
        return [
            Overlap(number=number, strata=strata)
            for strata, number in sorted(
                found.items(), key=lambda each: [name or "" for name in each[0]]
            )
        ]

    async def rows_of(
        self, frame: Frame, day: date, sample: PlaceSample | None = None
    ) -> AsyncIterator[Sequence[FrameSource]]:
        things = [
            thing
            for thing in self._objects()
            if frame.conditions.accept(thing, frame.day or day)
            and (sample is None or sample.holds(thing.place))
        ]
        rows = [
            FrameSource(
                thing.object_id,
                thing.place,
                _stratum(frame.by, thing),
                standing_of(thing, frame.exempt_lists),
                thing.region,
                _weight(frame, thing, frame.day or day),
            )
            for thing in sorted(things, key=lambda each: each.object_id)
        ]
        for start in range(0, len(rows), ROWS_AT_ONCE):
            yield rows[start : start + ROWS_AT_ONCE]

    async def last_checks(
        self, conditions: Conditions, day: date
    ) -> AsyncIterator[tuple[str, Sequence[LastCheck]]]:
        for thing in sorted(self._objects(), key=lambda each: each.object_id):
            if thing.last_checks and conditions.accept(thing, day):
                yield thing.object_id, thing.last_checks

    async def places(self, by: PlacesBy) -> dict[str, int]:
        found = {
            (
                {PlacesBy.REGION: each.region, PlacesBy.INDUSTRY: each.industry[:1]}.get(by, ""),
                place,
            )
            for each in self._objects()
            if each.status == "active" and (place := each.place)
        }
        return dict(Counter(code for code, _place in found))

    async def checked(
        self, lines: Iterable[str], day: date, within: Conditions | None = None
    ) -> int:
        wanted = set(lines)
        found = {check.object_id for check in self._checks() if check.line in wanted}
        if within is not None:
            found &= {each.object_id for each in self._objects() if within.accept(each, day)}
        return len(found)

    async def unvisited(self, conditions: Conditions, day: date, period: Window, times: int) -> int:
        inside = {
            visit.visit_id
            for visit in self._visits()
            if visit.state is not VisitState.WITHDRAWN
            and period.from_date <= visit.date_from <= visit.date_to <= period.to_date
        }
        went = {(each.object_id, each.visit_id) for each in self._checks()}
        visits = Counter(thing for thing, visit in went if visit in inside)
        return sum(
            visits[thing.object_id] < times
            for thing in self._objects()
            if thing.status == "active" and conditions.accept(thing, day)
        )


def frames_over(*things: InspectionObject) -> FakeFrames:
    """Give the counts over these objects."""
    return FakeFrames(lambda: things)


def work_with(*things: InspectionObject, **others: Any) -> Any:
    """Give as much of a Work as counting asks for."""
    return SimpleNamespace(frames=frames_over(*things), **others)


def _stratum(by: str | None, thing: InspectionObject) -> str:
    if by is None:
        return "-"
    return (thing.risk_class or "-") if by == CREDIT else grading_of(thing, by)


def _weight(frame: Frame, thing: InspectionObject, day: date) -> int:
    met = [weight for meant, weight in frame.weights if meant.accept(thing, day)]
    return met[0] if met else 1


def _by_weight(
    frame: Frame, eligible: Iterable[InspectionObject], day: date
) -> dict[str, dict[int, int]]:
    found: dict[str, Counter[int]] = {}
    for thing in eligible:
        weights = found.setdefault(_stratum(frame.by, thing), Counter())
        weights[_weight(frame, thing, day)] += 1
    return {name: dict(weights) for name, weights in found.items()}


def _later(one: str | None, other: str | None) -> str | None:
    if one is None or other is None:
        return one or other
    return max(one, other)
