"""Samples 样品 and laboratory reports: qualified laboratory, final report, re-test (2.6)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import SampleState
from coordinator.domain.working_days import Basis


class Conclusion(StrEnum):
    """What a laboratory reports of a sample."""

    QUALIFIED = "qualified"
    UNQUALIFIED = "unqualified"


@dataclass(frozen=True)
class Laboratory:
    """Who tests: name, number of its qualification 资质认定证书, and until when that is valid."""

    name: str
    qualification: str
    valid_until: date


@dataclass(frozen=True)
class LabReport:
    """A report of a laboratory: number, date, conclusion, and the SHA-256 of the paper."""

    number: str
    report_date: date
    conclusion: Conclusion
    sha256: str


@dataclass(frozen=True, kw_only=True)
class Sample:
    """A sample taken at a visit, with its sheet, its laboratory and what that reported.

    `final_date` is the day of the report that counts: clocks of the follow-up start there.
    `retest_due` is the last day on which the party may ask for a re-test.
    """

    sample_id: str
    round_id: str
    visit_id: str
    object_id: str
    object_name: str
    item: str
    department: str
    sheet_number: str
    product: str
    quantity: str
    taken_date: date
    laboratory: Laboratory
    state: SampleState
    entered_by: str
    entered_at: datetime
    preliminary: LabReport | None = None
    final: LabReport | None = None
    final_date: date | None = None
    retest_due: date | None = None
    retest_provisional: bool = False
    retest_basis: Basis | None = None
    retest_reason: str | None = None
    retest_laboratory: Laboratory | None = None
    retest: LabReport | None = None
    closed_by: str | None = None
    closed_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether its outcome may still change."""
        return self.state is not SampleState.CLOSED

    @property
    def awaits_report(self) -> bool:
        """Whether no final report is there yet, or a re-test is under way."""
        waiting = (SampleState.TAKEN, SampleState.PRELIMINARY, SampleState.RETESTING)
        return self.state in waiting

    @property
    def conclusion(self) -> Conclusion | None:
        """What counts today: the re-test's, else the final report's; None before that."""
        report = self.retest or self.final
        return report.conclusion if report else None


def require_qualified(laboratory: Laboratory, day: date) -> None:
    """Refuse a laboratory whose qualification is not valid on the day of the sample."""
    if not laboratory.qualification.strip() or laboratory.valid_until < day:
        raise RuleBrokenError(
            Rule.LABORATORY_NOT_QUALIFIED,
            laboratory=laboratory.name,
            valid_until=laboratory.valid_until.isoformat(),
            date=day.isoformat(),
        )


def require_report(sample: Sample, report: LabReport, today: date) -> None:
    """Refuse a report from before the sample was taken, or of the future."""
    if not sample.taken_date <= report.report_date <= today:
        raise RuleBrokenError(
            Rule.OUTSIDE_WINDOW,
            visit=sample.sheet_number,
            date=report.report_date.isoformat(),
            window=[sample.taken_date.isoformat(), today.isoformat()],
        )


def require_retest(sample: Sample, laboratory: Laboratory, today: date) -> None:
    """Refuse a re-test after its period, of a good sample, or by the laboratory that tested."""
    due = sample.retest_due
    if due is None or today > due or sample.conclusion is not Conclusion.UNQUALIFIED:
        raise RuleBrokenError(
            Rule.RETEST_NOT_POSSIBLE,
            sample=sample.sheet_number,
            until=due.isoformat() if due else "-",
        )
    if laboratory.name == sample.laboratory.name:
        raise RuleBrokenError(Rule.RETEST_SAME_LABORATORY, laboratory=laboratory.name)


def clock_start(samples: Iterable[Sample], otherwise: date) -> date:
    """Give the day from which clocks run: that of the last final report, where samples wait.

    Raises SAMPLE_REPORT_MISSING while a laboratory has not reported finally.
    """
    days = [otherwise]
    for sample in samples:
        if sample.awaits_report:
            raise RuleBrokenError(Rule.SAMPLE_REPORT_MISSING, sample=sample.sheet_number)
        if sample.final_date is not None:
            days.append(sample.final_date)
    return max(days[1:], default=otherwise)
