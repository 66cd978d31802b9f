"""Annexes 3 to 5 as PDF and xlsx: what a visit found, who was drawn, and a period by organ."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, Literal, Protocol, TypeVar

from fastapi import APIRouter
from fastapi.responses import Response

from coordinator.domain.appraisal import Half, Period
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.registers import Inspector
from coordinator.services import appraisal
from coordinator.services.covert import require_open_record
from coordinator.services.ports import Work
from coordinator.web.annexes import printing_by, send_annex
from coordinator.web.console.appraisal import Year, period_words
from coordinator.web.console.frame import Console, InConsole
from coordinator.web.dependencies import Overseer
from coordinator.web.language import CHINESE, speaking
from coordinator.web.names import load_names
from coordinator.web.reach import seen_results, seen_visit
from coordinator.web.record_annexes import (
    RoundRecord,
    VisitRecord,
    period_annex,
    round_annex,
    visit_annex,
)

router = APIRouter()

Ending = Literal["pdf", "xlsx"]


class _OfVisit(Protocol):
    @property
    def visit_id(self) -> str: ...


V = TypeVar("V", bound=_OfVisit)


@router.get("/console/visits/{visit_id}/annex-3.{ending}")
async def visit_record(visit_id: str, ending: Ending, console: InConsole) -> Response:
    """Send annex 3 抽查情况记录表 of a visit: of a covert one only once its record is open."""
    async with console.reading() as work:
        visit, is_open = await seen_visit(work, console.actor, visit_id)
        if not is_open:
            raise RuleBrokenError(Rule.COVERT_ROUND_OPEN, round=visit.round_id)
        team = await work.team.where(visit_id=visit_id)
        reach = {**await seen_results(work, console.actor), "visit_id": visit_id}
        record = VisitRecord(
            visit=visit,
            results=sorted(
                await work.results.where(**reach),
                key=lambda each: (each.object_id, each.department, each.item),
            ),
            team=team,
            people=await _people(work, {each.person_id for each in team}),
        )
        printing = _printing(console, f"/console/visits/{visit_id}")
        data = visit_annex(record, await load_names(work), printing)
    return send_annex(console.parts.documents, data, f"visit-{visit_id}", ending)


@router.get("/console/rounds/{round_id}/annex-4.{ending}")
async def round_record(
    round_id: str, ending: Ending, console: InConsole, _person: Overseer
) -> Response:
    """Send annex 4 of a drawn round: who was drawn to check whom."""
    async with console.reading() as work:
        drawn = await work.rounds.get(round_id)
        await require_open_record(work, round_id)
        visits = await work.visits.where(round_id=round_id)
        team = await work.team.where(round_id=round_id)
        lines = await work.plan_lines.where(code=drawn.lines)
        record = RoundRecord(
            drawn=drawn,
            visits=sorted(visits, key=lambda each: (each.task_number or "", each.place)),
            checks=_by_visit(await work.checks.where(round_id=round_id)),
            teams=_by_visit(team),
            people=await _people(work, {each.person_id for each in team}),
            experts={each.expert_id: each.name for each in await work.experts.where()},
            lines={line.code: line.name for line in lines},
        )
        printing = _printing(console, f"/rounds/{round_id}")
        data = round_annex(record, await load_names(work), printing)
    return send_annex(console.parts.documents, data, f"round-{round_id}", ending)


@router.get("/console/appraisal/annex-5.{ending}")
async def period_record(
    ending: Ending,
    console: InConsole,
    year: Year = 0,
    half: Half = Half.YEAR,
    plan_id: str = "",
    round_id: str = "",
) -> Response:
    """Send annex 5 抽查情况汇总表 of a period: every organ of the register, with its zeros."""
    async with console.reading() as work:
        wanted = year or work.today().year
        period = Period(year=wanted, half=half, plan_id=plan_id, round_id=round_id)
        found = await appraisal.period_figures(work, period)
        with speaking(CHINESE):
            subtitle = period_words(period)
        printing = _printing(console, "/console/appraisal")
        data = period_annex(found, await load_names(work), printing, subtitle)
    return send_annex(console.parts.documents, data, f"summary-{wanted}", ending)


def _printing(console: Console, path: str) -> Any:
    return printing_by(console.parts, str(console.request.base_url), path)


def _by_visit(values: Iterable[V]) -> dict[str, list[V]]:
    found: dict[str, list[V]] = defaultdict(list)
    for each in values:
        found[each.visit_id].append(each)
    return found


async def _people(work: Work, wanted: set[str]) -> dict[str, Inspector]:
    found = await work.inspectors.where(inspector_id=wanted)
    return {each.inspector_id: each for each in found}
