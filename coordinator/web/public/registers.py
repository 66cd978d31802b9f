"""The published item list and adopted plans."""

from fastapi import APIRouter
from fastapi.responses import Response

from contracts.vocabulary import Mode
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import PlanState, RoundState
from coordinator.services.ports import Work
from coordinator.web.console.annual_plan import share_words
from coordinator.web.console.registers import item_spec
from coordinator.web.lists import Listed, ListView, answer
from coordinator.web.names import load_names
from coordinator.web.public.frame import OnSite

router = APIRouter()


@router.get("/items")
async def items(site: OnSite) -> Response:
    """List what may be checked, on which legal basis."""
    async with site.reading() as work:
        names = await load_names(work)
        listed = Listed(
            collection=work.items,
            spec=item_spec(names.department_options()),
            names=names,
            documents=site.parts.documents,
        )
        found = await answer(listed, site.request)
        if not isinstance(found, ListView):
            return found
        return site.show("public/items.html", view=found, names=names)


@router.get("/plans")
async def plans(site: OnSite) -> Response:
    """List the adopted plans."""
    async with site.reading() as work:
        found = await work.plans.where(state=PlanState.ADOPTED)
        return site.show("public/plans.html", plans=sorted(found, key=lambda each: -each.year))


@router.get("/plans/{plan_id}")
async def one_plan(plan_id: str, site: OnSite) -> Response:
    """Show an adopted plan with its lines."""
    async with site.reading() as work:
        plan = await work.plans.find(plan_id)
        if plan is None or plan.state is not PlanState.ADOPTED:
            raise RuleBrokenError(Rule.NOT_FOUND, kind="plan", key=plan_id)
        disclosed = await _disclosed_lines(work)
        lines = [
            line
            for line in await work.plan_lines.where(plan_id=plan_id)
            if line.mode is Mode.ANNOUNCED or line.code in disclosed
        ]
        return site.show(
            "public/plan.html",
            plan=plan,
            lines=[(line, share_words(line)) for line in lines],
            names=await load_names(work),
        )


async def _disclosed_lines(work: Work) -> set[str]:
    """Give the lines of disclosed rounds; a covert line is public only after its round."""
    rounds = await work.rounds.where(state=RoundState.DISCLOSED)
    return {code for each in rounds for code in each.lines}
