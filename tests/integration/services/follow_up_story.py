"""A finding with a problem, approved and published, from which every story of follow-up starts."""

from typing import Any

from coordinator.domain.result_intake import Result
from tests.builders import MARKET, a_problem
from tests.play import AUDITOR, ROUND, Play

HASH = "ab" * 32
LINE = f"{HASH}  photo-1.jpg"


async def found(play: Play, department: str = MARKET, **problem: Any) -> Result:
    """Report a problem of a department's first task, approve and publish it; gives its result."""
    task = next(each for each in await play.tasks(ROUND) if each.department == department)
    await play.report(task, a_problem(**problem))
    await play.approve(task)
    await play.disclose(task)
    async with play.work(AUDITOR) as work:
        found_there = await work.results.where(visit_id=task.visit_id, has_problem=True)
    bad: Result = found_there[0]
    return bad


async def result_of(play: Play, result: Result) -> Result:
    """Give a result as it is now."""
    async with play.work(AUDITOR) as work:
        now: Result = await work.results.get(result.result_id)
    return now


async def sent(play: Play, kind: str) -> list[str]:
    """Give to which departments messages of a kind are on their way, in order."""
    async with play.work(AUDITOR) as work:
        letters = await work.outgoing.where()
    return [
        each.recipient.split(".")[2] for each in letters if each.type.partition(".v")[0] == kind
    ]
