"""What is to be published and until when: each department's approved tasks, the nearest first."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response

from coordinator.domain.dispatch import DepartmentTask
from coordinator.domain.lifecycle import ExemptionState, TaskState
from coordinator.domain.working_days import WorkingDays
from coordinator.services.ports import Page, Query, Role, Work
from coordinator.web.console.checklist_merge import round_options
from coordinator.web.console.disclosure.tabs import TABS
from coordinator.web.console.frame import Console, InConsole
from coordinator.web.language import _, later
from coordinator.web.lists import Column, Filter, ListSpec
from coordinator.web.names import Names, load_names
from coordinator.web.reach import open_rounds, own_duties

router = APIRouter()


@dataclass(frozen=True)
class DueTask:
    """A department's approved task with its place, what of it is kept back, and days left."""

    task: DepartmentTask
    place_name: str
    exempt: int
    undecided: int
    left: int

    @property
    def due_date(self) -> date | None:
        """The last day to publish."""
        return self.task.disclosure_due


class _Due:
    """Lists tasks that wait for publication, with what a page of them needs."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def page(self, query: Query) -> Page[DueTask]:
        """Give a page of tasks, each with its place and its exempt results."""
        found = await self._work.tasks.page(query)
        visits = {task.visit_id for task in found.values}
        places = {v.visit_id: v.place_name for v in await self._work.visits.where(visit_id=visits)}
        asked = Counter(
            (each.visit_id, each.department, each.state)
            for each in await self._work.disclosure_exemptions.where(visit_id=visits)
        )
        return Page(tuple(self._row(task, places, asked) for task in found.values), found.total)

    def _row(
        self,
        task: DepartmentTask,
        places: Mapping[str, str],
        asked: Mapping[tuple[str, str, ExemptionState], int],
    ) -> DueTask:
        today, calendar = self._work.today(), self._work.calendar
        of = task.visit_id, task.department
        return DueTask(
            task,
            places.get(task.visit_id, ""),
            exempt=asked.get((*of, ExemptionState.APPROVED), 0),
            undecided=asked.get((*of, ExemptionState.REQUESTED), 0),
            left=days_left(task.disclosure_due, today, calendar),
        )


def days_left(due: date | None, today: date, calendar: WorkingDays) -> int:
    """Count the working days after today up to the due day; negative once it has passed."""
    if due is None:
        return 0
    first, last = sorted((today, due))
    between = (first + timedelta(days=n) for n in range(1, (last - first).days + 1))
    number = sum(calendar.is_working(day) for day in between)
    return number if due >= today else -max(1, number)


def _left(each: DueTask, _names: Names) -> str:
    if each.due_date is None:
        return ""
    if each.left < 0:
        return _("已逾期 %(n)s 个工作日") % {"n": -each.left}
    return _("还剩 %(n)s 个工作日") % {"n": each.left}


def _kept_back(each: DueTask, _names: Names) -> str:
    words = []
    if each.exempt:
        words.append(_("不予公示 %(n)s 项") % {"n": each.exempt})
    if each.undecided:
        words.append(_("%(n)s 项申请待审批") % {"n": each.undecided})
    return _("；").join(words)


def _spec(names: Names, rounds: list[tuple[str, str]], fixed: dict[str, Any]) -> ListSpec[DueTask]:
    return ListSpec(
        title=later("待公示"),
        columns=(
            Column(
                later("场所"),
                "place_name",
                "link",
                href=lambda each: f"/console/visits/{each.task.visit_id}",
            ),
            Column(later("部门"), lambda each, _n: (each.task.department,), kind="departments"),
            Column(
                later("公示期限"),
                "due_date",
                "date",
                note=lambda each, _n: (
                    _("（节假日安排未公布，暂定）") if each.task.disclosure_provisional else ""
                ),
                order="disclosure_due",
            ),
            Column(later("剩余"), _left),
            Column(later("不予公示"), _kept_back),
            Column(later("审核"), lambda each, _n: each.task.reviewed_at, "time"),
        ),
        filters=(
            Filter("round_id", later("全部批次"), rounds),
            Filter("department", later("全部部门"), names.department_options()),
            Filter("disclosure_due", later("期限不晚于"), how="until", typed=True),
        ),
        searchable=False,
        fixed=fixed,
        order="disclosure_due",
        empty=later("没有等待公示的任务。"),
        empty_next=later("结果审核通过后列在这里，最早到期的在前。"),
    )


@router.get("/console/disclosures/due")
async def due(console: InConsole) -> Response:
    """List approved tasks that are not published yet, by the day they are due."""
    async with console.reading() as work:
        names = await load_names(work)
        spec = _spec(names, await round_options(work), await _reach(console, work))
        return await console.show_list(
            work,
            _Due(work),
            spec,
            template="lists/tabbed.html",
            names=names,
            tabs=TABS,
            intro=_("公示期限按规则计算；暗查批次在公开前不能公示，也不列在统筹办这里。"),
        )


async def _reach(console: Console, work: Work) -> dict[str, Any]:
    waits: dict[str, Any] = {"state": TaskState.PENDING_DISCLOSURE}
    if console.actor.role is Role.DEPARTMENT:
        return waits | own_duties(console.actor)
    return waits | {"round_id": await open_rounds(work)}
