"""Open clocks and traces of red ones as somebody may see them: no covert target has a name."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from coordinator.domain.overdue import Light, OpenClock, RedClock
from coordinator.services import overdue
from coordinator.services.covert import closed_rounds
from coordinator.services.ports import Actor, Page, Query, Role, Work

BURNING = (Light.YELLOW, Light.RED)
_OF_TASKS = ("findings", "feedback", "disclosure")
_OPEN_TO_ALL = ("visit", "findings", "disclosure")


@dataclass(frozen=True, kw_only=True)
class Lights:
    """How many clocks of somebody are due and overdue, and whose."""

    yellow: int
    red: int
    by_department: Sequence[tuple[str, int, int]]


async def lights_of(work: Work, actor: Actor) -> Lights:
    """Count what is due today or overdue among what somebody may see, by department."""
    burning = [
        each for each in await _seen_clocks(work, actor, overdue_only=True) if each.light in BURNING
    ]
    tally = Counter((each.department, each.light) for each in burning)
    codes = sorted({each.department for each in burning})
    return Lights(
        yellow=sum(each.light is Light.YELLOW for each in burning),
        red=sum(each.light is Light.RED for each in burning),
        by_department=[(c, tally[c, Light.YELLOW], tally[c, Light.RED]) for c in codes],
    )


class SeenClocks:
    """Clocks as a list pages, sorts and looks through them; lights are not stored anywhere."""

    def __init__(self, work: Work, actor: Actor) -> None:
        self._work = work
        self._actor = actor

    async def page(self, query: Query) -> Page[OpenClock]:
        """Give a page; without a light asked for, those that burn."""
        wanted = query.equals.get("light", "")
        running = wanted == Light.RUNNING
        clocks = [
            each
            for each in await _seen_clocks(self._work, self._actor, overdue_only=not running)
            if _meets(each, query) and each.light in ((wanted,) if wanted else BURNING)
        ]
        if query.descending:
            clocks.reverse()
        window = clocks[query.offset : query.offset + query.limit]
        return Page(tuple(await _with_places(self._work, window)), len(clocks))


class SeenRedClocks:
    """Traces of red lights, with the names of covert targets left out."""

    def __init__(self, work: Work, actor: Actor) -> None:
        self._work = work
        self._actor = actor

    async def page(self, query: Query) -> Page[RedClock]:
        """Give a page of traces."""
        closed = set(await closed_rounds(self._work))
        hidden = {
            each.clock_id
            for each in await self._work.red_clocks.where(round_id=tuple(closed))
            if not _is_seen(each, self._actor, closed)
        }
        narrowed = query
        if hidden or closed:
            every = await self._work.red_clocks.where(**query.equals)
            seen = tuple(each.clock_id for each in every if each.clock_id not in hidden)
            narrowed = replace(query, equals={**query.equals, "clock_id": seen})
        found = await self._work.red_clocks.page(narrowed)
        shown = (replace(e, name="") if e.round_id in closed else e for e in found.values)
        return Page(tuple(shown), found.total)


async def _seen_clocks(work: Work, actor: Actor, *, overdue_only: bool) -> list[OpenClock]:
    """Give the clocks that somebody may see; of a covert round nobody reads a name before it opens.

    What follows a covert visit waits like the visit's results: others don't see it at all.
    """
    clocks = await overdue.open_clocks(work, until=work.today() if overdue_only else None)
    closed = set(await closed_rounds(work))
    mine = [each for each in clocks if _is_seen(each, actor, closed)]
    return [replace(each, name="") if each.round_id in closed else each for each in mine]


async def _with_places(work: Work, clocks: Sequence[OpenClock]) -> list[OpenClock]:
    """Name the places of tasks, which keep no name of their own; covert ones stay without."""
    closed = set(await closed_rounds(work))
    wanted = {each.subject for each in clocks if each.kind in _OF_TASKS}
    visits = await work.visits.where(visit_id=wanted) if wanted else ()
    names = {each.visit_id: each.place_name for each in visits if each.round_id not in closed}
    return [
        replace(each, name=names.get(each.subject, "")) if each.kind in _OF_TASKS else each
        for each in clocks
    ]


def _is_seen(clock: OpenClock | RedClock, actor: Actor, closed: set[str]) -> bool:
    if actor.role is Role.DEPARTMENT and clock.department not in actor.sees:
        return False
    secret = clock.round_id in closed
    return not secret or clock.department == actor.department or _may_oversee(clock, actor)


def _may_oversee(clock: OpenClock | RedClock, actor: Actor) -> bool:
    return actor.role is not Role.DEPARTMENT and clock.kind in _OPEN_TO_ALL


def _meets(clock: OpenClock, query: Query) -> bool:
    asked: dict[str, Any] = {k: v for k, v in query.equals.items() if k != "light"}
    text = query.text.casefold()
    return all(getattr(clock, name) == value for name, value in asked.items()) and (
        text in f"{clock.name} {clock.subject}".casefold()
    )
