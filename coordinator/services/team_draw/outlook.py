"""Can these quotas be met? Asked of plan lines before any ceremony, from expected draws (3.2.8)."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter

from coordinator.domain.annual_plan import Execution, Frame, FrameCount, PlanLine, expected_of
from coordinator.domain.dispatch import Visit, VisitCheck, lead_of
from coordinator.domain.draw_computation import roster_member
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import VisitState
from coordinator.domain.lottery.population import ACTIVE
from coordinator.domain.policy import TeamPolicy
from coordinator.domain.registers import CheckItem, InspectionObject
from coordinator.domain.team_draw import (
    EXPERTS,
    NOBODY,
    RosterMember,
    TeamKeys,
    Unit,
    draw_teams,
)
from coordinator.services.policies import policy_of
from coordinator.services.ports import Work
from coordinator.services.rosters import FrozenPeople, PeopleAsked, freeze_people
from coordinator.services.round_lines import turn_of
from coordinator.services.team_draw.asking import RoundFacts
from coordinator.services.team_draw.explaining import Shortage, explanations_in, shortage_seen

# Whether teams exist does not depend on chance: any keys answer, and nobody drawn here is shown.
_KEYS = TeamKeys("0" * 64, "0" * 64, "0" * 64, "0" * 64)
_GROUP = "group:"


@dataclass(frozen=True)
class DepartmentOutlook:
    """One organ (or `@field`): expected units and seats, who could be drawn, and what is missing.

    `room` counts the seats that the people's days allow; `missing` seats stay empty in any case.
    """

    department: str
    units: int
    seats: int
    people: int
    room: int
    missing: int
    shortages: tuple[Shortage, ...] = ()

    @property
    def met(self) -> bool:
        """Whether teams exist for all of its expected visits."""
        return not self.missing


@dataclass(frozen=True)
class Outlook:
    """What a round over these lines would ask of everybody; `problem` is a rule that stops it.

    `recused` counts the visits that are expected at objects from which somebody is recused;
    `without_experts` are the lines that name no field though the profile sends experts everywhere.
    """

    lines: tuple[str, ...]
    visits: int
    departments: tuple[DepartmentOutlook, ...]
    recused: int = 0
    without_experts: tuple[str, ...] = ()
    problem: RuleBrokenError | None = None

    @property
    def met(self) -> bool:
        """Whether every organ could form its teams."""
        officers = (each for each in self.departments if not each.department.startswith(EXPERTS))
        return self.problem is None and all(each.met for each in officers)


async def quota_outlook(work: Work, plan_id: str, codes: Collection[str]) -> Outlook:
    """Say whether the quotas of these lines, drawn in one round, could be met today.

    Objects are expected numbers: those of lines with the same conditions are the same ones, as one
    ticket per place makes them; others share no visit. Of the objects with recusals on record as
    many are expected as their share of the frame says, rounded up, those with most recusals first.
    """
    lines = await _lines(work, plan_id, codes)
    policy = (await policy_of(work, await work.plans.get(plan_id))).team
    asked = PeopleAsked(
        departments=sorted({code for line in lines for code in line.departments}),
        fields=sorted({field for line in lines for field in line.expert_fields}),
        lines=lines,
        objects=(),
        policy=policy,
        from_day=work.today(),
    )
    names = tuple(line.code for line in lines)
    try:
        people = await freeze_people(work, asked)
    except RuleBrokenError as error:
        if error.rule is not Rule.DUTY_LEADER_MISSING:
            raise
        return Outlook(names, 0, (), problem=error)
    facts = await _facts(work, lines, policy, people)
    units = facts.units()
    departments = sorted({unit.department for unit in units})
    barred = _recusals(people)
    met = [check.object_id for checks in facts.checks.values() for check in checks[:1]]
    return Outlook(
        lines=names,
        visits=len(facts.visits),
        departments=tuple(_outlook(work, units, people, d) for d in departments),
        recused=sum(thing in barred for thing in met),
        without_experts=_without_experts(lines, policy),
    )


def _without_experts(lines: Sequence[PlanLine], policy: TeamPolicy) -> tuple[str, ...]:
    return tuple(line.code for line in lines if policy.experts_min and not line.expert_fields)


def _recusals(people: FrozenPeople) -> Counter[str]:
    """Count the people who are recused from each object."""
    return Counter(row.object for bars in people.bars.values() for row in bars)


def _outlook(
    work: Work, units: Sequence[Unit], people: FrozenPeople, department: str
) -> DepartmentOutlook:
    needs = [unit.need for unit in units if unit.department == department]
    roster = [roster_member(row) for row in people.rosters.get(department, ())]
    shortages: tuple[Shortage, ...] = ()
    bars = [(row.object, row.inspector) for row in people.bars.get(department, ())]
    missing = 0
    try:
        drawn = draw_teams(department, roster, bars, needs, _KEYS, work.team_solver)
        missing = sum(each.inspector == NOBODY for each in drawn.assignments)
    except RuleBrokenError as error:
        if error.rule not in (Rule.TEAM_QUOTA_UNMET, Rule.TEAM_FEASIBILITY_UNPROVEN):
            raise
        found = explanations_in(error)
        shortages = tuple(shortage_seen(each) for each in found)
        missing = sum(each.missing for each in found) or 1
    return DepartmentOutlook(
        department=department,
        units=len(needs),
        seats=sum(need.quota for need in needs),
        people=sum(member.available for member in roster),
        room=sum(map(_room, roster)),
        missing=missing,
        shortages=shortages,
    )


def _room(member: RosterMember) -> int:
    return member.room


async def _lines(work: Work, plan_id: str, codes: Collection[str]) -> list[PlanLine]:
    """Give the lines asked for with their next windows; NOT_FOUND where the plan has none of them.

    Cancelled lines, and those that another platform executes, ask nobody here.
    """
    found = await work.plan_lines.where(plan_id=plan_id, code=set(codes))
    here = [
        line
        for line in found
        if line.cancelled_by is None and line.execution is not Execution.ELSEWHERE
    ]
    if not here:
        raise RuleBrokenError(Rule.NOT_FOUND, kind="plan_line", key=",".join(sorted(codes)) or "-")
    rounds = await work.rounds.where(plan_id=plan_id)
    return [line.at_turn(turn_of(line, rounds)) for line in here]


async def _facts(
    work: Work, lines: Sequence[PlanLine], policy: TeamPolicy, people: FrozenPeople
) -> RoundFacts:
    codes = {code for line in lines for code in line.items}
    items = {item.code: item for item in await work.items.where(code=codes)}
    organs = {organ.code: organ.family for organ in await work.departments.where()}
    numbers = {line.code: await _expected(work, line) for line in lines}
    barred = _recusals(people)
    known = await work.objects.where(object_id=set(barred))
    visits: dict[str, Visit] = {}
    checks: dict[str, list[VisitCheck]] = {}
    for group in _alike(lines):
        longest = max((numbers[line.code] for line in group), key=attrgetter("expected_draw"))
        wanted = group[0].conditions
        inside = [each for each in known if wanted.accept(each, work.today())]
        met = _met(barred, inside, longest)
        for n in range(longest.expected_draw):
            drawn = [line for line in group if numbers[line.code].expected_draw > n]
            name = f"{group[0].code}-{n:06}"
            at = (name, met[n] if n < len(met) else f"expected:{name}")
            checks[name] = [check for line in drawn for check in _checks(at, line, items, organs)]
            if checks[name]:
                visits[name] = _visit(name, drawn, checks[name])
    return RoundFacts(
        round_id="-",
        policy=policy,
        visits=visits,
        checks=checks,
        lines={line.code: line for line in lines},
        items=items,
        objects={},
        sections=(),
        groups={
            code: frozenset(tag for row in rows for tag in row.tags if tag.startswith(_GROUP))
            for code, rows in people.rosters.items()
        },
    )


async def _expected(work: Work, line: PlanLine) -> FrameCount:
    """Give how many objects the draw of a line will take of how many, by the counts of today."""
    frame = Frame(conditions=line.conditions, by=line.share.by)
    found = await work.frames.count(frame, work.today())
    return replace(found, expected=expected_of(line.share, found.by_stratum))


def _met(
    barred: Mapping[str, int], inside: Sequence[InspectionObject], count: FrameCount
) -> list[str]:
    """Give which objects with recusals a draw is expected to meet: their share, rounded up."""
    codes = sorted(
        (each.object_id for each in inside if each.status == ACTIVE),
        key=lambda code: (-barred[code], code),
    )
    number = -(-count.expected_draw * len(codes) // count.eligible) if count.eligible else 0
    return codes[:number]


def _alike(lines: Sequence[PlanLine]) -> list[list[PlanLine]]:
    """Put lines together that draw the same places and can share visits."""
    groups: list[list[PlanLine]] = []
    for line in sorted(lines, key=lambda each: each.code):
        for group in groups:
            first = group[0]
            same_days = first.window_from <= line.window_to and line.window_from <= first.window_to
            if first.conditions == line.conditions and first.mode == line.mode and same_days:
                group.append(line)
                break
        else:
            groups.append([line])
    return groups


def _checks(
    at: tuple[str, str], line: PlanLine, items: Mapping[str, CheckItem], organs: Mapping[str, str]
) -> list[VisitCheck]:
    """Give the checks of a line at (visit, object), each by the line's organ of its item."""
    name, object_id = at
    return [
        VisitCheck(
            check_id=f"{name}.{line.code}.{code}",
            round_id="-",
            visit_id=name,
            line=line.code,
            object_id=object_id,
            object_name="",
            item=code,
            item_name=items[code].name,
            department=organ,
            minutes=items[code].estimated_minutes,
            method="",
        )
        for code in line.items
        if code in items
        for organ in line.departments
        if items[code].department in (organ, organs.get(organ, organ))
    ]


def _visit(name: str, lines: Sequence[PlanLine], checks: Sequence[VisitCheck]) -> Visit:
    known = {line.code: line for line in lines}
    return Visit(
        visit_id=name,
        round_id="-",
        place=name,
        place_name="",
        address="",
        region="",
        mode=lines[0].mode,
        desk=False,
        date_from=max(line.window_from for line in lines),
        date_to=min(line.window_to for line in lines),
        departments=tuple(sorted({check.department for check in checks})),
        lead_department=lead_of([(check.line, check.department) for check in checks], known),
        state=VisitState.DRAWN,
    )
