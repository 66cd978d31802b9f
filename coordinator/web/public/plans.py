"""Adopted plans for everybody: in plain words, with their amendments, calendar and annex 2."""

from collections.abc import Sequence
from typing import Literal

from fastapi import APIRouter
from fastapi.responses import Response

from contracts.vocabulary import Mode
from coordinator.domain.annual_plan import (
    Amendment,
    AmendmentState,
    Plan,
    PlanFigures,
    PlanLine,
    figures_from,
)
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import PlanState
from coordinator.services.policies import policy_of
from coordinator.services.ports import Work
from coordinator.web.annexes import Printing, plan_annex, printing_by, send_annex
from coordinator.web.console.annual_plan.calendar import calendar_of
from coordinator.web.console.annual_plan.changes import AmendmentView, amendment_view
from coordinator.web.names import load_names
from coordinator.web.plan_wording import about, plain_sentence, remarks
from coordinator.web.public.frame import OnSite, Site
from coordinator.web.reach import disclosed_lines

router = APIRouter()


@router.get("/plans")
async def plans(site: OnSite) -> Response:
    """List the adopted plans."""
    async with site.reading() as work:
        found = await work.plans.where(state=PlanState.ADOPTED)
        return site.show("public/plans.html", plans=sorted(found, key=lambda each: -each.year))


@router.get("/plans/{plan_id}")
async def one_plan(plan_id: str, site: OnSite) -> Response:
    """Show an adopted plan: its lines as sentences, when they are, what was amended and why."""
    async with site.reading() as work:
        plan = await _adopted(work, plan_id)
        lines = await _public_lines(work, plan_id)
        names = await load_names(work)
        rules = await policy_of(work, plan)
        in_force = [line for line in lines if line.cancelled_by is None]
        items = await work.items.where(code={code for line in lines for code in line.items})
        return site.show(
            "public/plan.html",
            plan=plan,
            lines=[
                (line, plain_sentence(line, names, rules.plan.weights), remarks(line))
                for line in lines
            ],
            item_names={each.code: each.name for each in items},
            year_view=calendar_of(
                plan.year,
                in_force,
                rules.plan.key_periods,
                names,
                lambda line: f"#line-{line.code}",
            ),
            amendments=await _amendments(work, plan_id, lines),
            figures=_public_figures(plan, in_force),
            about=about,
            names=names,
        )


@router.get("/plans/{plan_id}/annex-2.{ending}")
async def annex(plan_id: str, ending: Literal["pdf", "xlsx"], site: OnSite) -> Response:
    """Send annex 2 年度计划 with the lines that are public."""
    async with site.reading() as work:
        plan = await _adopted(work, plan_id)
        lines = [each for each in await _public_lines(work, plan_id) if each.cancelled_by is None]
        items = await work.items.where(code={code for line in lines for code in line.items})
        data = plan_annex(
            plan,
            lines,
            {each.code: each for each in items},
            await load_names(work),
            printing_of(site, f"/plans/{plan_id}"),
            (await policy_of(work, plan)).plan.weights,
        )
    return send_annex(site.parts.documents, data, f"plan-{plan_id}", ending)


def printing_of(site: Site, path: str) -> Printing:
    """Say who prints a public page from where and when, as an annex states it."""
    return printing_by(site.parts, str(site.request.base_url), path)


async def _adopted(work: Work, plan_id: str) -> Plan:
    plan = await work.plans.find(plan_id)
    if plan is None or plan.state is not PlanState.ADOPTED:
        raise RuleBrokenError(Rule.NOT_FOUND, kind="plan", key=plan_id)
    return plan


def _public_figures(plan: Plan, lines: Sequence[PlanLine]) -> PlanFigures:
    """Give what the lines that are shown come to: a sum must not tell of the others.

    Lines that came by amendment have no visits foreseen at adoption.
    """
    return figures_from(lines, plan.figures.visits_by_line if plan.figures else {})


async def _public_lines(work: Work, plan_id: str) -> list[PlanLine]:
    """Give the lines that are public; a covert line is only after its round."""
    disclosed = await disclosed_lines(work)
    return [
        line
        for line in await work.plan_lines.where(plan_id=plan_id)
        if line.mode is Mode.ANNOUNCED or line.code in disclosed
    ]


async def _amendments(work: Work, plan_id: str, lines: Sequence[PlanLine]) -> list[AmendmentView]:
    """Give the adopted amendments; what they say of a line that is not public stays out."""
    names = await load_names(work)
    public = {line.code: line.name for line in lines}
    found: list[Amendment] = sorted(
        await work.plan_amendments.where(plan_id=plan_id, state=AmendmentState.ADOPTED),
        key=lambda each: each.number,
    )
    views = [amendment_view(each, names, public, whole=False) for each in found]
    return [view for view in views if view.lines]
