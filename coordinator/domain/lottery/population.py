"""Whom a round may draw: frames, rosters and bars from the registers as they stand."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

from contracts.draw_tables import BarRow, RosterRow
from coordinator.domain.annual_plan import CREDIT, PlanLine, grading_of
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.registers import Expert, InspectionObject, Inspector, Recusal
from coordinator.domain.registers.conditions import UNGRADED
from coordinator.domain.working_days import WorkingDays

IN_THE_DRAW = "-"
WHOLE_LINE = "-"
ACTIVE = "active"
CLOSED = "closed"
FOREIGN = "region"
EXEMPT = "exempt-list"
SUSPENDED = "project-suspended"
FRESH = "fresh"
_OF_REGISTERS = (EXEMPT, SUSPENDED)
# Public registers tell that a firm has closed, and where it is.
_PUBLIC_STATUSES = (IN_THE_DRAW, CLOSED, FOREIGN)
_PUBLIC_LISTS = frozenset({"abnormal", "serious"})


@dataclass(frozen=True)
class Period:
    """The first and the last day on which visits of a round may take place."""

    first_day: date
    last_day: date


class FrameSource(NamedTuple):
    """What a frame takes from the registers for one object.

    `status` is that of the register, or the code of what excludes it there (standing_of).
    """

    object_id: str
    place: str
    stratum: str
    status: str
    region: str
    weight: int = 1


def standing_of(thing: InspectionObject, exempt_lists: Collection[str]) -> str:
    """Give an object's status in the register: a list or a stopped project exclude by a code."""
    if thing.kind == "project" and thing.status == "suspended":
        return SUSPENDED
    exempt = thing.supervision_list is not None and thing.supervision_list in exempt_lists
    return EXEMPT if exempt and thing.status == ACTIVE else thing.status


@dataclass(frozen=True)
class Exclusions:
    """What keeps an object out of a draw: places with no visit left, regions nobody may check.

    `reach` are the prefixes of the regions that the line's organs may check; None: not looked at.
    `fresh` are objects that the line's own organs found clean lately, and when.
    """

    full_places: frozenset[str] = field(default_factory=frozenset)
    reach: tuple[str, ...] | None = None
    fresh: Mapping[str, date] = field(default_factory=dict)

    def of_kind(self, status: str, region: str) -> str:
        """Give `-`, or the code that excludes every object of this status in this region."""
        if status != ACTIVE:
            return status if status in _OF_REGISTERS else CLOSED
        is_outside = self.reach is not None and not region.startswith(self.reach)
        return FOREIGN if is_outside else IN_THE_DRAW

    def of_one(self, object_id: str, place: str) -> str:
        """Give `-`, or the code that excludes this object where its kind is in the draw."""
        if object_id in self.fresh:
            return f"{FRESH}:{self.fresh[object_id].isoformat()}"
        return "cap" if place in self.full_places else IN_THE_DRAW


class FrameLines:
    """Writes the lines of a line's frame as the registers give them, excluded ones with code.

    `name_of` is what the frame calls a stratum, for no public record may name a credit class;
    `watched` are objects of which somebody wants to know whether they are in the frame.
    """

    def __init__(
        self,
        exclusions: Exclusions,
        name_of: Callable[[str], str] = str,
        watched: Collection[str] = (),
    ) -> None:
        self._exclusions, self._name_of, self._watched = exclusions, name_of, watched
        self._endings: dict[tuple[str, str, int], str] = {}
        self._of_kind: dict[tuple[str, str], str] = {}
        self.found: set[str] = set()

    def write(self, sources: Sequence[FrameSource]) -> bytes:
        """Give the lines of some objects, in the order given."""
        # Written out for speed: this runs for each of millions of rows.
        endings, of_kind, of_one = self._endings, self._of_kind, self._exclusions.of_one
        lines = []
        for thing, place, stratum, status, region, weight in sources:
            code = of_kind.get((status, region)) or self._code(status, region)
            if code == IN_THE_DRAW:
                code = of_one(thing, place)
            kind = (stratum, code, weight)
            lines.append(f"{thing}\t{place}\t{endings.get(kind) or self._ending(kind)}")
        if self._watched:
            self.found.update(each[0] for each in sources if each[0] in self._watched)
        return "".join(lines).encode()

    @property
    def kinds(self) -> Collection[tuple[str, str]]:
        """Give the strata, by their own names, and the statuses that they hold."""
        return {(stratum, status) for stratum, status, _ in self._endings}

    @property
    def weighs_alike(self) -> bool:
        """Whether every object weighs 1: else the weights tell of class, events or tags."""
        return all(weight == 1 for _, _, weight in self._endings)

    def _code(self, status: str, region: str) -> str:
        code = self._of_kind[status, region] = self._exclusions.of_kind(status, region)
        return code

    def _ending(self, kind: tuple[str, str, int]) -> str:
        stratum, status, weight = kind
        ending = self._endings[kind] = f"{self._name_of(stratum)}\t{weight}\t{status}\n"
        return ending


def stratum_of(line: PlanLine, thing: InspectionObject) -> str:
    """Give the stratum: credit class or grading where the line's rules name some, else `-`."""
    by = line.share.by
    if by is None:
        return WHOLE_LINE
    return (thing.risk_class or UNGRADED) if by == CREDIT else grading_of(thing, by)


def require_stratum_rules(line: PlanLine, kinds: Iterable[tuple[str, str]]) -> None:
    """Refuse a stratum without rule before anybody commits: found in the draw it would be late."""
    share = line.share
    if share.number_drawn is not None or "*" in share.rules:
        return
    if missing := sorted({stratum for stratum, _ in kinds} - set(share.rules)):
        raise RuleBrokenError(Rule.STRATUM_WITHOUT_RULE, line=line.code, stratum=missing[0])


def aims_openly(line: PlanLine) -> bool:
    """Say whether being in a line's frame tells nothing that only the office may know.

    Its conditions are public with the plan: a frame of all that have a class, a grade or an event
    would name them.
    """
    wanted = line.conditions
    secret_lists = set(wanted.lists) - _PUBLIC_LISTS
    return not (wanted.risk_classes or wanted.gradings or wanted.events or secret_lists)


def is_public(kinds: Iterable[tuple[str, str]]) -> bool:
    """Say whether the public may see a frame: no strata by class, no code but public ones."""
    return all(stratum == WHOLE_LINE and code in _PUBLIC_STATUSES for stratum, code in kinds)


@dataclass(frozen=True)
class Workload:
    """What bounds how often a person is drawn: days, visits a day, seats taken this year."""

    period: Period
    calendar: WorkingDays
    visits_per_day: int
    prior_loads: Mapping[str, int] = field(default_factory=dict)

    def prior_load(self, person: str) -> int:
        """Give the seats a person already had this year: who worked most is drawn last."""
        return self.prior_loads.get(person, 0)

    def cap(self, person: str, number_of_days: int) -> int:
        """Give the load a person may reach: what was before, and the room of the days present."""
        return self.prior_load(person) + number_of_days * self.visits_per_day


def roster_of(inspectors: Iterable[Inspector], workload: Workload) -> tuple[RosterRow, ...]:
    """Give a department's roster; who can't be drawn stays in it with the code that says why."""
    return tuple(
        RosterRow(
            inspector=person.inspector_id,
            tags=tuple(sorted(set(person.competences))),
            leader=person.leader,
            prior_load=workload.prior_load(person.inspector_id),
            cap=workload.cap(person.inspector_id, _days_present(person, workload)),
            status=_roster_status(person, workload.period),
        )
        for person in inspectors
    )


def expert_roster(experts: Iterable[Expert], workload: Workload) -> tuple[RosterRow, ...]:
    """Give the roster of the experts of one field."""
    days = len(_working_days(workload))
    return tuple(
        RosterRow(
            inspector=expert.expert_id,
            tags=(),
            leader=False,
            prior_load=workload.prior_load(expert.expert_id),
            cap=workload.cap(expert.expert_id, days),
            status=IN_THE_DRAW,
        )
        for expert in experts
    )


def bars_of(
    people: Collection[str],
    recusals: Iterable[Recusal],
    owned: Mapping[str, Sequence[str]],
    last_teams: Mapping[str, Collection[str]],
) -> tuple[BarRow, ...]:
    """Give who may not visit what: recusals (also for all that a barred firm owns), last visitors.

    `owned` maps an object to all objects it credits, itself included; `last_teams` maps an object
    to who was on its last visit.
    """
    bars = {
        (thing, recusal.person_id): "recusal"
        for recusal in recusals
        if recusal.person_id in people
        for thing in owned.get(recusal.object_id, (recusal.object_id,))
    }
    for thing, team in last_teams.items():
        for person in set(people) & set(team):
            bars.setdefault((thing, person), "last-visit")
    return tuple(BarRow(thing, person, reason) for (thing, person), reason in bars.items())


def owned_objects(objects: Iterable[InspectionObject]) -> dict[str, list[str]]:
    """Map every credit subject to all objects it credits, and every object to itself."""
    owned: dict[str, list[str]] = defaultdict(list)
    for thing in objects:
        owned[thing.object_id].append(thing.object_id)
        if thing.owner is not None and thing.owner != thing.object_id:
            owned[thing.owner].append(thing.object_id)
    return owned


def _roster_status(person: Inspector, period: Period) -> str:
    if person.status != ACTIVE:
        return "off-duty"
    if not person.is_certified(period.first_day, period.last_day):
        return "certificate"
    days = (period.last_day - period.first_day).days + 1
    away = all(person.is_absent(period.first_day + timedelta(days=n)) for n in range(days))
    return "leave" if away else IN_THE_DRAW


def _days_present(person: Inspector, workload: Workload) -> int:
    return sum(not person.is_absent(day) for day in _working_days(workload))


def _working_days(workload: Workload) -> list[date]:
    period = workload.period
    days = (period.last_day - period.first_day).days + 1
    every = (period.first_day + timedelta(days=n) for n in range(days))
    return [day for day in every if workload.calendar.is_working(day)]
