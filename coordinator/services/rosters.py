"""Who may be drawn, as the registers say today: rosters and bars of organs and of experts."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from contracts.draw_tables import BarRow, RosterRow
from coordinator.domain.annual_plan import PlanLine
from coordinator.domain.dispatch import LIAISON, Visit
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import VisitState
from coordinator.domain.lottery.people_codes import area_code, group_tag
from coordinator.domain.lottery.population import (
    ACTIVE,
    IN_THE_DRAW,
    Period,
    Workload,
    bars_of,
    expert_roster,
    owned_objects,
    roster_of,
)
from coordinator.domain.policy import TeamPolicy
from coordinator.domain.registers import Inspector
from coordinator.domain.registers.organisation import covers
from coordinator.domain.registers.sections import Section
from coordinator.services.ports import Work

BY_DUTY = "duty"
AREA = "area"
_EXPERTS = "@"


@dataclass(frozen=True)
class PeopleAsked:
    """Whose rosters a round needs: organs and fields, for which lines, objects and days.

    `from_day` is the first day that counts where the windows have begun: a supplement's today;
    `helped` says whether organs of the same department send officers by document where they may.
    """

    departments: Sequence[str]
    fields: Sequence[str]
    lines: Sequence[PlanLine]
    objects: Collection[str]
    policy: TeamPolicy
    from_day: date | None = None
    helped: bool = False

    @property
    def period(self) -> Period:
        """The days of the round's visits."""
        first = min(line.window_from for line in self.lines)
        last = max(line.window_to for line in self.lines)
        return Period(min(max(first, self.from_day or first), last), last)


@dataclass(frozen=True)
class FrozenPeople:
    """Rosters and bars by organ, and by `@field` for experts."""

    rosters: Mapping[str, tuple[RosterRow, ...]]
    bars: Mapping[str, tuple[BarRow, ...]]


async def freeze_people(work: Work, asked: PeopleAsked) -> FrozenPeople:
    """Give rosters and bars as the registers stand now.

    Raises DUTY_LEADER_MISSING for a line led by duty in whose lead organ nobody has that duty.
    """
    period = asked.period
    loads = await prior_loads(work, period.last_day.year)
    workload = Workload(period, work.calendar, asked.policy.visits_per_day, loads)
    rosters: dict[str, tuple[RosterRow, ...]] = {}
    areas: dict[str, set[BarRow]] = defaultdict(set)
    for code in asked.departments:
        people = list(await work.inspectors.where(department=code))
        if asked.helped:
            for helper in await helping_organs(work, code, period.first_day):
                people += await work.inspectors.where(department=helper.organ)
        rows = roster_of(people, workload)
        rows = _led_by_duty(rows, people, code, asked)
        rows = _without_liaisons(rows, people, asked.policy)
        rosters[code] = await _in_groups(work, rows, people, (code, asked))
        if asked.policy.own_area_excluded:
            areas[code] = _own_areas(people)
    for field in asked.fields:
        experts = await work.experts.where(field=field)
        rosters[f"{_EXPERTS}{field}"] = expert_roster(experts, workload)
    bars = await _bars(work, rosters, asked.objects)
    return FrozenPeople(rosters, {code: (*bars[code], *sorted(areas[code])) for code in rosters})


@dataclass(frozen=True)
class HelpingOrgan:
    """An organ whose officers may go for another one of its department, by which document."""

    organ: str
    name: str
    document: str


async def helping_organs(work: Work, department: str, day: date) -> list[HelpingOrgan]:
    """Give the superior and neighbour organs that are designated for all of an organ's region.

    They are organs of the same department; without a document in force nobody may go (3.2.8).
    """
    own = await work.departments.get(department)
    organs = {organ.code: organ for organ in await work.departments.where()}
    found = [
        HelpingOrgan(organ.code, organ.name, each.document)
        for each in await work.designations.where()
        if each.is_valid_on(day) and covers(each.region, own.region)
        if (organ := organs.get(each.department)) is not None and organ.code != own.code
        if organ.family == own.family
    ]
    return sorted(found, key=lambda helper: (helper.organ != own.superior, helper.organ))


async def standing_visits(work: Work, year: int) -> list[Visit]:
    """Give the visits of a year that were not withdrawn."""
    return [
        visit
        for visit in await work.visits.where()
        if visit.date_to.year == year and visit.state is not VisitState.WITHDRAWN
    ]


async def prior_loads(work: Work, year: int) -> Counter[str]:
    """Count the seats everybody has had in the year's units: a batch of visits is one seat."""
    visits = {visit.visit_id for visit in await standing_visits(work, year)}
    units = {
        (member.person_id, member.drawn_unit, member.department)
        for member in await work.team.where()
        if member.visit_id in visits
    }
    return Counter(person for person, _unit, _department in units)


def leads_by_duty(person: Inspector, policy: TeamPolicy) -> bool:
    """Say whether somebody leads by duty (分管领导带队): may lead, in the profile's post."""
    in_post = policy.leader_post in ("", person.post)
    return person.leader and in_post and person.status == ACTIVE


def groups_of(person: Inspector, sections: Sequence[Section]) -> set[str]:
    """Give the tags of the sections whose group an officer belongs to, by code or by name."""
    own = {person.group, person.section} - {""}
    return {group_tag(each.code) for each in sections if own & {each.code, each.name}}


def _led_by_duty(
    rows: tuple[RosterRow, ...], people: Sequence[Inspector], code: str, asked: PeopleAsked
) -> tuple[RosterRow, ...]:
    """Take those who lead by duty out of the lottery of their organ: they come by their post."""
    rule = asked.policy.leader_rule
    lines = [line for line in asked.lines if line.lead == code and line.is_led_by_duty(rule)]
    if not lines:
        return rows
    leaders = {each.inspector_id for each in people if leads_by_duty(each, asked.policy)}
    ready = {row.inspector for row in rows if row.status == IN_THE_DRAW} & leaders
    if not ready:
        raise RuleBrokenError(
            Rule.DUTY_LEADER_MISSING,
            line=lines[0].code,
            department=code,
            post=asked.policy.leader_post,
        )
    return tuple(row._replace(status=BY_DUTY) if row.inspector in ready else row for row in rows)


def _without_liaisons(
    rows: tuple[RosterRow, ...], people: Sequence[Inspector], policy: TeamPolicy
) -> tuple[RosterRow, ...]:
    """Take full-time liaisons out of the lottery, where the profile sends some: no officers."""
    if not policy.liaisons:
        return rows
    liaisons = {each.inspector_id for each in people if each.post == policy.liaison_post}
    return tuple(
        row._replace(status=LIAISON)
        if row.inspector in liaisons and row.status == IN_THE_DRAW
        else row
        for row in rows
    )


async def _in_groups(
    work: Work,
    rows: tuple[RosterRow, ...],
    people: Sequence[Inspector],
    about: tuple[str, PeopleAsked],
) -> tuple[RosterRow, ...]:
    """Tag everybody with the own groups, where the profile asks for one of them in each team."""
    code, asked = about
    if not asked.policy.own_group_members:
        return rows
    sections = await work.sections.where(department=code)
    tags = {each.inspector_id: groups_of(each, sections) for each in people}
    return tuple(
        row._replace(tags=tuple(sorted({*row.tags, *tags.get(row.inspector, ())}))) for row in rows
    )


def _own_areas(people: Sequence[Inspector]) -> set[BarRow]:
    """Bar everybody from the own area: who knows it well is known well there."""
    return {BarRow(area_code(each.area), each.inspector_id, AREA) for each in people if each.area}


async def _bars(
    work: Work, rosters: Mapping[str, Sequence[RosterRow]], objects: Collection[str]
) -> dict[str, tuple[BarRow, ...]]:
    recusals = await work.recusals.where()
    concerned = {recusal.object_id for recusal in recusals}
    barred = await work.objects.where(object_id=concerned)
    owned = owned_objects([*barred, *await work.objects.where(owner=concerned)])
    last_teams = await _last_teams(work, objects)
    return {
        code: bars_of({row.inspector for row in roster}, recusals, owned, last_teams)
        for code, roster in rosters.items()
    }


async def _last_teams(work: Work, objects: Collection[str]) -> dict[str, set[str]]:
    """Map each object to who was in the team of its last finished visit."""
    finished = {
        visit.visit_id: visit for visit in await work.visits.where(state=VisitState.FINISHED)
    }
    last: dict[str, str] = {}
    for check in await work.checks.where(visit_id=set(finished), left_out=None):
        known = last.get(check.object_id)
        newer = known is None or finished[known].date_to < finished[check.visit_id].date_to
        if check.object_id in objects and newer:
            last[check.object_id] = check.visit_id
    teams: dict[str, set[str]] = defaultdict(set)
    for member in await work.team.where(visit_id=set(last.values())):
        teams[member.visit_id].add(member.person_id)
    return {thing: teams[visit] for thing, visit in last.items()}
