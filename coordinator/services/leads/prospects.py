"""What may still come by: the lines of adopted plans that are not drawn yet."""

from collections import Counter
from dataclasses import replace

from contracts.vocabulary import Mode
from coordinator.domain.annual_plan import Execution, PlanLine
from coordinator.domain.lifecycle import PlanState
from coordinator.services.ports import Work


async def coming_lines(work: Work) -> list[PlanLine]:
    """Give the announced lines of adopted plans with the windows for which nothing is drawn yet."""
    plans = {plan.plan_id for plan in await work.plans.where(state=PlanState.ADOPTED)}
    turns = Counter(
        (each.plan_id, code)
        for each in await work.rounds.where(plan_id=plans)
        if each.drawn_at is not None
        for code in each.lines
    )
    lines = await work.plan_lines.where(plan_id=plans, mode=Mode.ANNOUNCED)
    left = [
        (line, line.windows[turns[line.plan_id, line.code] :])
        for line in lines
        if line.cancelled_by is None and line.execution is Execution.HERE
    ]
    return [
        replace(
            line,
            window_from=windows[0].from_date,
            window_to=windows[0].to_date,
            later_windows=windows[1:],
        )
        for line, windows in left
        if windows
    ]
