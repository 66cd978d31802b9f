"""Figures of the visit and of what follows: report, disclosure, follow-up, appraisal, records."""

import datetime
from typing import Literal, Self

from pydantic import Field, model_validator

from coordinator.domain.policy.figures import (
    CodeName,
    DayOfYear,
    DayUnit,
    PolicyPart,
    Ratio,
    flawed,
)


class FieldworkPolicy(PolicyPart):
    """On site (2.6).

    officers_present_min: certified officers per organ that must be there before its section opens.
    refusal_witnesses: officers who note that an enterprise refused to sign.
    """

    officers_present_min: int = Field(default=2, ge=1)
    refusal_witnesses: int = Field(default=2, ge=1)


class ReportPolicy(PolicyPart):
    """Report and feedback (2.7).

    report_working_days: working days from the visit to the report (大城: 1); None = no limit.
    feedback_working_days: working days from the report to the feedback (大城: 1).
    collective_hearing: the approver notes a collective hearing (十堰).
    """

    report_working_days: int | None = Field(default=None, ge=0)
    feedback_working_days: int | None = Field(default=None, ge=0)
    collective_hearing: bool = False


class DisclosurePolicy(PolicyPart):
    """Publication of results (2.7).

    days, unit, counted_from: 20 working days after the finished task (平罗), 10 working days after
    the visit (十堰), 10 calendar days after the visit (大城).
    objection_working_days: working days in which an objection is answered.
    """

    days: int = Field(ge=1)
    unit: DayUnit = "working"
    counted_from: Literal["task", "visit"] = "task"
    objection_working_days: int = Field(ge=1)


class OverduePolicy(PolicyPart):
    """Overdue work (2.5): days after the due date from which it shows yellow, then red."""

    yellow_days: int = Field(default=0, ge=0)
    red_days: int = Field(default=3, ge=1)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.red_days <= self.yellow_days:
            raise flawed("red_days", f"> {self.yellow_days}", self.red_days)
        return self


class DistributionPolicy(PolicyPart):
    """Fan-out of results (2.8): hours of silence of a receiver after which an alarm is raised."""

    silence_hours: int = Field(default=72, ge=1)


class TransferRoute(PolicyPart):
    """Where a case of a severity is transferred to (2.9, 十堰)."""

    severity: Literal["ordinary", "cross-region", "major", "crime"]
    to: Literal["local-authority", "city", "public-security"]


class FollowUpPolicy(PolicyPart):
    """What follows a problem (2.9, 2.10).

    rectification_days: calendar days for rectification where an order names none.
    reinspection_days: calendar days after the due date within which the place is looked at again.
    lead_days: calendar days for the check of an accepted lead that names no deadline (2.12).
    reminder_days: days before the due date on which a reminder leaves.
    copy_notice_days: working days for the feedback on a copy notice 抄告.
    hazard_listing: major hazards are put under listed supervision 挂牌督办 (大城, county).
    hazard_resume_consent: work resumes only with the review's consent (大城).
    public_exposure: problems may be exposed publicly 公开曝光 (county).
    transfers: receiver by severity.
    """

    rectification_days: int = Field(ge=1)
    reinspection_days: int = Field(default=15, ge=1)
    lead_days: int = Field(default=15, ge=1)
    reminder_days: tuple[int, ...] = ()
    copy_notice_days: int | None = Field(default=None, ge=1)
    hazard_listing: bool = False
    hazard_resume_consent: bool = False
    public_exposure: bool = False
    transfers: tuple[TransferRoute, ...] = ()


class Severity(CodeName):
    """How long a credit record of a severity shows: months until the earliest and latest repair."""

    min_months: int = Field(ge=0)
    max_months: int = Field(ge=0)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.max_months < self.min_months:
            raise flawed("max_months", f"≥ {self.min_months}", self.max_months)
        return self


class CreditRepairPolicy(PolicyPart):
    """Credit repair (2.10, 国家发展改革委令第36号): 0 to 3, 3 to 12, 12 to 36 months."""

    valid_from: datetime.date
    founding_text: str
    severities: tuple[Severity, ...]


class AppraisalPolicy(PolicyPart):
    """Appraisal (2.11): days before which the reports are due (平罗), and the two 100 %.

    completion_target: finished / planned tasks; disclosure_target: disclosed / to be disclosed.
    """

    half_year_report_day: DayOfYear | None = None
    year_report_day: DayOfYear | None = None
    completion_target: Ratio | None = None
    disclosure_target: Ratio | None = None


class ComplaintsPolicy(PolicyPart):
    """Complaints about an inspection (2.14): days in which 纪检 answers."""

    answer_days: int = Field(default=60, ge=1)
    unit: DayUnit = "calendar"


class ArchivePolicy(PolicyPart):
    """Archive (2.11): years that a task's package is kept; None = for good."""

    retention_years: int | None = Field(default=None, ge=1)
