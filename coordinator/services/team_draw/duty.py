"""Leaders by duty: who holds the post leads the teams of the own organ, turn about, not by lot."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from coordinator.domain.dispatch import TeamMember, Visit
from coordinator.domain.registers import Inspector
from coordinator.domain.team_draw import Days, DutyCall, Unit, duty_leaders, why_unfit
from coordinator.services.policies import policy_of_round
from coordinator.services.ports import Work
from coordinator.services.team_draw.asking import RoundFacts
from coordinator.services.team_draw.fitness import recused

DUTY_SLOT = 0
DUTY = "duty"


async def save_duty_leaders(work: Work, facts: RoundFacts, units: Sequence[Unit]) -> None:
    """Seat the leaders by duty of all units that have one; who has nobody is put on record."""
    asked = [unit for unit in units if _led_by_duty(facts, unit)]
    if not asked:
        return
    codes = {unit.department for unit in asked}
    holders = [
        person
        for person in await work.inspectors.where(department=codes, leader=True)
        if facts.policy.leader_post in ("", person.post)
    ]
    calls = [await _call(work, facts, unit, holders) for unit in asked]
    chosen = duty_leaders(calls, await _led(work, holders))
    await work.team.add(
        _seat(facts, unit, visit, person)
        for unit in asked
        if (person := chosen.get((unit.department, unit.need.unit)))
        for visit in unit.visits
    )
    missing = len(asked) - len(chosen)
    if missing:
        await work.audit("team-draw:leaders:missing", facts.round_id, units=missing, of=len(asked))


@dataclass(frozen=True)
class DutyCandidates:
    """Who holds the post in an organ, who of them can lead a unit, and how often each has led."""

    holders: tuple[str, ...]
    fit: tuple[str, ...]
    led: Counter[str]


async def duty_candidates(work: Work, visit: Visit, seat: TeamMember) -> DutyCandidates:
    """Give who may lead a unit by duty in place of whoever holds the seat now."""
    policy = (await policy_of_round(work, await work.rounds.get(visit.round_id))).team
    found = await work.inspectors.where(department=seat.department, leader=True)
    holders = [person for person in found if policy.leader_post in ("", person.post)]
    seats = [replace(seat, person_id=person.inspector_id) for person in holders]
    fit = _fit(work, visit, holders, await recused(work, seats))
    return DutyCandidates(
        tuple(sorted(person.inspector_id for person in holders)),
        fit,
        await _led(work, holders),
    )


def _fit(
    work: Work, visit: Visit, holders: Sequence[Inspector], recusals: Collection[tuple[str, str]]
) -> tuple[str, ...]:
    barred = {person for _visit, person in recusals}
    days = Days.left(visit.date_from, visit.date_to, work.today())
    return tuple(
        sorted(
            person.inspector_id
            for person in holders
            if why_unfit(person, days, is_barred=person.inspector_id in barred) is None
        )
    )


def _led_by_duty(facts: RoundFacts, unit: Unit) -> bool:
    visit = facts.visits[unit.need.unit]
    leads = unit.department == visit.lead_department
    return leads and facts.rules(visit, unit.department).by_duty


async def _call(
    work: Work, facts: RoundFacts, unit: Unit, holders: Sequence[Inspector]
) -> DutyCall:
    visit = facts.visits[unit.need.unit]
    own = [person for person in holders if person.department == unit.department]
    seats = [_seat(facts, unit, each, p.inspector_id) for each in unit.visits for p in own]
    fit = _fit(work, visit, own, await recused(work, seats))
    return DutyCall(unit.department, unit.need.unit, fit)


async def _led(work: Work, holders: Sequence[Inspector]) -> Counter[str]:
    """Count the units that everybody has led by duty so far."""
    people = {person.inspector_id for person in holders}
    seats = await work.team.where(person_id=people, how=DUTY)
    return Counter(person for person, _unit in {(s.person_id, s.drawn_unit) for s in seats})


def _seat(facts: RoundFacts, unit: Unit, visit_id: str, person_id: str) -> TeamMember:
    return TeamMember(
        member_id=f"{visit_id}.{unit.department}.{DUTY_SLOT}",
        round_id=facts.round_id,
        visit_id=visit_id,
        department=unit.department,
        slot=DUTY_SLOT,
        person_id=person_id,
        leader=True,
        expert=False,
        how=DUTY,
        unit=unit.need.unit,
        record_id=facts.round_id,
    )
