"""What the self-audit of a round compares it with: former draws, and who went with whom."""

from coordinator.domain.lifecycle import VisitState
from coordinator.domain.lottery.ceremony import Round
from coordinator.domain.lottery.self_audit import PairAudit
from coordinator.domain.team_draw import pair_figures
from coordinator.services.lottery.drawn_files import drawn_rows
from coordinator.services.ports import Work


async def drawn_before(work: Work, drawn: Round) -> set[str]:
    """Give every object that an earlier round drew."""
    return {
        row.object
        for other in await work.rounds.where()
        if other.drawn_at and drawn.drawn_at and other.drawn_at < drawn.drawn_at
        for line in other.lines
        for row in await drawn_rows(work, other, line)
    }


async def pair_audits(work: Work, drawn: Round) -> list[PairAudit]:
    """Give the pairs of every organ of the round, in all visits so far that were not withdrawn."""
    met = pair_figures(await _seats(work)).met
    return [
        PairAudit(
            department=code,
            people=await work.inspectors.count(department=code),
            meetings=sum(pair.times for pair in met if pair.department == code),
            repeated=sum(pair.times > 1 for pair in met if pair.department == code),
            most=max((pair.times for pair in met if pair.department == code), default=0),
        )
        for code in drawn.departments
    ]


async def _seats(work: Work) -> list[tuple[str, str, str]]:
    """Give the seats of officers as (department, unit, person): a batch of visits is one team."""
    withdrawn = {each.visit_id for each in await work.visits.where(state=VisitState.WITHDRAWN)}
    return [
        (member.department, member.drawn_unit, member.person_id)
        for member in await work.team.where(expert=False)
        if member.is_officer and member.visit_id not in withdrawn
    ]
