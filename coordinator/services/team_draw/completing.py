"""Teams that took a visit over with another object in it: every competence, and one leader."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from coordinator.domain.dispatch import TeamMember, Visit
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.team_draw import LEADER_TAG, Unfit, next_leader
from coordinator.services.ports import Work
from coordinator.services.team_draw.asking import facts_of
from coordinator.services.team_draw.covering import Cover, cover_of, drawn_officers
from coordinator.services.team_draw.duty import DUTY, DUTY_SLOT, post_candidates
from coordinator.services.team_draw.replacing import Departure, replace_member


async def complete_teams(work: Work, visits: Iterable[Visit]) -> None:
    """Refill seats by rule 7g until every team has what its visit needs, and name one leader each.

    REPLACEMENT_WITHOUT_COMPETENCE when an organ has nobody left who could bring it.
    """
    for visit in visits:
        for department in visit.departments:
            await _complete(work, visit, department)
        await _lead(work, visit)


async def _complete(work: Work, visit: Visit, department: str) -> None:
    while True:
        seats = await _seats(work, visit, department)
        if not seats:
            return
        cover = await cover_of(work, visit, seats[0])
        missing = cover.missing(seat.person_id for seat in seats)
        if not missing:
            return
        await _refill(work, visit, cover, seats)


async def _refill(work: Work, visit: Visit, cover: Cover, seats: Sequence[TeamMember]) -> None:
    spare = cover.spare(seats)
    if spare is None:
        raise _refused(visit, cover, seats)
    departure = Departure(
        visit_id=visit.visit_id, person_id=spare.person_id, reason=Unfit.COMPETENCE.value
    )
    try:
        await replace_member(work, departure)
    except RuleBrokenError as error:
        if error.rule is not Rule.MEMBER_WITHOUT_REPLACEMENT:
            raise
        raise _refused(visit, cover, seats) from None


def _refused(visit: Visit, cover: Cover, seats: Sequence[TeamMember]) -> RuleBrokenError:
    missing = cover.missing(seat.person_id for seat in seats)
    return RuleBrokenError(
        Rule.REPLACEMENT_WITHOUT_COMPETENCE,
        department=seats[0].department,
        competences=sorted(missing),
        number=sum(bool(tags & missing) for tags in cover.tags.values()),
        round=visit.round_id,
    )


async def _seats(work: Work, visit: Visit, department: str) -> list[TeamMember]:
    return drawn_officers(await work.team.where(visit_id=visit.visit_id), department)


async def _lead(work: Work, visit: Visit) -> None:
    """Leave the lead organ's leader, or name one by its rule: drawn, or by duty."""
    team = await work.team.where(visit_id=visit.visit_id)
    leaders = [seat for seat in team if seat.leader]
    own = [seat for seat in leaders if seat.department == visit.lead_department][:1]
    others = [replace(seat, leader=False) for seat in leaders if seat not in own]
    await work.team.save(*(seat for seat in others if seat.slot != DUTY_SLOT))
    for seat in others:
        if seat.slot == DUTY_SLOT:  # who came to lead only does not come along
            await work.team.remove(seat.member_id)
    if not own:
        await _name_leader(work, visit)


async def _name_leader(work: Work, visit: Visit) -> None:
    seats = await _seats(work, visit, visit.lead_department)
    if not seats:
        return
    facts = await facts_of(work, await work.rounds.get(visit.round_id), {}, only=[visit.visit_id])
    if facts.rules(visit, visit.lead_department).by_duty:
        await _name_by_duty(work, visit, seats[0])
        return
    cover = await cover_of(work, visit, seats[0])
    able = [seat for seat in seats if LEADER_TAG in cover.tags.get(seat.person_id, frozenset())]
    await work.team.save(replace(able[0], leader=True))
    await work.audit("team-draw:leader:named", visit.visit_id, person=able[0].person_id)


async def _name_by_duty(work: Work, visit: Visit, seat: TeamMember) -> None:
    post = replace(seat, slot=DUTY_SLOT, leader=True, how=DUTY, unit=visit.visit_id)
    found = await post_candidates(work, visit, post)
    leader = next_leader(found.fit, found.turns)
    if leader is None:
        await work.audit("team-draw:leaders:missing", visit.round_id, units=1, of=1)
        return
    member_id = f"{visit.visit_id}.{seat.department}.{DUTY_SLOT}"
    await work.team.add([replace(post, member_id=member_id, person_id=leader)])
    await work.audit("team-draw:leader:named", visit.visit_id, person=leader)
