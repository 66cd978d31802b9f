"""Who of the drawn people can't take part any more: looked at before dispatch and every day."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from coordinator.domain.dispatch import TeamMember, Visit
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import TaskState, VisitState
from coordinator.domain.registers import Expert, Inspector
from coordinator.domain.scheduling import ScheduleState
from coordinator.domain.team_draw import Days, Unfit, why_unfit
from coordinator.services.ports import Work

BEFORE_THE_REPORT = (TaskState.DRAWN, TaskState.PUBLISHED, TaskState.ACCEPTED)
BEFORE_THE_END = (VisitState.DRAWN, VisitState.PUBLISHED, VisitState.RUNNING)

People = Mapping[str, Inspector | Expert]


@dataclass(frozen=True)
class UnfitMember:
    """A seat whose holder can't take part, with the reason that the registers give today."""

    member: TeamMember
    why: Unfit


async def unfit_members(work: Work, visits: Iterable[Visit]) -> list[UnfitMember]:
    """Give the seats, of visits that are still to come, whose holders can't take part."""
    coming = {
        visit.visit_id: visit
        for visit in visits
        if visit.state in BEFORE_THE_END and work.today() <= visit.date_to
    }
    open_parts = {
        (task.visit_id, task.department)
        for task in await work.tasks.where(visit_id=set(coming))
        if task.state in BEFORE_THE_REPORT
    }
    seats = [
        member
        for member in await work.team.where(visit_id=set(coming))
        if member.expert or (member.visit_id, member.department) in open_parts
    ]
    people = await people_of(work, {member.person_id for member in seats})
    barred = await recused(work, seats)
    days_of = await days_left(work, coming.values())
    found = []
    for member in seats:
        visit = coming[member.visit_id]
        days = days_of[visit.visit_id]
        is_barred = (member.visit_id, member.person_id) in barred
        person = people.get(member.person_id)
        why = why_unfit(person, days, is_barred=is_barred, is_officer=member.is_officer)
        if why is not None:
            found.append(UnfitMember(member, why))
    return found


async def days_left(work: Work, visits: Collection[Visit]) -> dict[str, Days]:
    """Give the days on which visits may still take place: the set one, else those of the window.

    Only an accepted schedule sets a day; one that has passed says nothing any more.
    """
    rounds = {visit.round_id for visit in visits}
    held = await work.round_schedules.where(round_id=rounds, state=ScheduleState.ACCEPTED)
    known = await work.appointments.where(round_id={e.round_id for e in held}) if held else ()
    today = work.today()
    set_days = {each.visit_id: each.day for each in known if each.day >= today}
    return {
        visit.visit_id: Days(day, day)
        if (day := set_days.get(visit.visit_id))
        else Days.left(visit.date_from, visit.date_to, today)
        for visit in visits
    }


async def require_fit(work: Work, visits: Iterable[Visit]) -> None:
    """Refuse to send out visits with people who can't take part; the error names them by code."""
    unfit = await unfit_members(work, visits)
    if unfit:
        named = sorted({f"{each.member.person_id} ({each.why.value})" for each in unfit})
        raise RuleBrokenError(Rule.MEMBERS_UNFIT, number=len(named), people=named)


async def people_of(work: Work, codes: Collection[str]) -> People:
    """Give the inspectors and experts of these codes who are in the registers."""
    officers = await work.inspectors.where(inspector_id=codes)
    experts = await work.experts.where(expert_id=codes)
    return {each.inspector_id: each for each in officers} | {
        each.expert_id: each for each in experts
    }


async def recused(work: Work, seats: Sequence[TeamMember]) -> set[tuple[str, str]]:
    """Give (visit, person) where the person is recused from an object, or from its owner."""
    recusals: dict[str, set[str]] = {}
    for each in await work.recusals.where(person_id={seat.person_id for seat in seats}):
        recusals.setdefault(each.object_id, set()).add(each.person_id)
    if not recusals:
        return set()
    checks = await work.checks.where(visit_id={seat.visit_id for seat in seats})
    things = await work.objects.where(object_id={check.object_id for check in checks})
    owners = {thing.object_id: thing.credit_subject for thing in things}
    return {
        (check.visit_id, person)
        for check in checks
        for concerned in {check.object_id, owners.get(check.object_id, check.object_id)}
        for person in recusals.get(concerned, ())
    }
