"""The burden ledger 入企频次台账: what a visit adds to its place's year, and who must give way.

Source: 2-rules.md 2.3 rule 5. A visit adds 1 to each organ and level taking part and 1 to the
total; joining a visit adds nothing to a level already in it nor to the total.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum

from coordinator.domain.checklist_merge import Check, Visit
from coordinator.domain.policy import BurdenPolicy
from coordinator.domain.working_days import DayOf

BY_CAP = "cap"
"""The reason code of an object that gives way to the cap (3-draw.md 3.1)."""


class Scope(StrEnum):
    """What a counter counts: all visits, those with organs of a level, those of an organ."""

    TOTAL = "total"
    LEVEL = "level"
    ORGAN = "organ"


Tally = tuple[Scope, str]
"""One counter of a place's year: what it counts, and the code of the level or organ."""

Pair = tuple[str, str]
"""A line's object: (line, object)."""


@dataclass(frozen=True, kw_only=True)
class BurdenCount:
    """How often a place was or will be entered in a year; `exempt` ones use up no cap."""

    place: str
    year: int
    scope: Scope
    code: str
    number: int
    exempt: int = 0


@dataclass(frozen=True, kw_only=True)
class BurdenEntry:
    """One entry of a place: a visit of a round, or one logged beside the rounds (2.12).

    `exemption` types why the cap does not stop it; a released entry counts no more. `joined` are
    the due checks that ride along in a visit: they add nothing to what it counts toward. `day` is
    the first day of the entry, where it is known.
    """

    entry_id: str
    place: str
    year: int
    round_id: str
    organs: tuple[str, ...]
    levels: tuple[str, ...]
    exemption: str
    note: str
    entered_at: datetime
    entered_by: str
    released_at: datetime | None = None
    joined: tuple[str, ...] = ()
    day: date | None = None

    def counters(self) -> list[Tally]:
        """Give what the entry adds 1 to."""
        return counters_of(self.organs, self.levels)


@dataclass(frozen=True, kw_only=True)
class CapExemption:
    """Leave to pass the cap at a place in a year: typed, with reason, decided by two persons."""

    exemption_id: str
    place: str
    year: int
    code: str
    reason: str
    requested_by: str
    requested_at: datetime
    approved_by: str | None = None
    approved_at: datetime | None = None

    @property
    def stands(self) -> bool:
        """Whether the second person has agreed."""
        return self.approved_at is not None


def in_order(entries: Iterable[BurdenEntry], day_of: DayOf) -> list[BurdenEntry]:
    """Give entries by their first day; one without a known day by that on which it was entered."""
    return sorted(entries, key=lambda each: (each.day or day_of(each.entered_at), each.entry_id))


def counters_of(organs: Iterable[str], levels: Iterable[str]) -> list[Tally]:
    """Give the counters of a visit with these organs and levels."""
    of_levels = [(Scope.LEVEL, level) for level in sorted(set(levels))]
    return [(Scope.TOTAL, ""), *of_levels, *((Scope.ORGAN, code) for code in sorted(set(organs)))]


@dataclass(frozen=True)
class Full:
    """What of a place's year is full for a visit: all of it, some levels, or some organs."""

    total: bool
    levels: frozenset[str] = frozenset()
    organs: frozenset[str] = frozenset()

    def cap(self, caps: BurdenPolicy) -> int | None:
        """Give the figure that was reached: that of the whole year before the others."""
        if self.total:
            return caps.visits_per_year
        return caps.visits_per_level if self.levels else caps.visits_per_organ


@dataclass
class Ledger:
    """The year of some places, as it stands and as further visits are put down on paper."""

    caps: BurdenPolicy
    numbers: Counter[tuple[str, int, Scope, str]] = field(default_factory=Counter)

    @classmethod
    def of(cls, counts: Iterable[BurdenCount], caps: BurdenPolicy) -> "Ledger":
        """Give the ledger as its rows say."""
        return cls(caps, Counter({(c.place, c.year, c.scope, c.code): c.number for c in counts}))

    def copy(self) -> "Ledger":
        """Give a ledger to try things on."""
        return Ledger(self.caps, self.numbers.copy())

    def full(
        self,
        place: str,
        year: int,
        levels: Collection[str],
        organs: Collection[str] = (),
        *,
        joins: bool = False,
    ) -> Full | None:
        """Say what has no room for one more visit of these levels and organs; None when all have.

        `joins`: the visit is there already, and the levels and organs are new in it.
        """
        at = self.numbers[place, year, Scope.TOTAL, ""]
        found = Full(
            not joins and at >= self.caps.visits_per_year,
            self._at_most(self.caps.visits_per_level, (place, year, Scope.LEVEL), levels),
            self._at_most(self.caps.visits_per_organ, (place, year, Scope.ORGAN), organs),
        )
        return found if found.total or found.levels or found.organs else None

    def _at_most(
        self, most: int | None, where: tuple[str, int, Scope], codes: Collection[str]
    ) -> frozenset[str]:
        """Give the codes whose counter has reached its cap; none where there is no cap."""
        if most is None:
            return frozenset()
        return frozenset(code for code in codes if self.numbers[(*where, code)] >= most)

    def take(self, place: str, year: int, counters: Iterable[Tally]) -> None:
        """Put a visit down."""
        for scope, code in counters:
            self.numbers[place, year, scope, code] += 1


@dataclass(frozen=True)
class CapRule:
    """What decides whom the cap stops: levels by organ; lines and places it does not stop."""

    levels: Mapping[str, str]
    exempt_lines: Mapping[str, str]
    exempt_places: Mapping[str, str]

    def levels_of(self, organs: Iterable[str]) -> list[str]:
        """Give the levels of organs, each once."""
        return sorted({self.levels[code] for code in organs if code in self.levels})

    def exemption_of(self, visit: Visit) -> str:
        """Give the typed exemption under which a visit passes; empty when it has none.

        A visit is exempt by its place, or when all its lines are: whoever only joins must have
        room of its own.
        """
        if visit.place in self.exempt_places:
            return self.exempt_places[visit.place]
        lines = sorted({check.line for check in visit.checks})
        codes = [self.exempt_lines.get(line, "") for line in lines]
        return codes[0] if all(codes) else ""


def year_of(visit: Visit) -> int:
    """Give the year whose cap a visit counts toward."""
    return visit.date_to.year


def organs_of(checks: Iterable[Check]) -> tuple[str, ...]:
    """Give the organs that take part in checks."""
    return tuple(sorted({check.department for check in checks}))


def giving_way(visits: Sequence[Visit], ledger: Ledger, rule: CapRule) -> list[Pair]:
    """Give who has no room in the ledger, sorted; visits come in order of place and number.

    An earlier visit of a place takes the room before a later one. Where only a level or an organ is
    full, the lines that send it give way. Desk tasks enter no premises, and count nowhere.
    """
    stopped: set[Pair] = set()
    at = ledger.copy()
    for visit in visits:
        if visit.desk or rule.exemption_of(visit):
            continue
        organs = organs_of(visit.checks)
        full = at.full(visit.place, year_of(visit), rule.levels_of(organs), organs)
        if full is None:
            counters = counters_of(organs, rule.levels_of(organs))
            at.take(visit.place, year_of(visit), counters)
        else:
            stopped |= {
                (check.line, check.object)
                for check in visit.checks
                if _is_stopped(check, full, rule)
            }
    return sorted(stopped)


def _is_stopped(check: Check, full: Full, rule: CapRule) -> bool:
    if check.line in rule.exempt_lines:
        return False
    level = rule.levels.get(check.department)
    return full.total or level in full.levels or check.department in full.organs


def full_places(
    counts: Iterable[BurdenCount],
    caps: BurdenPolicy,
    levels: Collection[str],
    organs: Collection[str] = (),
) -> frozenset[str]:
    """Give the places whose year has no room for a visit of these levels and organs."""
    most = {
        Scope.TOTAL: caps.visits_per_year,
        Scope.LEVEL: caps.visits_per_level,
        Scope.ORGAN: caps.visits_per_organ,
    }
    meant = {Scope.TOTAL: {""}, Scope.LEVEL: set(levels), Scope.ORGAN: set(organs)}
    return frozenset(
        count.place
        for count in counts
        if (cap := most.get(count.scope)) is not None
        and count.number >= cap
        and count.code in meant[count.scope]
    )


def added(counts: Iterable[BurdenCount], entry: BurdenEntry, by: int) -> list[BurdenCount]:
    """Give the rows of an entry's counters after it is put down (`by` 1) or released (-1)."""
    known = {(count.scope, count.code): count for count in counts}
    return [
        _moved(known.get(counter) or _empty(entry, counter), entry, by)
        for counter in entry.counters()
    ]


def _empty(entry: BurdenEntry, counter: Tally) -> BurdenCount:
    scope, code = counter
    return BurdenCount(place=entry.place, year=entry.year, scope=scope, code=code, number=0)


def _moved(count: BurdenCount, entry: BurdenEntry, by: int) -> BurdenCount:
    number = count.number + (0 if entry.exemption else by)
    exempt = count.exempt + (by if entry.exemption else 0)
    return replace(count, number=number, exempt=exempt)
