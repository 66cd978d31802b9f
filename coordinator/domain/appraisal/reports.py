"""Half-year and year reports: figures with their source, what each organ says, every version."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from coordinator.domain.appraisal.indicators import Reading
from coordinator.domain.appraisal.periods import Half, Period
from coordinator.domain.errors import given
from coordinator.domain.lifecycle import REPORT_MOVES, ReportState, move
from coordinator.domain.policy import AppraisalPolicy


class ReportKind(StrEnum):
    """Which report of the year: 半年总结 or 全年总结."""

    HALF_YEAR = "half-year"
    YEAR = "year"

    @property
    def half(self) -> Half:
        """The part of the year whose figures it tells."""
        return Half.FIRST if self is ReportKind.HALF_YEAR else Half.YEAR


@dataclass(frozen=True, kw_only=True)
class ReportFigure:
    """One figure as a report tells it; organ "" is all together, code names formula and source."""

    code: str
    organ: str
    numerator: int
    denominator: int
    shown: str
    target: str = ""
    met: bool | None = None


@dataclass(frozen=True, kw_only=True)
class ReportText:
    """What an organ says for a report: problems, and good practice."""

    text_id: str
    report_id: str
    department: str
    problems: str
    good_practice: str
    entered_by: str
    entered_at: datetime


@dataclass(frozen=True, kw_only=True)
class AppraisalReport:
    """A report under way: due on a day, drafted from figures, edited, issued by an approver.

    `reason` says why an issued one was opened again; `number` is its file number.
    """

    report_id: str
    year: int
    kind: ReportKind
    due_date: date
    state: ReportState
    version: int = 1
    figures: tuple[ReportFigure, ...] = ()
    counted_at: datetime | None = None
    summary: str = ""
    next_steps: str = ""
    edited_by: str | None = None
    number: str = ""
    issued_by: str | None = None
    issued_at: datetime | None = None
    reason: str = ""

    @property
    def period(self) -> Period:
        """The period whose figures it tells."""
        return Period(year=self.year, half=self.kind.half)

    def moved(self, wanted: ReportState, **changes: object) -> "AppraisalReport":
        """Give the report in another state; MOVE_NOT_ALLOWED where it can't go there."""
        state = move(REPORT_MOVES, self.state, wanted, of=self.report_id)
        return replace(self, state=state, **changes)  # type: ignore[arg-type] # names are fields


@dataclass(frozen=True, kw_only=True)
class IssuedReport:
    """A version of a report as it was issued, for good; `missing` are organs without a text."""

    version_id: str
    report_id: str
    year: int
    kind: ReportKind
    version: int
    number: str
    figures: tuple[ReportFigure, ...]
    counted_at: datetime
    summary: str
    next_steps: str
    texts: tuple[ReportText, ...]
    missing: tuple[str, ...]
    issued_by: str
    issued_at: datetime
    reason: str = ""


def report_id(year: int, kind: ReportKind) -> str:
    """Name a report: one of each kind a year."""
    return f"{year}.{kind.value}"


def text_id(report: str, department: str) -> str:
    """Name what an organ says for a report."""
    return f"{report}.{department}"


def last_day(kind: ReportKind, year: int, policy: AppraisalPolicy) -> date | None:
    """Give the last day for a report: before 21 May is 20 May; None where no day is set."""
    day_of_year = {
        ReportKind.HALF_YEAR: policy.half_year_report_day,
        ReportKind.YEAR: policy.year_report_day,
    }[kind]
    if day_of_year is None:
        return None
    month, day = (int(part) for part in day_of_year.split("-"))
    first_late = date(year, month, 1) + timedelta(days=day - 1)  # 02-29 is 1 March in most years
    return first_late - timedelta(days=1)


def issued_version(
    report: AppraisalReport, texts: Sequence[ReportText], organs: Sequence[str]
) -> IssuedReport:
    """Give the version that is issued now, with the organs that said nothing by name."""
    told = {each.department for each in texts}
    return IssuedReport(
        version_id=f"{report.report_id}.{report.version}",
        report_id=report.report_id,
        year=report.year,
        kind=report.kind,
        version=report.version,
        number=report.number,
        figures=report.figures,
        counted_at=given(report.counted_at, "counted_at", report.report_id),
        summary=report.summary,
        next_steps=report.next_steps,
        texts=tuple(texts),
        missing=tuple(code for code in organs if code not in told),
        issued_by=given(report.issued_by, "issued_by", report.report_id),
        issued_at=given(report.issued_at, "issued_at", report.report_id),
        reason=report.reason,
    )


def figures_from(readings: Sequence[Reading]) -> tuple[ReportFigure, ...]:
    """Write indicators down as a report keeps them."""
    return tuple(
        ReportFigure(
            code=each.rule.code,
            organ=each.organ,
            numerator=each.numerator,
            denominator=each.denominator if each.is_ratio else 0,
            shown=each.shown,
            target="" if each.target is None else str(each.target),
            met=each.is_met,
        )
        for each in readings
    )
