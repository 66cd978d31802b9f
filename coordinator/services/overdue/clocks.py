"""Overdue: every open clock of every stage with its light, and a trace of those that turned red."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from coordinator.domain.overdue import Light, OpenClock, light, turned_red
from coordinator.domain.policy import OverduePolicy
from coordinator.services.access import require_office
from coordinator.services.overdue.sources import SOURCES, ClockSource
from coordinator.services.policies import policy_of_round
from coordinator.services.ports import Collection, Query, Work

_STEP = 500
_RED_NOTED, _RED_CLEARED = "overdue:clock:red", "overdue:clock:cleared"


async def open_clocks(
    work: Work, *, until: date | None = None, sources: Sequence[ClockSource] = SOURCES
) -> list[OpenClock]:
    """Give every open clock that is due by a day (None: whenever), the longest overdue first.

    The lights follow the rules of each round's plan, elsewhere the office's.
    """
    rules = _Rules(work)
    found = [
        await _clock(work, source, value, rules)
        for source in sources
        async for value in _open(work, source, until or date.max)
    ]
    return sorted(found, key=lambda each: (each.due_date, each.kind, each.subject))


async def note_red_clocks(work: Work) -> Mapping[str, object]:
    """Put every clock that turned red on record once, and when it went out; gives both numbers."""
    require_office(work)
    red = {each.clock_id: each for each in await _red_clocks(work)}
    burning = {each.clock_id: each for each in await work.red_clocks.where(cleared_date=None)}
    new = [each for code, each in red.items() if code not in burning]
    out = [each for code, each in burning.items() if code not in red]
    rules = _Rules(work)
    for clock in new:
        policy = await rules.of(clock.round_id)
        await work.red_clocks.save(turned_red(clock, policy, work.today()))
        due = clock.due_date.isoformat()
        facts = {"kind": clock.kind, "department": clock.department, "due": due}
        await work.audit(_RED_NOTED, clock.subject, **facts)
    for burnt in out:
        await work.red_clocks.save(replace(burnt, cleared_date=work.today()))
        facts = {"kind": burnt.kind, "department": burnt.department}
        await work.audit(_RED_CLEARED, burnt.subject, **facts)
    return {"red": len(new), "cleared": len(out)}


async def _red_clocks(work: Work) -> list[OpenClock]:
    return [each for each in await open_clocks(work, until=work.today()) if each.light is Light.RED]


class _Rules:
    """When lights change, by round: each plan is read once."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._known: dict[str, OverduePolicy] = {"": work.policy.overdue}

    async def of(self, round_id: str) -> OverduePolicy:
        """Give the rules of a round's plan; what belongs to no round follows the office's."""
        if round_id not in self._known:
            drawn = await self._work.rounds.find(round_id)
            if drawn is None:
                return self._work.policy.overdue
            self._known[round_id] = (await policy_of_round(self._work, drawn)).overdue
        return self._known[round_id]


async def _open(work: Work, source: ClockSource, until: date) -> AsyncIterator[Any]:
    """Give what is open and due by a day, step by step; what has no due day has no clock."""
    collection: Collection[Any] = getattr(work, source.collection)
    query = Query(equals=source.open_while, until={source.due: until}, order=source.due)
    offset = 0
    while True:
        found = await collection.page(_step(query, offset))
        for value in found.values:
            yield value
        offset += _STEP
        if offset >= found.total:
            return


def _step(query: Query, offset: int) -> Query:
    return Query(
        equals=query.equals, until=query.until, order=query.order, offset=offset, limit=_STEP
    )


async def _clock(work: Work, source: ClockSource, value: Any, rules: _Rules) -> OpenClock:
    round_id = getattr(value, source.round_id) if source.round_id else ""
    due, today = getattr(value, source.due), work.today()
    return OpenClock(
        kind=source.kind,
        key=getattr(value, source.key),
        subject=getattr(value, source.subject or source.key),
        department=getattr(value, source.department) if source.department else "",
        round_id=round_id,
        name=getattr(value, source.name) if source.name else "",
        due_date=due,
        light=light(due, None, today, await rules.of(round_id)),
        days_over=(today - due).days,
    )
