"""What is reported of teams: replacements by reason, and who met whom again."""

from coordinator.domain.lifecycle import VisitState
from coordinator.domain.team_draw import PairFigures, pair_figures, reasons_counted
from coordinator.services.ports import Work


async def replacement_counts(work: Work, round_id: str) -> dict[str, int]:
    """Count the replacements of a round and its supplements by reason; numbers alone are public."""
    supplements = await work.rounds.where(supplement_of=round_id)
    records = {round_id, *(each.round_id for each in supplements)}
    return reasons_counted(await work.member_changes.where(round_id=records))


async def pairs_met(work: Work, year: int | None = None, round_id: str = "") -> PairFigures:
    """Count how often officers met in the teams of a year, of a round, or of all visits.

    Withdrawn visits don't count, the visits of one batch count once, who assists not at all.
    """
    visits = await work.visits.where(**({"round_id": round_id} if round_id else {}))
    counted = {
        visit.visit_id
        for visit in visits
        if visit.state is not VisitState.WITHDRAWN and year in (None, visit.date_to.year)
    }
    team = await work.team.where(visit_id=counted, expert=False)
    return pair_figures(
        (seat.department, seat.drawn_unit, seat.person_id) for seat in team if seat.is_officer
    )
