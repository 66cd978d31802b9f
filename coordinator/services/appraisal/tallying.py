"""Tallies that spare the figures a count of every row, made anew when rows came another way."""

from coordinator.services.access import require_office
from coordinator.services.ports import Work


async def count_again(work: Work) -> int:
    """Count anew what is kept beside results and directories; gives how many tallies were wrong."""
    require_office(work)
    wrong = await work.appraisals.count_again()
    await work.audit("appraisal:tallies:counted", "tallies", wrong=wrong)
    return wrong
