"""Figures of a round, counted from what is stored."""

from dataclasses import asdict

from fastapi import APIRouter
from pydantic import BaseModel

from coordinator.services import appraisal
from coordinator.web.dependencies import Reader
from coordinator.web.parts import Parts

router = APIRouter(tags=["考核 appraisal"])


class Figures(BaseModel):
    """The figures of a round; `visits_saved` = `separate_visits` minus `visits`."""

    plan_lines: int
    objects_in_frames: int
    checks: int
    separate_visits: int
    visits: int
    visits_saved: int
    teams: int
    dispatched: int
    accepted: int
    findings: int
    disclosed: int
    shared: int
    listed: int
    measures: int
    measure_feedback: int


@router.get("/rounds/{round_id}/figures", summary="批次数字", operation_id="figures")
async def figures(round_id: str, parts: Parts, person: Reader) -> Figures:
    """Give the figures of a round."""
    async with parts.open_work(person.actor, writes=False) as work:
        found = await appraisal.round_figures(work, round_id)
    return Figures(**asdict(found), visits_saved=found.visits_saved)
