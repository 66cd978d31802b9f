"""The plan lines of a round, each with the window of its turn: a line may have several a year."""

from collections.abc import Sequence

from coordinator.domain.annual_plan import PlanLine
from coordinator.domain.lottery.ceremony import Round
from coordinator.services.ports import Work


async def lines_of_round(work: Work, drawn: Round) -> Sequence[PlanLine]:
    """Give the lines of a round by code; the second round of a line takes its second window."""
    lines = await work.plan_lines.where(plan_id=drawn.plan_id, code=drawn.lines)
    if all(line.times_a_year == 1 for line in lines):
        return lines
    rounds = await work.rounds.where(plan_id=drawn.plan_id)
    before = [each for each in rounds if _order(each) < _order(drawn)]
    return [line.at_turn(turn_of(line, before)) for line in lines]


def turn_of(line: PlanLine, rounds: Sequence[Round]) -> int:
    """Count how often a line has come up in these rounds."""
    return sum(line.code in each.lines for each in rounds)


def _order(drawn: Round) -> tuple[object, str]:
    return drawn.opened_at, drawn.round_id
