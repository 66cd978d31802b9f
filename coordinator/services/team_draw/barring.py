"""Officers who took a visit over but whom the round's frozen bars keep from its objects."""

from collections.abc import Iterable, Mapping

from contracts.draw_files import parse_file
from contracts.draw_tables import BARS
from coordinator.domain.dispatch import TeamMember, Visit
from coordinator.domain.lottery.people_codes import area_code
from coordinator.services.ports import Work
from coordinator.services.team_draw.replacing import Departure, replace_member


async def replace_barred(work: Work, visits: Iterable[Visit]) -> None:
    """Refill, by rule 7g, the seats of those whom a bar keeps from a visit's objects.

    Whoever is drawn and barred too is replaced in turn; MEMBER_WITHOUT_REPLACEMENT when nobody is
    left.
    """
    for visit in visits:
        while (barred := await _first_barred(work, visit)) is not None:
            member, reason = barred
            departure = Departure(
                visit_id=visit.visit_id, person_id=member.person_id, reason=reason
            )
            await replace_member(work, departure)


async def _first_barred(work: Work, visit: Visit) -> tuple[TeamMember, str] | None:
    concerned = await _concerned(work, visit)
    for member in await work.team.where(visit_id=visit.visit_id):
        bars = await _bars_of(work, member)
        for code in concerned:
            if (code, member.person_id) in bars:
                return member, bars[code, member.person_id]
    return None


async def _concerned(work: Work, visit: Visit) -> list[str]:
    """Give what a bar may name: the objects of a visit, and the areas where they lie."""
    checks = await work.checks.where(visit_id=visit.visit_id)
    things = await work.objects.where(object_id={check.object_id for check in checks})
    areas = {area_code(thing.area) for thing in things if thing.area}
    return sorted({thing.object_id for thing in things} | areas)


async def _bars_of(work: Work, member: TeamMember) -> Mapping[tuple[str, str], str]:
    drawn = await work.rounds.get(member.drawn_in)
    name = BARS.path(member.department)
    file = await work.record_files.find((drawn.round_id, drawn.attempt, name))
    if file is None:
        return {}
    rows = parse_file(BARS, file.body, drawn.round_id, member.department)
    return {(row.object, row.inspector): row.reason for row in rows}
