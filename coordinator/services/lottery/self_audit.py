"""The self-audit of a round, computed once when its record opens and kept for the public page."""

from contracts.draw_record import Rules, Transcript
from coordinator.domain.lifecycle import VisitState
from coordinator.domain.lottery.ceremony import Round
from coordinator.domain.lottery.self_audit import (
    LineDrawn,
    PairAudit,
    RoundAudit,
    StratumAudit,
    audit_line,
)
from coordinator.domain.team_draw import pair_figures
from coordinator.services.lottery.drawn_files import drawn_rows, frame_rows, record_file
from coordinator.services.ports import Work


async def audit_round(work: Work, round_id: str) -> RoundAudit:
    """Compute and keep the figures of a drawn round against all rounds drawn before it."""
    drawn = await work.rounds.get(round_id)
    audit = RoundAudit(
        round_id=round_id,
        computed_at=work.now(),
        strata=tuple(await _strata(work, drawn)),
        pairs=tuple(await _pairs(work, drawn)),
    )
    await work.round_audits.save(audit)
    return audit


async def _strata(work: Work, drawn: Round) -> list[StratumAudit]:
    rules = await record_file(work, drawn, "rules.json")
    transcript = await record_file(work, drawn, "transcript.json")
    if rules is None or transcript is None:
        return []
    ruled = Rules.model_validate_json(rules.body).lines
    counts = Transcript.model_validate_json(transcript.body).counts
    before = await _drawn_before(work, drawn)
    figures: list[StratumAudit] = []
    for line in drawn.lines:
        rows = await drawn_rows(work, drawn, line)
        outcome = LineDrawn(line, ruled[line], counts.get(line, {}), rows)
        figures += audit_line(outcome, await frame_rows(work, drawn, line), before)
    return figures


async def _drawn_before(work: Work, drawn: Round) -> set[str]:
    """Give every object that an earlier round drew."""
    return {
        row.object
        for other in await work.rounds.where()
        if other.drawn_at and drawn.drawn_at and other.drawn_at < drawn.drawn_at
        for line in other.lines
        for row in await drawn_rows(work, other, line)
    }


async def _pairs(work: Work, drawn: Round) -> list[PairAudit]:
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
    """Give the seats of officers as (department, visit, person)."""
    withdrawn = {each.visit_id for each in await work.visits.where(state=VisitState.WITHDRAWN)}
    return [
        (member.department, member.visit_id, member.person_id)
        for member in await work.team.where(expert=False)
        if member.visit_id not in withdrawn
    ]
