"""Appraisal: the indicators of a period with their formulas, by organ, and the rows behind them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import quote, urlencode

from fastapi import APIRouter
from fastapi import Query as Parameter
from fastapi.responses import Response

from coordinator.domain.appraisal import (
    RULES,
    WHOLE,
    Fact,
    FactRow,
    Half,
    Period,
    Reading,
    Subject,
)
from coordinator.services import appraisal
from coordinator.services.ports import Actor, Page, Query, Role, Work
from coordinator.web.console.checklist_merge import round_options
from coordinator.web.console.frame import Console, InConsole
from coordinator.web.downloads import csv_file, xlsx_file
from coordinator.web.indicator_words import FACTS, INDICATORS, target_words
from coordinator.web.language import _, later
from coordinator.web.lists import Column, Filter, ListSpec
from coordinator.web.names import Names, load_names
from coordinator.web.pages import bare_code
from coordinator.web.reach import open_rounds
from coordinator.web.words import state

router = APIRouter()

_HALVES = {Half.YEAR: later("全年"), Half.FIRST: later("上半年"), Half.SECOND: later("下半年")}
_HREF = {
    "visit": "/console/visits/{}",
    "result": "/console/results/{}",
    "rectification": "/console/rectifications/{}",
    "case": "/console/cases/{}",
    "item": "/console/registers/items/{}",
    "object": "/console/registers/objects/{}",
    "own-visit": "/console/burden/entries/{}",
    "clock": "/console/overdue/red?q={}",
    "round": "/rounds/{}",
    "inspector": "/console/registers/inspectors/{}",
    "expert": "/console/registers/experts/{}",
    "register": "/console/registers/{}",
}


_ASIDE = (
    ("year", later("年度")),
    ("half", later("半年")),
    ("plan_id", later("计划")),
    ("round_id", later("批次编号")),
)
Year = Annotated[int, Parameter(ge=0, le=9998)]


@dataclass(frozen=True)
class Part:
    """One set of rows above or below the line: its name, its number, and where it is listed."""

    name: str
    href: str


@dataclass(frozen=True, kw_only=True)
class Shown:
    """An indicator as a page shows it."""

    reading: Reading
    name: str
    formula: str
    target: str
    above: Sequence[Part]
    below: Sequence[Part]


@router.get("/console/appraisal")
async def figures(
    console: InConsole,
    year: Year = 0,
    half: Half = Half.YEAR,
    plan_id: str = "",
    round_id: str = "",
) -> Response:
    """Show every indicator of a period, and the main ones of every organ."""
    async with console.reading() as work:
        period = Period(
            year=year or work.today().year, half=half, plan_id=plan_id, round_id=round_id
        )
        found = await appraisal.period_figures(work, period)
        names = await load_names(work)
        if (file := _file(console, found, names)) is not None:
            return file
        return await console.show(
            work,
            "appraisal/appraisal.html",
            names=names,
            period=period,
            halves=[(each.value, _(word)) for each, word in _HALVES.items()],
            plans=[(each.plan_id, each.title) for each in await work.plans.where()],
            rounds=await _rounds(work),
            shown=[shown_reading(each, period) for each in found.whole],
            columns=_columns(),
            rows=_organ_rows(found, names, period),
            hidden=found.hidden,
            query=_query(period),
            overseer=console.actor.role is not Role.DEPARTMENT,
        )


@router.get("/console/appraisal/rows/{fact}")
async def rows(
    fact: Fact,
    console: InConsole,
    year: Year = 0,
    half: Half = Half.YEAR,
    plan_id: str = "",
    round_id: str = "",
) -> Response:
    """List exactly the rows that a figure counts; a department sees those of its own."""
    async with console.reading() as work:
        period = Period(
            year=year or work.today().year, half=half, plan_id=plan_id, round_id=round_id
        )
        names = await load_names(work)
        return await console.show_list(
            work,
            _Rows(work, console.actor, fact, period),
            _rows_spec(fact, names),
            names=names,
            template="appraisal/rows.html",
            period=period,
            query=_query(period),
            period_words=period_words(period),
        )


def shown_reading(reading: Reading, period: Period) -> Shown:
    """Give an indicator with its words and links."""
    words = INDICATORS[reading.rule.code]
    above, below = reading.rule.facts(reading.organ)
    return Shown(
        reading=reading,
        name=_(words.name),
        formula=_(words.formula),
        target=target_words(reading),
        above=[_part(each, reading.organ, period) for each in (*above, *reading.rule.minus)],
        below=[_part(each, reading.organ, period) for each in below],
    )


def period_words(period: Period) -> str:
    """Word a period."""
    return _("%(year)s 年%(half)s") % {"year": period.year, "half": _(_HALVES[period.half])}


def _part(fact: Fact, organ: str, period: Period) -> Part:
    of = {"department": organ} if organ != WHOLE else {}
    return Part(_(FACTS[fact]), f"/console/appraisal/rows/{fact.value}?{_query(period, **of)}")


def _query(period: Period, **more: str) -> str:
    given = {
        "year": period.year,
        "half": period.half.value,
        "plan_id": period.plan_id,
        "round_id": period.round_id,
        **more,
    }
    return urlencode({name: value for name, value in given.items() if value})


def _columns() -> list[str]:
    return [_(INDICATORS[rule.code].name) for rule in RULES if rule.of is Subject.ORGANS]


def _organ_rows(
    found: appraisal.PeriodFigures, names: Names, period: Period
) -> list[tuple[str, str, list[tuple[str, str, str]]]]:
    """Give a row per organ of the register, in its order: never by a figure."""
    return [
        (code, name, [_cell(each, period) for each in found.organs[code]])
        for code, name in names.department_options()
        if code in found.organs
    ]


def _cell(reading: Reading, period: Period) -> tuple[str, str, str]:
    above, _below = reading.rule.facts(reading.organ)
    pair = f"{reading.numerator} / {reading.denominator}" if reading.is_ratio else ""
    return reading.shown, pair, _part(above[0], reading.organ, period).href


async def _rounds(work: Work) -> list[tuple[str, str]]:
    shown = await open_rounds(work)
    return [each for each in await round_options(work) if each[0] in shown]


class _Rows:
    """The rows behind a figure; of other organs a department sees none."""

    def __init__(self, work: Work, actor: Actor, fact: Fact, period: Period) -> None:
        self._work = work
        self._actor = actor
        self._fact = fact
        self._period = period

    async def page(self, query: Query) -> Page[FactRow]:
        """Give a page; where a department asks without naming an organ, its own rows."""
        found = await appraisal.fact_rows(self._work, self._fact, self._period, self._own(query))
        return Page(found.values, found.total)

    def _own(self, query: Query) -> Query:
        wanted = query.equals.get("department")
        if self._actor.role is Role.DEPARTMENT and wanted not in self._actor.sees:
            wanted = self._actor.department
        equals = {"department": wanted} if wanted else {}
        return Query(equals=equals, text=query.text, offset=query.offset, limit=query.limit)


def _href(row: FactRow) -> str:
    return _HREF.get(row.kind, "").format(quote(row.key, safe=":"))


def _name(row: FactRow) -> str:
    """Name a row: registers are codes."""
    if row.kind == "register":
        return state("register", row.key).word
    return row.title or bare_code(row.key)


def _note(row: FactRow) -> str:
    """Word what makes it this row: of a register the days since anybody touched it."""
    if row.kind != "register":
        return row.note
    return _("距上次更新 %(n)s 天") % {"n": row.note} if row.note else _("没有更新过")


def _rows_spec(fact: Fact, names: Names) -> ListSpec[FactRow]:
    return ListSpec(
        title=FACTS[fact],
        columns=(
            Column(
                later("对象或编号"),
                lambda each, _names: _name(each),
                "link",
                href=_href,
            ),
            Column(later("事项或说明"), lambda each, _names: _note(each)),
            Column(
                later("部门"),
                lambda each, _names: (each.department,) if each.department else (),
                "departments",
            ),
            Column(later("批次编号"), "round_id", "code"),
            Column(later("日期"), "day", "date"),
        ),
        filters=(
            Filter("department", later("全部部门"), names.department_options()),
            *(Filter(name, label, typed=True, aside=True) for name, label in _ASIDE),
        ),
        empty=later("这个数字背后没有记录。"),
        search_label=later("对象、事项或编号"),
    )


def _file(console: Console, found: appraisal.PeriodFigures, names: Names) -> Response | None:
    """Give the figures as a file where the URL asks for one: every organ, every indicator."""
    wanted = console.request.query_params.get("format")
    if wanted not in ("csv", "xlsx"):
        return None
    title = _("考核指标")
    headings = [_("部门"), _("指标"), _("数值"), _("分子"), _("分母"), _("公式")]
    groups = [(_("合计"), found.whole)]
    groups += [
        (name, found.organs[code])
        for code, name in names.department_options()
        if code in found.organs
    ]
    rows = [
        [
            name,
            _(INDICATORS[each.rule.code].name),
            each.shown,
            each.numerator,
            each.denominator if each.is_ratio else "",
            _(INDICATORS[each.rule.code].formula),
        ]
        for name, readings in groups
        for each in readings
    ]
    if wanted == "csv":
        return csv_file(headings, rows, "onevisit")
    return xlsx_file(console.parts.documents.workbook(title, headings, rows), "onevisit")
