"""Export for 公示系统: what was published in a period, in the layout of its result table."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from fastapi import APIRouter
from fastapi.responses import Response

from coordinator.domain.disclosure import Disclosure
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.services.ports import Query, Work
from coordinator.web.console.disclosure.published import state_of
from coordinator.web.console.disclosure.tabs import TABS
from coordinator.web.console.frame import InConsole
from coordinator.web.downloads import csv_file, xlsx_file
from coordinator.web.language import _, later
from coordinator.web.names import Names, load_names
from coordinator.web.pages import bare_code
from coordinator.web.words import state

router = APIRouter()

_STEP = 1000
_MOST = 100_000
HEADINGS = (
    later("公示编号"),
    later("统一社会信用代码"),
    later("检查对象名称"),
    later("抽查任务编号"),
    later("抽查事项代码"),
    later("抽查事项名称"),
    later("检查机关"),
    later("检查日期"),
    later("检查方式"),
    later("检查结果代码"),
    later("检查结果"),
    later("处置"),
    later("公示日期"),
    later("状态"),
    later("更正的公示编号"),
    later("更正理由"),
)
"""The columns of the table, 2-rules.md 2.7: what is published, and nothing else."""


@dataclass(frozen=True)
class Period:
    """Whole days of publication, both included, and whose results."""

    first: date
    last: date
    department: str

    def holds(self, disclosed: date) -> bool:
        """Say whether something published on a day is meant."""
        return self.first <= disclosed <= self.last


@router.get("/console/disclosures/export")
async def export(
    console: InConsole,
    from_date: date | None = None,
    to_date: date | None = None,
    department: str = "",
    format: str = "",  # noqa: A002 - the name that every list's export has in its address
) -> Response:
    """Ask for a period, or send what was published in it as CSV or Excel."""
    async with console.reading() as work:
        names = await load_names(work)
        today = work.today()
        if not format:
            return await console.show(
                work,
                "disclosure/export.html",
                names=names,
                tabs=TABS,
                first=today.replace(day=1),
                last=today,
            )
        period = Period(from_date or today.replace(day=1), to_date or today, department)
        zone = ZoneInfo(console.parts.zone)
        rows = [_row(each, names, zone) async for each in published_in(work, period, zone)]
    headings = [_(heading) for heading in HEADINGS]
    if format == "xlsx":
        body = console.parts.documents.workbook(_("公示数据"), headings, rows)
        return xlsx_file(body, "disclosures")
    return csv_file(headings, rows, "disclosures")


async def published_in(work: Work, period: Period, zone: ZoneInfo) -> AsyncIterator[Disclosure]:
    """Give what was published in a period, the latest first; EXPORT_TOO_LARGE beyond the most."""
    equals = {"department": period.department} if period.department else {}
    offset = number = 0
    while True:
        step = Query(
            equals=equals, order="disclosed_at", descending=True, offset=offset, limit=_STEP
        )
        found = await work.disclosures.page(step)
        for each in found.values:
            day = local_day(each.disclosed_at, zone)
            if day < period.first:
                return
            number += period.holds(day)
            if number > _MOST:
                raise RuleBrokenError(Rule.EXPORT_TOO_LARGE, number=number, maximum=_MOST)
            if period.holds(day):
                yield each
        offset += _STEP
        if offset >= found.total:
            return


def local_day(moment: datetime, zone: ZoneInfo) -> date:
    """Give the day of a moment where the office is."""
    return moment.astimezone(zone).date()


def _row(each: Disclosure, names: Names, zone: ZoneInfo) -> Sequence[object]:
    return (
        each.disclosure_id,
        bare_code(each.object_id),
        each.object_name,
        each.task_number,
        each.item,
        each.item_name,
        names.department(each.department),
        each.visited_date.isoformat(),
        each.method,
        _("、").join(each.result_codes),
        _("、").join(names.result(code) for code in each.result_codes),
        _("、").join(names.follow_up(code) for code in each.disposal),
        local_day(each.disclosed_at, zone).isoformat(),
        state("disclosure", state_of(each)).word,
        each.supersedes or "",
        each.correction_reason or "",
    )
