"""Half-year and year reports: opened by the year, drafted from figures, issued to everybody."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from coordinator.domain.appraisal import (
    AppraisalReport,
    IssuedReport,
    Period,
    ReportKind,
    ReportText,
    figures_from,
    issued_version,
    last_day,
    report_id,
    text_id,
)
from coordinator.domain.errors import Rule, RuleBrokenError, given
from coordinator.domain.lifecycle import ReportState
from coordinator.domain.lottery.ceremony import another_person
from coordinator.services.access import require_department, require_office, require_office_approver
from coordinator.services.appraisal.periods import period_figures, rules_of
from coordinator.services.ports import Work


async def open_reports(work: Work) -> Mapping[str, object]:
    """Await the reports that the year's profile asks for, so that their clocks run; gives which."""
    require_office(work)
    year = work.today().year
    opened = []
    for kind in ReportKind:
        due = await _due(work, year, kind)
        if due is None or await work.appraisal_reports.find(report_id(year, kind)) is not None:
            continue
        await work.appraisal_reports.save(_awaited(year, kind, due))
        opened.append(report_id(year, kind))
    return {"opened": opened}


async def draft_report(work: Work, year: int, kind: ReportKind) -> AppraisalReport:
    """Draw a report up from the figures as they stand now; again: its texts stay, figures change.

    A profile without a day for it has no clock: it is due at the end of its period.
    """
    actor = require_office(work)
    found = await work.appraisal_reports.find(report_id(year, kind))
    report = found or _awaited(year, kind, await _due(work, year, kind) or date(year, 12, 31))
    figures = await period_figures(work, report.period)
    told = [*figures.whole, *(each for organ in figures.organs.values() for each in organ)]
    report = report.moved(
        ReportState.DRAFTED,
        figures=figures_from(told),
        counted_at=work.now(),
        edited_by=actor.name,
    )
    await work.appraisal_reports.save(report)
    await work.audit("appraisal:report:drafted", report.report_id, version=report.version)
    return report


async def enter_report_text(
    work: Work, report: str, department: str, problems: str, good_practice: str
) -> ReportText:
    """Keep what an organ says of its problems and good practice, until the report is issued."""
    actor = require_department(work, department)
    found = await work.appraisal_reports.get(report)
    if found.state is ReportState.ISSUED:
        raise RuleBrokenError(Rule.SUMMARY_ISSUED, report=report)
    text = ReportText(
        text_id=text_id(report, department),
        report_id=report,
        department=department,
        problems=given(problems, "problems", report),
        good_practice=good_practice.strip(),
        entered_by=actor.name,
        entered_at=work.now(),
    )
    await work.report_texts.save(text)
    await work.audit("appraisal:text:entered", report, department=department)
    return text


async def edit_report(work: Work, report: str, summary: str, next_steps: str) -> AppraisalReport:
    """Change the office's own words of a draft; figures and the organs' texts stay as they are."""
    actor = require_office(work)
    found = await work.appraisal_reports.get(report)
    if found.state is not ReportState.DRAFTED:
        raise RuleBrokenError(Rule.SUMMARY_NOT_DRAFTED, report=report)
    changed = replace(
        found, summary=summary.strip(), next_steps=next_steps.strip(), edited_by=actor.name
    )
    await work.appraisal_reports.save(changed)
    await work.audit("appraisal:report:edited", report, version=changed.version)
    return changed


async def issue_report(work: Work, report: str, number: str) -> IssuedReport:
    """Issue a draft to all departments under its file number, by an approver who did not edit it.

    Organs without a text are named in it: their silence holds nobody up.
    """
    actor = require_office_approver(work)
    found = await work.appraisal_reports.get(report)
    if found.state is not ReportState.DRAFTED:
        raise RuleBrokenError(Rule.SUMMARY_NOT_DRAFTED, report=report)
    another_person(found.edited_by, actor.name, "issue-report")
    issued = found.moved(
        ReportState.ISSUED,
        number=given(number, "number", report),
        issued_by=actor.name,
        issued_at=work.now(),
    )
    texts = await work.report_texts.where(report_id=report)
    organs = [each.code for each in await work.departments.where()]
    version = issued_version(issued, texts, organs)
    await work.issued_reports.add([version])
    await work.appraisal_reports.save(issued)
    await work.audit("appraisal:report:issued", report, version=found.version, number=number)
    return version


async def reopen_report(work: Work, report: str, reason: str) -> AppraisalReport:
    """Open an issued report for another version, with a reason; the issued one stays as it is."""
    actor = require_office_approver(work)
    found = await work.appraisal_reports.get(report)
    if found.state is not ReportState.ISSUED:
        raise RuleBrokenError(Rule.SUMMARY_NOT_ISSUED, report=report)
    changed = found.moved(
        ReportState.DRAFTED,
        version=found.version + 1,
        reason=given(reason, "reason", report),
        edited_by=actor.name,
        number="",
        issued_by=None,
        issued_at=None,
    )
    await work.appraisal_reports.save(changed)
    await work.audit("appraisal:report:reopened", report, reason=reason)
    return changed


def _awaited(year: int, kind: ReportKind, due: date) -> AppraisalReport:
    return AppraisalReport(
        report_id=report_id(year, kind),
        year=year,
        kind=kind,
        due_date=due,
        state=ReportState.AWAITED,
    )


async def _due(work: Work, year: int, kind: ReportKind) -> date | None:
    """Give the last day by the rules of the year."""
    rules = await rules_of(work, Period(year=year, half=kind.half))
    return last_day(kind, year, rules.appraisal)
