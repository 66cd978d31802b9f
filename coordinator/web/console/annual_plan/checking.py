"""A plan against its rules: what it comes to, every breach at once, who is reached and how far."""

from dataclasses import dataclass

from fastapi import APIRouter
from fastapi.responses import Response

from coordinator.domain.annual_plan import (
    FrameCount,
    Plan,
    PlanFigures,
    PlanLine,
    SectionFigures,
    breaches_of,
)
from coordinator.domain.annual_plan.breaches.shares import figures_of
from coordinator.domain.lifecycle import PlanState
from coordinator.domain.policy import Policy
from coordinator.services import annual_plan, policies
from coordinator.services.annual_plan.gathering import facts_of
from coordinator.services.ports import Work
from coordinator.web.api.burden_answers import reasons_of
from coordinator.web.console.annual_plan.breach_views import LineBreaches, grouped
from coordinator.web.console.burden_figures import sign_words
from coordinator.web.console.frame import InConsole
from coordinator.web.names import load_names
from coordinator.web.plan_wording import about, percent

router = APIRouter()


@dataclass(frozen=True)
class WarnedLines:
    """Places that some lines visit for certain as often as the profile warns of, in words."""

    lines: tuple[str, ...]
    places: int
    signs: list[str]


@dataclass(frozen=True, kw_only=True)
class PlanCheck:
    """What a plan comes to and what it breaks; `counts` are by line code."""

    figures: PlanFigures
    counts: dict[str, FrameCount]
    sections: tuple[SectionFigures, ...]
    breaches: list[LineBreaches]
    policy: Policy
    warnings: list[WarnedLines]
    reasons: list[str]

    @property
    def number_of_breaches(self) -> int:
        """How many breaches there are."""
        return sum(len(each.breaches) for each in self.breaches)


@router.get("/console/plans/{plan_id}/check")
async def check(plan_id: str, console: InConsole) -> Response:
    """Check a plan as it stands: figures, frames of its lines, and every breach with its remedy."""
    async with console.reading() as work:
        plan = await work.plans.get(plan_id)
        lines = await work.plan_lines.where(plan_id=plan_id)
        live = [line for line in lines if line.cancelled_by is None]
        return await console.show(
            work,
            "annual_plan/check.html",
            plan=plan,
            lines=live,
            found=await checked(work, plan, live),
            percent=percent,
            about=about,
            answer=console.buttons("answer-plan-frequency", plan_id=plan_id),
            acts=console.buttons("submit-plan", plan_id=plan_id)
            if plan.state is PlanState.DRAFT
            else [],
        )


async def checked(work: Work, plan: Plan, lines: list[PlanLine]) -> PlanCheck:
    """Count the frames of a plan and check it; an adopted one is looked at as at year's end."""
    rules = await policies.policy_of(work, plan)
    facts = await facts_of(work, plan, lines, rules)
    if plan.state is PlanState.ADOPTED:
        breaches = await annual_plan.year_end_breaches(work, plan.plan_id)
    else:
        breaches = breaches_of(lines, facts)
    names = await load_names(work)
    return PlanCheck(
        figures=figures_of(lines, facts),
        counts=dict(facts.counts),
        sections=tuple(facts.section_figures),
        breaches=grouped(breaches, lines, names, rules),
        policy=rules,
        warnings=[
            WarnedLines(each.lines, each.places, [sign_words(sign, names) for sign in each.signs])
            for each in await annual_plan.frequency_of_plan(work, lines, facts)
        ],
        reasons=await reasons_of(work, plan.plan_id),
    )
