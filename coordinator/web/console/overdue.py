"""Everything with an open clock, yellow on its day and red later, and what stays on record."""

from fastapi import APIRouter
from fastapi.responses import Response

from coordinator.domain.overdue import Light, OpenClock, RedClock
from coordinator.web.console.frame import Console, InConsole
from coordinator.web.language import _, later
from coordinator.web.lists import Column, Filter, ListSpec
from coordinator.web.names import Names, load_names
from coordinator.web.overdue_clocks import SeenClocks, SeenRedClocks, lights_of
from coordinator.web.reach import own_matters
from coordinator.web.words import states_of

router = APIRouter()

_HREF = {
    "visit": "/console/visits/{}",
    "disclosure": "/console/visits/{}",
    "objection": "/console/disclosures/{}",
    "findings": "/console/visits/{}",
    "feedback": "/console/visits/{}",
    "rectification": "/console/rectifications/{}",
    "hazard": "/console/hazards/{}",
    "case-filing": "/console/cases/{}",
    "case-decision": "/console/cases/{}",
    "case-execution": "/console/cases/{}",
    "transfer": "/console/transfers/{}",
    "copy-notice": "/console/copy-notices/{}",
    "repair": "/console/repairs/{}",
    "delisting": "/console/listings/{}",
    "lifting": "/console/listings/{}",
    "measure": "/console/listings/{}",
    "lead": "/console/leads/{}",
    "report": "/console/reports/{}",
    "due-check": "/console/due-checks/{}",
}


@router.get("/console/overdue")
async def overdue_list(console: InConsole) -> Response:
    """List what is due or overdue, the oldest first; `light=running`: what is still in time."""
    async with console.reading() as work:
        names = await load_names(work)
        return await console.show_list(
            work,
            SeenClocks(work, console.actor),
            _spec(names),
            names=names,
            template="overdue/overdue.html",
            lights=await lights_of(work, console.actor),
        )


@router.get("/console/overdue/red")
async def red_list(console: InConsole) -> Response:
    """List every clock that ever turned red: what was done afterwards takes nothing away."""
    async with console.reading() as work:
        names = await load_names(work)
        return await console.show_list(
            work,
            SeenRedClocks(work, console.actor),
            _red_spec(names, console),
            names=names,
            intro=_("亮过红灯的事项都留在这里；办结只记下日期，不会删去。"),
        )


def clock_href(clock: OpenClock | RedClock) -> str:
    """Give the page on which a clock is ended."""
    return _HREF.get(clock.kind, "").format(clock.subject)


def _subject(clock: OpenClock | RedClock, _names: Names) -> str:
    return clock.name or clock.subject


def _owner(clock: OpenClock | RedClock, _names: Names) -> tuple[str, ...]:
    return (clock.department,) if clock.department else ()


def _spec(names: Names) -> ListSpec[OpenClock]:
    return ListSpec(
        title=later("到期和逾期"),
        columns=(
            Column(later("要办的事"), "kind", "state:clock"),
            Column(later("对象或编号"), _subject, "link", href=clock_href),
            Column(later("部门"), _owner, "departments"),
            Column(later("期限"), "due_date", "date", order="due_date"),
            Column(later("超期天数"), lambda each, _names: max(each.days_over, 0), "number"),
            Column(later("灯"), "light", "state:light"),
        ),
        filters=(
            Filter("department", later("全部部门"), names.department_options()),
            Filter("kind", later("全部事项"), states_of("clock")),
            Filter(
                "light",
                later("黄灯和红灯"),
                [each for each in states_of("light") if each[0] != Light.OUT],
            ),
        ),
        order="due_date",
        empty=later("没有到期或逾期的事项。"),
        empty_next=later("期限当天亮黄灯，超过规定天数亮红灯；只有办了才会熄灭。"),
        search_label=later("对象或编号"),
    )


def _red_spec(names: Names, console: Console) -> ListSpec[RedClock]:
    return ListSpec(
        title=later("亮过红灯的事项"),
        columns=(
            Column(later("要办的事"), "kind", "state:clock"),
            Column(later("对象或编号"), _subject, "link", href=clock_href),
            Column(later("部门"), _owner, "departments"),
            Column(later("期限"), "due_date", "date", order="due_date"),
            Column(later("亮红灯"), "red_date", "date", order="red_date"),
            Column(later("办结"), "cleared_date", "date", order="cleared_date"),
        ),
        filters=(
            Filter("department", later("全部部门"), names.department_options()),
            Filter("kind", later("全部事项"), states_of("clock")),
        ),
        fixed=own_matters(console.actor),
        order="red_date",
        descending=True,
        empty=later("没有事项亮过红灯。"),
        search_label=later("对象或编号"),
        search_in=("subject",),
    )
