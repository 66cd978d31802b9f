"""Visits: read by those who may, opened on the day, withdrawn with a reason."""

from fastapi import APIRouter
from pydantic import BaseModel, Field

from coordinator.domain.dispatch import DepartmentTask, TeamMember, Visit, VisitCheck
from coordinator.domain.lifecycle import TaskState, VisitState
from coordinator.services import dispatch, handlers
from coordinator.services.ports import Role, Work
from coordinator.web.acts import AREA, Act, Entry, Keys, add_acts
from coordinator.web.api.paging import Asked, FromUrl, PageOf, one_page
from coordinator.web.dependencies import Overseer, Reader
from coordinator.web.language import later
from coordinator.web.parts import Parts
from coordinator.web.reach import hide_targets, open_rounds, seen_visit, visits_of

TAG = "任务 dispatch"
router = APIRouter(tags=[TAG])


class WithdrawEntry(Entry):
    """Why a visit is withdrawn."""

    reason: str = Field(
        title=later("撤回理由"),
        description=later("撤回计入未完成，理由随考核公开。"),
        min_length=1,
        max_length=1000,
        json_schema_extra=AREA,
    )


class VisitSeen(BaseModel):
    """A visit with its checks, department tasks and team; a covert target stays out."""

    visit: Visit
    checks: tuple[VisitCheck, ...]
    tasks: tuple[DepartmentTask, ...]
    team: tuple[TeamMember, ...]


async def _open(work: Work, keys: Keys, _entry: None) -> Visit:
    return await dispatch.open_covert(work, keys["visit_id"])


async def _withdraw(work: Work, keys: Keys, entry: WithdrawEntry) -> Visit:
    return await handlers.withdraw_visit(work, keys["visit_id"], entry.reason)


_BACK = "/console/visits/{visit_id}"

ACTS = (
    Act(
        name="open-covert",
        path="/visits/{visit_id}/open",
        label=later("当日开启暗查"),
        consequence=later("检查组立即收到对象和事项；对象以外的人在批次公开前都看不到。"),
        role=Role.OFFICE,
        run=_open,
        danger=True,
        back=_BACK,
    ),
    Act(
        name="withdraw-visit",
        path="/visits/{visit_id}/withdraw",
        label=later("撤回任务"),
        consequence=later("各部门立即收到撤回通知；这次检查计入未完成，不得用来减少任务。"),
        role=Role.OFFICE,
        approver=True,
        run=_withdraw,
        entry=WithdrawEntry,
        danger=True,
        back=_BACK,
    ),
)
add_acts(router, ACTS, TAG)


class VisitsAsked(Asked):
    """Filters of the visits."""

    round_id: str | None = None
    department: str | None = None
    state: VisitState | None = None


@router.get("/visits", summary="检查任务列表", operation_id="visits")
async def visits(asked: FromUrl[VisitsAsked], parts: Parts, person: Reader) -> PageOf[Visit]:
    """Give a page of visits; a department gets those published to it."""
    async with parts.open_work(person.actor, writes=False) as work:
        reach = await visits_of(work, person.actor, asked.department or "")
        if asked.q:  # looking for a name must not find a covert target
            shown = await open_rounds(work)
            reach["round_id"] = tuple(e for e in shown if asked.round_id in (None, e))
        plain = asked.model_copy(update={"department": None})
        found = await one_page(work.visits, plain, **reach)
        visits = await hide_targets(work, found.values)
    return PageOf(values=tuple(visits), total=found.total, page=found.page)


class TasksAsked(Asked):
    """Filters of the department tasks."""

    round_id: str | None = None
    department: str | None = None
    state: TaskState | None = None


@router.get("/tasks", summary="部门子任务列表", operation_id="tasks")
async def tasks(
    asked: FromUrl[TasksAsked], parts: Parts, person: Overseer
) -> PageOf[DepartmentTask]:
    """Give a page of departments' parts of visits, by visit."""
    async with parts.open_work(person.actor, writes=False) as work:
        return await one_page(work.tasks, asked)


@router.get("/visits/{visit_id}", summary="一次检查任务", operation_id="visit")
async def one_visit(visit_id: str, parts: Parts, person: Reader) -> VisitSeen:
    """Give a visit with what belongs to it."""
    async with parts.open_work(person.actor, writes=False) as work:
        visit, is_open = await seen_visit(work, person.actor, visit_id)
        return VisitSeen(
            visit=visit,
            checks=tuple(await work.checks.where(visit_id=visit_id)) if is_open else (),
            tasks=tuple(await work.tasks.where(visit_id=visit_id)),
            team=tuple(await work.team.where(visit_id=visit_id)),
        )
