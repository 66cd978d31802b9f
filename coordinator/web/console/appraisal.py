"""Appraisal: the figures of every round with their formulas."""

from fastapi import APIRouter
from fastapi.responses import Response

from coordinator.services import appraisal
from coordinator.web.console.frame import InConsole

router = APIRouter()


@router.get("/console/appraisal")
async def figures(console: InConsole) -> Response:
    """Show the figures of every round, the latest first."""
    async with console.reading() as work:
        rounds = sorted(await work.rounds.where(), key=lambda each: each.opened_at, reverse=True)
        return await console.show(
            work,
            "appraisal/appraisal.html",
            rounds=[
                (
                    each,
                    await appraisal.round_figures(work, each.round_id),
                    await appraisal.indicators(work, each.round_id),
                )
                for each in rounds
            ],
        )
