"""Who comes by post, turn about and not by lot: leaders by duty, and liaisons who come along."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from coordinator.domain.dispatch import LIAISON, TeamMember, Visit
from coordinator.domain.policy import TeamPolicy
from coordinator.domain.registers import Inspector
from coordinator.domain.team_draw import Days, DutyCall, Unit, duty_leaders, why_unfit
from coordinator.services.policies import policy_of_round
from coordinator.services.ports import Work
from coordinator.services.team_draw.asking import RoundFacts
from coordinator.services.team_draw.fitness import recused

DUTY_SLOT = 0  # seats by lot count from 1, those of liaisons down from -1
DUTY = "duty"


async def seat_by_post(work: Work, facts: RoundFacts, units: Sequence[Unit]) -> None:
    """Seat leaders by duty and liaisons of the lead organs; a seat with nobody is put on record."""
    led = [unit for unit in units if _led_by_duty(facts, unit)]
    leaders = _Turns(work, facts, DUTY, led)
    await _put_on_record(leaders, "team-draw:leaders:missing", await leaders.seat(DUTY_SLOT))
    for number in range(1, facts.policy.liaisons + 1):
        accompanied = [unit for unit in units if _is_accompanied(facts, unit)]
        liaisons = _Turns(work, facts, LIAISON, accompanied)
        missing = await liaisons.seat(-number)
        await _put_on_record(liaisons, "team-draw:liaisons:missing", missing)


@dataclass(frozen=True)
class PostCandidates:
    """Who holds a post in an organ, who of them can come to a unit, and how often each has."""

    holders: tuple[str, ...]
    fit: tuple[str, ...]
    turns: Counter[str]


async def post_candidates(work: Work, visit: Visit, seat: TeamMember) -> PostCandidates:
    """Give who may come by post in place of whoever holds the seat now."""
    policy = (await policy_of_round(work, await work.rounds.get(visit.round_id))).team
    people = _holders(await work.inspectors.where(department=seat.department), policy, seat.how)
    seats = [replace(seat, person_id=person.inspector_id) for person in people]
    taken = await work.team.where(visit_id=seat.visit_id, how=seat.how)
    free = {person.inspector_id for person in people} - {each.person_id for each in taken}
    fit = _fit(work, visit, people, (seat.how, await recused(work, seats)))
    return PostCandidates(
        tuple(sorted(person.inspector_id for person in people)),
        tuple(code for code in fit if code in free),
        await _turns(work, people, seat.how),
    )


@dataclass(frozen=True)
class _Turns:
    """The units to which somebody of a post must come; `how` says of which."""

    work: Work
    facts: RoundFacts
    how: str
    units: Sequence[Unit]

    async def seat(self, slot: int) -> int:
        """Seat whoever has come least in every unit; gives the number of units without anybody."""
        if not self.units:
            return 0
        codes = {unit.department for unit in self.units}
        people = await self.work.inspectors.where(department=codes)
        holders = _holders(people, self.facts.policy, self.how)
        calls = [await self._call(unit, holders) for unit in self.units]
        chosen = duty_leaders(calls, await _turns(self.work, holders, self.how))
        await self.work.team.add(
            self._seat(unit, visit, person, slot)
            for unit in self.units
            if (person := chosen.get((unit.department, unit.need.unit)))
            for visit in unit.visits
        )
        return len(self.units) - len(chosen)

    async def _call(self, unit: Unit, holders: Sequence[Inspector]) -> DutyCall:
        visit = self.facts.visits[unit.need.unit]
        own = [person for person in holders if person.department == unit.department]
        seats = [self._seat(unit, each, p.inspector_id, 0) for each in unit.visits for p in own]
        seated = await self.work.team.where(visit_id=unit.visits, how=self.how)
        taken = {each.person_id for each in seated}
        fit = _fit(self.work, visit, own, (self.how, await recused(self.work, seats)))
        candidates = tuple(code for code in fit if code not in taken)
        return DutyCall(unit.department, unit.need.unit, candidates)

    def _seat(self, unit: Unit, visit_id: str, person_id: str, slot: int) -> TeamMember:
        return TeamMember(
            member_id=f"{visit_id}.{unit.department}.{slot}",
            round_id=self.facts.round_id,
            visit_id=visit_id,
            department=unit.department,
            slot=slot,
            person_id=person_id,
            leader=self.how == DUTY,
            expert=False,
            how=self.how,
            unit=unit.need.unit,
            record_id=self.facts.round_id,
        )


async def _put_on_record(turns: _Turns, tag: str, missing: int) -> None:
    if missing:
        total = len(turns.units)
        await turns.work.audit(tag, turns.facts.round_id, units=missing, of=total)


def _holders(people: Sequence[Inspector], policy: TeamPolicy, how: str) -> list[Inspector]:
    """Give who holds the post: a liaison's is its own, of who leads by duty some may name none."""
    if how == LIAISON:
        return [person for person in people if person.post == policy.liaison_post]
    return [
        person for person in people if person.leader and policy.leader_post in ("", person.post)
    ]


def _fit(
    work: Work,
    visit: Visit,
    people: Sequence[Inspector],
    about: tuple[str, Collection[tuple[str, str]]],
) -> tuple[str, ...]:
    """Give who can come, by code; a liaison inspects nothing and needs no certificate."""
    how, recusals = about
    barred = {person for _visit, person in recusals}
    days = Days.left(visit.date_from, visit.date_to, work.today())
    found = (
        person.inspector_id
        for person in people
        if why_unfit(
            person, days, is_barred=person.inspector_id in barred, is_officer=how != LIAISON
        )
        is None
    )
    return tuple(sorted(found))


def _led_by_duty(facts: RoundFacts, unit: Unit) -> bool:
    visit = facts.visits[unit.need.unit]
    leads = unit.department == visit.lead_department
    return leads and facts.rules(visit, unit.department).by_duty


def _is_accompanied(facts: RoundFacts, unit: Unit) -> bool:
    """A liaison of the lead organ goes where somebody goes: not for papers at the desk."""
    visit = facts.visits[unit.need.unit]
    return unit.department == visit.lead_department and not visit.desk


async def _turns(work: Work, people: Sequence[Inspector], how: str) -> Counter[str]:
    """Count the units that everybody has come to by post so far."""
    codes = {person.inspector_id for person in people}
    seats = await work.team.where(person_id=codes, how=how)
    return Counter(person for person, _unit in {(s.person_id, s.drawn_unit) for s in seats})
