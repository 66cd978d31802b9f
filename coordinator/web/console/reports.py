"""Half-year and year reports: what is awaited, the draft with its texts, every issued version."""

from typing import TYPE_CHECKING, Literal

from fastapi import APIRouter
from fastapi.responses import Response

from coordinator.domain.appraisal import AppraisalReport, IssuedReport
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import ReportState
from coordinator.services.ports import Role, Work
from coordinator.web.annexes import printing_by
from coordinator.web.console.frame import ActButton, Console, InConsole
from coordinator.web.console.timeline import acts_of
from coordinator.web.downloads import xlsx_file
from coordinator.web.indicator_words import INDICATORS
from coordinator.web.language import CHINESE, _, later, speaking
from coordinator.web.lists import Column, Filter, ListSpec
from coordinator.web.names import load_names
from coordinator.web.report_views import (
    ReportView,
    figure_rows,
    paragraph_of,
    report_document,
    text_rows,
    title_of,
    view_of_draft,
    view_of_version,
)
from coordinator.web.words import states_of

if TYPE_CHECKING:
    from collections.abc import Sequence

router = APIRouter()


@router.get("/console/reports")
async def reports(console: InConsole) -> Response:
    """List the reports with their days."""
    spec: ListSpec[AppraisalReport] = ListSpec(
        title=later("半年和全年总结"),
        columns=(
            Column(
                later("总结"),
                lambda each, _names: title_of(each),
                "link",
                href=lambda each: f"/console/reports/{each.report_id}",
                note=lambda each, _names: each.number,
            ),
            Column(later("期限"), "due_date", "date", order="due_date"),
            Column(later("状态"), "state", "state:report"),
            Column(later("版本"), "version", "number"),
            Column(later("统计时间"), "counted_at", "time"),
            Column(later("通报时间"), "issued_at", "time"),
        ),
        filters=(Filter("state", later("全部状态"), states_of("report")),),
        searchable=False,
        order="due_date",
        descending=True,
        empty=later("还没有总结。"),
        empty_next=later("规则写明期限的，到年度开始自动列出；办公室也可以随时起草。"),
    )
    async with console.reading() as work:
        return await console.show_list(
            work, work.appraisal_reports, spec, acts=console.buttons("draft-report")
        )


@router.get("/console/reports/{report_id}")
async def one_report(report_id: str, console: InConsole, version: int = 0) -> Response:
    """Show a report: to departments what is issued, and their own part of a draft."""
    async with console.reading() as work:
        report = await work.appraisal_reports.get(report_id)
        issued = await work.issued_reports.where(report_id=report_id)
        view = await _view(console, work, report, version)
        names = await load_names(work)
        mine = console.actor.department or ""
        return await console.show(
            work,
            "appraisal/report.html",
            names=names,
            report=report,
            title=title_of(report),
            view=view,
            paragraph=paragraph_of(view) if view else "",
            formulas={code: _(words.formula) for code, words in INDICATORS.items()},
            indicator_names={code: _(words.name) for code, words in INDICATORS.items()},
            versions=sorted(issued, key=lambda each: each.version, reverse=True),
            shown_version=version,
            own=await work.report_texts.find(f"{report_id}.{mine}"),
            acts=_acts(console, report),
            log=await acts_of(work, report_id),
        )


@router.get("/console/reports/{report_id}/file.{ending}")
async def report_file(
    report_id: str, ending: Literal["pdf", "xlsx"], console: InConsole, version: int = 0
) -> Response:
    """Send a report as PDF, or its figures and texts as xlsx."""
    async with console.reading() as work:
        report = await work.appraisal_reports.get(report_id)
        names = await load_names(work)
        with speaking(CHINESE):
            view = await _view(console, work, report, version)
            if view is None:
                raise RuleBrokenError(Rule.NOT_FOUND, kind="issued_report", key=report_id)
            if ending == "xlsx":
                return _workbook(console, view, figure_rows(view, names), text_rows(view, names))
            path = f"/console/reports/{report_id}"
            printing = printing_by(console.parts, str(console.request.base_url), path)
            data = report_document(view, names, printing)
    body = console.parts.documents.pdf("appraisal-report", data)
    how = {"Content-Disposition": f'inline; filename="report-{report_id}.pdf"'}
    return Response(body, media_type="application/pdf", headers=how)


async def _view(
    console: Console, work: Work, report: AppraisalReport, version: int
) -> ReportView | None:
    """Give the version that is asked for; a draft is for the office and auditors only."""
    if version:
        return view_of_version(await work.issued_reports.get(f"{report.report_id}.{version}"))
    if console.actor.role is not Role.DEPARTMENT and report.state is not ReportState.ISSUED:
        return await view_of_draft(work, report) if report.counted_at else None
    latest = await _latest(work, report.report_id)
    return view_of_version(latest) if latest else None


async def _latest(work: Work, report_id: str) -> IssuedReport | None:
    issued = await work.issued_reports.where(report_id=report_id)
    return max(issued, key=lambda each: each.version, default=None)


def _acts(console: Console, report: AppraisalReport) -> "Sequence[ActButton]":
    mine = {"report_id": report.report_id, "department": console.actor.department or ""}
    if report.state is ReportState.ISSUED:
        return console.buttons("reopen-report", report_id=report.report_id)
    own = console.buttons("enter-report-text", **mine) if console.actor.department else []
    wanted = ("issue-report", "edit-report") if report.state is ReportState.DRAFTED else ()
    return [*own, *console.buttons(*wanted, "recount-report", report_id=report.report_id)]


def _workbook(
    console: Console, view: ReportView, figures: list[list[object]], texts: list[list[object]]
) -> Response:
    """Put figures and texts on one sheet: a text has its place in the columns of a figure."""
    headings = [_("部门"), _("指标"), _("数值"), _("分子"), _("分母"), _("目标"), _("公式或内容")]
    said = [
        [row[0], name, "", "", "", "", row[column]]
        for row in texts
        for column, name in ((1, _("存在的问题")), (2, _("好的做法")))
    ]
    body = console.parts.documents.workbook(view.title, headings, [*figures, *said])
    return xlsx_file(body, f"report-{view.report.report_id}")
