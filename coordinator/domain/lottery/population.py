"""Whom a round may draw: frames, rosters and bars from the registers as they stand."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from contracts.draw_tables import BarRow, FrameRow, RosterRow
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
# Public registers tell that a firm has closed, and where it is.
_PUBLIC_STATUSES = (IN_THE_DRAW, CLOSED, FOREIGN)


@dataclass(frozen=True)
class Period:
    """The first and the last day on which visits of a round may take place."""

    first_day: date
    last_day: date


@dataclass(frozen=True)
class Exclusions:
    """What keeps an object out of a draw: places with no visit left, regions nobody may check.

    `reach` are the prefixes of the regions that the line's organs may check; None: not looked at.
    """

    full_places: frozenset[str] = field(default_factory=frozenset)
    reach: tuple[str, ...] | None = None

    def status_of(self, thing: InspectionObject) -> str:
        """Give `-`, or the code that excludes an object; it stays in the frame either way."""
        if thing.status != ACTIVE:
            return CLOSED
        if self.reach is not None and not thing.region.startswith(self.reach):
            return FOREIGN
        return "cap" if thing.place in self.full_places else IN_THE_DRAW


def frame_of(
    line: PlanLine, objects: Iterable[InspectionObject], exclusions: Exclusions, day: date
) -> tuple[FrameRow, ...]:
    """Give the frame of a line: every object that meets its conditions, excluded ones with code.

    `day` is the end of the months in which the conditions' events count.
    """
    return tuple(
        FrameRow(
            object=thing.object_id,
            place=thing.place,
            stratum=stratum_of(line, thing),
            weight=1,
            status=exclusions.status_of(thing),
        )
        for thing in objects
        if line.conditions.accept(thing, day)
    )


def stratum_of(line: PlanLine, thing: InspectionObject) -> str:
    """Give the stratum: credit class or grading where the line's rules name some, else `-`."""
    by = line.share.by
    if by is None:
        return WHOLE_LINE
    return (thing.risk_class or UNGRADED) if by == CREDIT else grading_of(thing, by)


def require_stratum_rules(line: PlanLine, frame: Sequence[FrameRow]) -> None:
    """Refuse a stratum without rule before anybody commits: found in the draw it would be late."""
    share = line.share
    if share.number_drawn is not None or "*" in share.rules:
        return
    if missing := sorted({row.stratum for row in frame} - set(share.rules)):
        raise RuleBrokenError(Rule.STRATUM_WITHOUT_RULE, line=line.code, stratum=missing[0])


def is_public(line: PlanLine, frame: Sequence[FrameRow]) -> bool:
    """Say whether the public may see a frame: no strata by class, no code but public ones."""
    return all(row.stratum == WHOLE_LINE and row.status in _PUBLIC_STATUSES for row in frame)


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
