"""Lines of a draft, one at a time: put, deleted."""

from fastapi import APIRouter
from fastapi.responses import Response

from coordinator.domain.annual_plan import Plan, PlanLine
from coordinator.services import annual_plan
from coordinator.services.ports import Role, Work
from coordinator.web.acts import Act, Keys, Nothing, add_acts
from coordinator.web.api.annual_plan.entries import Code, LineBody
from coordinator.web.api.annual_plan.plans import TAG
from coordinator.web.dependencies import Writer
from coordinator.web.language import later
from coordinator.web.parts import Parts

router = APIRouter(tags=[TAG])


@router.put("/plans/{plan_id}/lines/{code}", summary="起草或修改一条任务", operation_id="put-line")
async def put_line(
    plan_id: str, code: Code, body: LineBody, parts: Parts, person: Writer
) -> PlanLine:
    """Add a line to a draft, or replace the one with this code."""
    async with parts.open_work(person.actor) as work:
        return await annual_plan.save_line(work, plan_id, body.value(plan_id, code))


@router.delete(
    "/plans/{plan_id}/lines/{code}",
    summary="删去草稿中的一条任务",
    operation_id="delete-line",
    status_code=204,
)
async def delete_line(plan_id: str, code: str, parts: Parts, person: Writer) -> Response:
    """Take a line out of a draft."""
    async with parts.open_work(person.actor) as work:
        await annual_plan.remove_line(work, plan_id, code)
    return Response(status_code=204)


async def _remove(work: Work, keys: Keys, _entry: None) -> Plan:
    return await annual_plan.remove_line(work, keys["plan_id"], keys["code"])


ACTS = (
    Act(
        name="remove-line",
        path="/plans/{plan_id}/lines/{code}/remove",
        label=later("删去这条任务"),
        consequence=later(
            "任务从草稿中删去；提交之前可以从计划页的“经过”里恢复。已发布的计划只能通过调整取消任务。"
        ),
        role=Role.OFFICE,
        run=_remove,
        entry=Nothing,
        danger=True,
        back="/console/plans/{plan_id}",
        origin="/console/plans/{plan_id}",
    ),
)
add_acts(router, ACTS, TAG)
