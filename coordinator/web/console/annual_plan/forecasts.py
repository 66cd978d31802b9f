"""What a plan comes to: its calendar, visits and load by department and month, burden by place."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from fastapi import APIRouter
from fastapi.responses import Response

from coordinator.domain.annual_plan import BurdenGroup, Forecast, MonthLoad
from coordinator.services import annual_plan, policies
from coordinator.web.console.annual_plan.calendar import MONTHS, calendar_of
from coordinator.web.console.annual_plan.given import Given
from coordinator.web.console.frame import InConsole
from coordinator.web.language import _, later
from coordinator.web.lists import Column, ListSpec
from coordinator.web.names import Names, load_names

router = APIRouter()

_BAR_HEIGHT = 48


@dataclass(frozen=True, kw_only=True)
class Column12:
    """One month of a chart: what is written over the bar, its height, and the capacity line."""

    shown: str
    height: float
    over: bool = False
    limit: float | None = None


@dataclass(frozen=True, kw_only=True)
class ChartRow:
    """One department's year, with its stripe colour and its sum in words."""

    label: str
    note: str
    stripe: str
    cells: tuple[Column12, ...]


@router.get("/console/plans/{plan_id}/forecast")
async def forecast(plan_id: str, console: InConsole) -> Response:
    """Show when the lines are at work, and what each department has to do in each month."""
    async with console.reading() as work:
        plan = await work.plans.get(plan_id)
        found = await annual_plan.forecast(work, plan_id)
        names = await load_names(work)
        lines = await work.plan_lines.where(plan_id=plan_id)
        rules = await policies.policy_of(work, plan)
        return await console.show(
            work,
            "annual_plan/forecast.html",
            plan=plan,
            forecast=found,
            names=names,
            year_view=calendar_of(
                plan.year,
                [line for line in lines if line.cancelled_by is None],
                rules.plan.key_periods,
                names,
                lambda line: f"/console/plans/{plan_id}/lines/{line.code}",
            ),
            visits=visits_chart(found, names),
            loads=load_chart(found, names),
            over=[each for each in found.loads if each.is_over],
        )


@router.get("/console/plans/{plan_id}/burden")
async def burden(plan_id: str, console: InConsole) -> Response:
    """Show how often places may be visited, and those that would pass the cap."""
    async with console.reading() as work:
        plan = await work.plans.get(plan_id)
        found = await annual_plan.burden(work, plan_id)
        names = await load_names(work)
        lines = await work.plan_lines.where(plan_id=plan_id)
        titles = {line.code: line.name for line in lines}
        return await console.show_list(
            work,
            Given(found.over),
            _groups(found.cap, titles),
            names=names,
            template="annual_plan/burden.html",
            plan=plan,
            burden=found,
            spread=sorted(found.by_visits.items()),
        )


def visits_chart(forecast: Forecast, names: Names) -> list[ChartRow]:
    """Draw the visits of each department by month on one scale."""
    most = max((each.visits for each in forecast.loads), default=0)
    return [
        ChartRow(
            label=names.department(code),
            stripe=names.stripe(code),
            note=_("全年 %s 次上门") % sum(each.visits for each in loads),
            cells=tuple(
                Column12(shown=str(each.visits or ""), height=_height(each.visits, most))
                for each in _year(code, loads)
            ),
        )
        for code, loads in _by_department(forecast.loads, names)
    ]


def load_chart(forecast: Forecast, names: Names) -> list[ChartRow]:
    """Draw the seats of each department by month against what its inspectors can do."""
    return [
        ChartRow(
            label=names.department(code),
            stripe=names.stripe(code),
            note=_load_note(loads),
            cells=tuple(_load_cell(each, loads) for each in _year(code, loads)),
        )
        for code, loads in _by_department(forecast.loads, names)
    ]


def _load_note(loads: Sequence[MonthLoad]) -> str:
    over = [each.month for each in loads if each.is_over]
    if not over:
        return _("各月都在能力之内")
    return _("%s 月超出能力") % _("、").join(str(month) for month in over)


def _load_cell(load: MonthLoad, loads: Sequence[MonthLoad]) -> Column12:
    most = max(max(each.seats, each.capacity) for each in loads)
    return Column12(
        shown=str(load.seats or ""),
        height=_height(load.seats, most),
        over=load.is_over,
        limit=_height(load.capacity, most),
    )


def _by_department(loads: Iterable[MonthLoad], names: Names) -> list[tuple[str, list[MonthLoad]]]:
    found: dict[str, list[MonthLoad]] = {}
    for each in loads:
        found.setdefault(each.department, []).append(each)
    known = [code for code, _name in names.department_options() if code in found]
    return [(code, found[code]) for code in [*known, *sorted(found.keys() - set(known))]]


def _year(department: str, loads: Sequence[MonthLoad]) -> list[MonthLoad]:
    """Give a load for each of the twelve months; a month without visits has none."""
    known = {each.month: each for each in loads}
    return [
        known.get(month)
        or MonthLoad(department=department, month=month, visits=0, seats=0, minutes=0, capacity=0)
        for month in range(1, MONTHS + 1)
    ]


def _height(number: int, most: int) -> float:
    return round(_BAR_HEIGHT * number / most, 1) if most else 0.0


def _groups(cap: int, titles: dict[str, str]) -> ListSpec[BurdenGroup]:
    return ListSpec(
        title=later("可能超出频次上限的场所"),
        columns=(
            Column(later("场所数"), "places", "number"),
            Column(later("最多几次"), "most", "number"),
            Column(later("其中必定的"), "certain", "number"),
            Column(
                later("会碰到它们的任务"),
                lambda each, _names: _("；").join(titles.get(code, code) for code in each.lines),
            ),
            Column(later("部门"), "departments", "departments"),
        ),
        searchable=False,
        empty=later("没有场所会超出频次上限。"),
    )
