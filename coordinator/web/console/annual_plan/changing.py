"""What has changed: amendments with their differences, the plan it was copied from, cancelling."""

from fastapi import APIRouter
from fastapi.responses import Response

from coordinator.domain.annual_plan import Amendment, AmendmentState
from coordinator.services import annual_plan
from coordinator.web.console.annual_plan.changes import (
    AmendmentView,
    amendment_view,
    compared,
    field_words,
)
from coordinator.web.console.annual_plan.plans import history_of
from coordinator.web.console.frame import ActButton, Console, InConsole
from coordinator.web.names import load_names
from coordinator.web.reach import hide_differences, hide_in_amendment

router = APIRouter()


@router.get("/console/plans/{plan_id}/changes")
async def changes(plan_id: str, console: InConsole) -> Response:
    """Show every amendment before and after, and how the plan differs from its model."""
    async with console.reading() as work:
        plan = await work.plans.get(plan_id)
        names = await load_names(work)
        found: list[Amendment] = sorted(
            await work.plan_amendments.where(plan_id=plan_id),
            key=lambda each: each.number,
            reverse=True,
        )
        titles = {line.code: line.name for line in await work.plan_lines.where(plan_id=plan_id)}
        shown = [await hide_in_amendment(work, console.actor, each) for each in found]
        views = [amendment_view(each, names, titles) for each in shown]
        former = await work.plans.find(plan.copied_from) if plan.copied_from else None
        difference = (
            await annual_plan.plan_difference(work, former.plan_id, plan_id) if former else ()
        )
        return await console.show(
            work,
            "annual_plan/changes.html",
            names=names,
            plan=plan,
            amendments=[(view, _buttons(console, view)) for view in views],
            former=former,
            compared=compared(hide_differences(console.actor, difference), names),
            log=await history_of(work, plan_id),
            field_words=field_words(),
        )


def _buttons(console: Console, view: AmendmentView) -> list[ActButton]:
    amendment = view.amendment
    if amendment.state is not AmendmentState.PROPOSED:
        return []
    own = amendment.proposed_by == console.actor.name
    wanted = ("reject-amendment",) if own else ("adopt-amendment", "reject-amendment")
    return console.buttons(*wanted, plan_id=amendment.plan_id, amendment_id=amendment.amendment_id)
