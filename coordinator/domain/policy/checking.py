"""Figures of the visit and of what follows: report, disclosure, follow-up, appraisal, records."""

import datetime
from collections.abc import Mapping
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

_TARGET = "_target"
_NO_OTHER_TARGET = (
    "completion_target | disclosure_target: 国办发〔2024〕54号 forbids to reward numbers of "
    "inspections, problems or fines"
)


class FieldworkPolicy(PolicyPart):
    """On site (2.6).

    officers_present_min: certified officers per organ that must be there before its section opens.
    refusal_witnesses: officers who note that an enterprise refused to sign.
    entity_signature: a report names who signed, or who noted the refusal.
    process_record: a report names its full-process record (device, times, hash).
    evidence_megabytes: the largest file of evidence that is stored here.
    """

    officers_present_min: int = Field(default=2, ge=1)
    refusal_witnesses: int = Field(default=2, ge=1)
    entity_signature: bool = False
    process_record: bool = False
    evidence_megabytes: int = Field(default=50, ge=1)


class ReportPolicy(PolicyPart):
    """Report and feedback (2.7).

    report_working_days: working days from the visit to the report (大城: 1); None = no limit.
    feedback_working_days: working days from the report to the feedback (大城: 1).
    collective_hearing: the approver notes a collective hearing (十堰).
    hearing_participants_min: people who take part in it at least.
    """

    report_working_days: int | None = Field(default=None, ge=0)
    feedback_working_days: int | None = Field(default=None, ge=0)
    collective_hearing: bool = False
    hearing_participants_min: int = Field(default=3, ge=1)


class DisclosurePolicy(PolicyPart):
    """Publication of results (2.7).

    days, unit, counted_from: 20 working days after the finished task (平罗), 10 working days after
    the visit (十堰), 10 calendar days after the visit (大城).
    objection_working_days: working days in which an objection is answered.
    objection_days: calendar days after publication in which one may be raised; None = always.
    public_years: years after which a result leaves the public pages, kept inside; None = never.
    """

    days: int = Field(ge=1)
    unit: DayUnit = "working"
    counted_from: Literal["task", "visit"] = "task"
    objection_working_days: int = Field(ge=1)
    objection_days: int | None = Field(default=None, ge=1)
    public_years: int | None = Field(default=None, ge=1)


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
    """Where a case of a severity is transferred to (2.9, 十堰).

    answer_working_days: days for its receipt, where they differ from those of the profile.
    """

    severity: Literal["ordinary", "cross-region", "major", "crime"]
    to: Literal["local-authority", "city", "public-security"]
    answer_working_days: int | None = Field(
        default=None, ge=1, exclude_if=lambda days: days is None
    )


DocumentKind = Literal["rectification", "case", "transfer", "copy", "stop", "listing", "consent"]
"""The papers of follow-up that the office numbers."""


class DocumentNumber(PolicyPart):
    """How papers of a kind are numbered, with {organ} 机关简称, {year} and {serial}."""

    kind: DocumentKind
    wording: str

    @model_validator(mode="after")
    def _wording(self) -> Self:
        flaw = flawed("wording", "… {organ} … {year} … {serial} …", self.wording)
        try:
            written = self.wording.format(organ="\0", year="\1", serial="\2")
        except (KeyError, ValueError, IndexError) as error:
            raise flaw from error
        if any(part not in written for part in ("\0", "\1", "\2")):
            raise flaw
        return self


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
    transfer_working_days: working days for the receipt of a transfer.
    filing_working_days: working days from a clue to the decision whether to file it.
    decision_days: calendar days from the filing to the decision.
    execution_days: calendar days from the decision to its execution.
    retest_working_days: working days in which the party may ask for a re-test of a sample.
    hazard_days: calendar days for the removal of a major hazard where nobody names a day.
    abnormal_departments: who decides on the list of business abnormalities; none = the finder.
    numbers: how the papers of follow-up are numbered; a kind without wording has no number.
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
    transfer_working_days: int = Field(default=10, ge=1)
    filing_working_days: int = Field(default=15, ge=1)
    decision_days: int = Field(default=90, ge=1)
    execution_days: int = Field(default=15, ge=1)
    retest_working_days: int = Field(default=7, ge=1)
    hazard_days: int = Field(default=30, ge=1)
    abnormal_departments: tuple[str, ...] = ()
    numbers: tuple[DocumentNumber, ...] = ()


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
    """Credit repair (2.10, 国家发展改革委令第36号): 0 to 3, 3 to 12, 12 to 36 months.

    counted_by: which day decides whether these rules apply or those of the list itself: that of
    the application, or that of the listing. decision_working_days: for verifying and deciding.
    a_day_most_per_listing: applications that the public form takes in a day for one listing.
    """

    valid_from: datetime.date
    founding_text: str
    severities: tuple[Severity, ...]
    counted_by: Literal["application", "listing"] = "application"
    decision_working_days: int = Field(default=10, ge=1)
    a_day_most_per_listing: int = Field(default=3, ge=1)


class AppraisalPolicy(PolicyPart):
    """Appraisal (2.11): days before which the reports are due (平罗), and the two 100 %.

    completion_target: finished / planned tasks; disclosure_target: disclosed / to be disclosed.
    There is no other target, and none for a number: KPIs never reward how many inspections were
    made, problems found or fines imposed (国办发〔2024〕54号).
    """

    half_year_report_day: DayOfYear | None = None
    year_report_day: DayOfYear | None = None
    completion_target: Ratio | None = None
    disclosure_target: Ratio | None = None

    @model_validator(mode="before")
    @classmethod
    def _no_reward_for_numbers(cls, given: object) -> object:
        for name, value in dict(given).items() if isinstance(given, Mapping) else ():
            if str(name).endswith(_TARGET) and name not in cls.model_fields:
                raise flawed(str(name), _NO_OTHER_TARGET, value)
        return given


class ComplaintsPolicy(PolicyPart):
    """Complaints about an inspection (2.14): days in which 纪检 answers.

    extension_days: days by which an answer may be put off, once and with a reason.
    text_characters_most: of a complaint; a_day_most: complaints that the public form takes in a
    day, a_day_most_per_visit: behind one visit code.
    """

    answer_days: int = Field(default=60, ge=1)
    unit: DayUnit = "calendar"
    extension_days: int = Field(default=30, ge=1)
    text_characters_most: int = Field(default=4000, ge=1)
    a_day_most: int = Field(default=200, ge=1)
    a_day_most_per_visit: int = Field(default=3, ge=1)


class ArchivePolicy(PolicyPart):
    """Archive (2.11): for how long a task's package is kept; None = for good.

    retention_years: years for a task that found nothing, `problem_years` with a problem,
    `case_years` with an enforcement case.
    """

    retention_years: int | None = Field(default=None, ge=1)
    problem_years: int | None = Field(default=None, ge=1)
    case_years: int | None = Field(default=None, ge=1)
