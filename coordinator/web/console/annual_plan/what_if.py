"""What if: lines chosen, ratios tried, visits saved; expected or drawn for trial, not stored."""

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response, StreamingResponse
from starlette.datastructures import QueryParams

from coordinator.domain.annual_plan import Execution, Plan, PlanLine
from coordinator.domain.errors import RuleBrokenError
from coordinator.services import annual_plan
from coordinator.services.annual_plan import Progress, Trial, TrialOrder, Trips
from coordinator.services.ports import Work
from coordinator.web.console.annual_plan.line_form import read_ratio
from coordinator.web.console.frame import Console, InConsole
from coordinator.web.dependencies import Overseer
from coordinator.web.downloads import csv_file
from coordinator.web.errors import sentences
from coordinator.web.language import _
from coordinator.web.match_words import visits_words
from coordinator.web.names import Names, load_names
from coordinator.web.plan_wording import percent, share_words, windows_words

router = APIRouter()

REHEARSAL, EXPECTED = "rehearsal", "expected"
_LONGEST_KEY = 100
_KEY_LENGTH = 12
_SHARE = "share."


@dataclass(frozen=True, kw_only=True)
class LineChoice:
    """One line to choose, with the ratio that is tried in place of its own."""

    line: PlanLine
    own: str
    when: str
    chosen: bool
    share: str
    problem: str


@dataclass(frozen=True, kw_only=True)
class TripsView:
    """One row of a trial: a department or a line, going alone and merged."""

    kind: str
    code: str
    name: str
    separate: str
    merged: str
    saved: str


@dataclass(frozen=True, kw_only=True)
class TrialForm:
    """What was entered, the order that it makes, and what can't be read."""

    choices: Sequence[LineChoice]
    by: str
    key: str
    wanted: bool
    order: TrialOrder

    @property
    def problems(self) -> list[tuple[str, str]]:
        """What keeps the trial from being made, by field."""
        found = [(f"{_SHARE}{each.line.code}", each.problem) for each in self.choices]
        asked = [("line", _("请至少选一条任务。"))] if not self.order.lines else []
        return [each for each in found if each[1]] + asked


@router.get("/console/plans/{plan_id}/what-if")
async def what_if(plan_id: str, console: InConsole, _person: Overseer) -> Response:
    """Show the form, and what a trial came to once one is asked for; `format=csv` sends a file."""
    async with console.reading() as work:
        plan, form = await _read(work, plan_id, console)
        trial, problems = await _try(work, form)
        if trial is not None and console.request.query_params.get("format") == "csv":
            return _csv(trial, await load_names(work), form)
        return await _show(console, work, plan, (form, trial, problems))


@router.get("/console/plans/{plan_id}/what-if/steps")
async def steps(plan_id: str, console: InConsole, _person: Overseer) -> Response:
    """Send how far a trial is as lines of JSON, and in the last one its page."""
    return StreamingResponse(_steps(plan_id, console), media_type="application/x-ndjson")


async def _steps(plan_id: str, console: Console) -> AsyncIterator[str]:
    async with console.reading() as work:
        plan, form = await _read(work, plan_id, console)
        trial, problems = None, form.problems
        try:
            async for step in annual_plan.what_if(work, form.order) if not problems else _none():
                if isinstance(step, Progress):
                    yield _line({"done": step.done, "of": step.number, "line": step.line})
                else:
                    trial = step
        except RuleBrokenError as error:
            problems = sentences(error)
        page = await _show(console, work, plan, (form, trial, problems))
        yield _line({"page": bytes(page.body).decode()})


async def _none() -> AsyncIterator[Progress | Trial]:
    return
    yield


def _line(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False) + "\n"


async def _read(work: Work, plan_id: str, console: Console) -> tuple[Plan, TrialForm]:
    plan = await work.plans.get(plan_id)
    lines = [
        line
        for line in await work.plan_lines.where(plan_id=plan_id)
        if line.cancelled_by is None and line.execution is Execution.HERE
    ]
    asked = console.request.query_params
    choices = [_choice(line, asked) for line in sorted(lines, key=lambda each: each.code)]
    key = asked.get("key", "").strip()[:_LONGEST_KEY] or console.parts.new_token()[:_KEY_LENGTH]
    by = asked.get("by", EXPECTED)
    shares = {each.line.code: read_ratio(each.share) for each in choices if each.share}
    order = TrialOrder(
        plan_id=plan_id,
        lines=tuple(each.line.code for each in choices if each.chosen),
        shares={code: share for code, share in shares.items() if share is not None},
        key=key if by == REHEARSAL else "",
    )
    wanted = "by" in asked
    return plan, TrialForm(choices=choices, by=by, key=key, wanted=wanted, order=order)


def _choice(line: PlanLine, asked: QueryParams) -> LineChoice:
    share = asked.get(f"{_SHARE}{line.code}", "").strip()
    read = read_ratio(share)
    fits = not share or (read is not None and 0 <= read <= 1)
    said = _("抽取比例应写作 5% 或 1/20，实为“{0}”。").format(share)
    return LineChoice(
        line=line,
        own=share_words(line),
        when=windows_words(line),
        chosen="by" not in asked or line.code in asked.getlist("line"),
        share=share,
        problem="" if fits else said,
    )


async def _try(work: Work, form: TrialForm) -> tuple[Trial | None, list[tuple[str, str]]]:
    if not form.wanted or form.problems:
        return None, form.problems if form.wanted else []
    try:
        async for step in annual_plan.what_if(work, form.order):
            if isinstance(step, Trial):
                return step, []
    except RuleBrokenError as error:
        return None, sentences(error)
    return None, []


async def _show(
    console: Console,
    work: Work,
    plan: Plan,
    came: tuple[TrialForm, Trial | None, list[tuple[str, str]]],
) -> Response:
    form, trial, problems = came
    names = await load_names(work)
    return await console.show(
        work,
        "annual_plan/what_if.html",
        names=names,
        status=422 if problems else 200,
        plan=plan,
        form=form,
        problems=problems,
        trial=trial,
        rows=_rows(trial, names) if trial else [],
        csv=str(console.request.url.include_query_params(format="csv", key=form.key).query),
        words=visits_words,
        percent=percent,
    )


def _rows(trial: Trial, names: Names) -> list[TripsView]:
    departments = [
        _row(_("部门"), code, names.department(code), trips)
        for code, trips in trial.by_department.items()
    ]
    lines = [
        _row(_("计划任务"), code, trial.lines[code].name, trips)
        for code, trips in trial.by_line.items()
    ]
    return [*departments, *lines]


def _row(kind: str, code: str, name: str, trips: Trips) -> TripsView:
    return TripsView(
        kind=kind,
        code=code,
        name=name,
        separate=visits_words(trips.separate),
        merged=visits_words(trips.merged),
        saved=visits_words(trips.saved),
    )


def _csv(trial: Trial, names: Names, form: TrialForm) -> Response:
    """Send the rows of a trial with plain numbers, and under which key they were drawn."""
    counted = (_("各去各的"), _("合并以后"), _("减少"))
    headings = [_("类别"), _("编码"), _("名称"), *counted, _("演练号"), _("抽样比例")]
    drawn = (form.order.key, str(trial.sample))
    named = {
        _("合计"): {"": ("", trial.total)},
        _("部门"): {c: (names.department(c), t) for c, t in trial.by_department.items()},
        _("计划任务"): {c: (trial.lines[c].name, t) for c, t in trial.by_line.items()},
    }
    rows = [
        (kind, code, name, *map(_plain, (trips.separate, trips.merged, trips.saved)), *drawn)
        for kind, of_kind in named.items()
        for code, (name, trips) in of_kind.items()
    ]
    return csv_file(headings, rows, f"what-if-{form.order.plan_id}")


def _plain(number: Fraction) -> int | float:
    return number.numerator if number.denominator == 1 else round(float(number), 2)
