"""Joint tasks: a visit, each department's part of it, its team, task number and visit code."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from contracts.vocabulary import Mode
from coordinator.domain.annual_plan import PlanLine
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import TaskState, VisitState
from coordinator.domain.policy import ReportPolicy
from coordinator.domain.working_days import Basis, Deadline

LIAISON: Final = "liaison"


class WhyLeftOut(StrEnum):
    """Why a drawn check is not made on its visit: nothing invalid is dispatched (2.0)."""

    ITEM_LAPSED = "item-lapsed"
    ITEM_NOT_PUBLISHED = "item-not-published"


@dataclass(frozen=True, kw_only=True)
class Visit:
    """One entry of the premises with the checks of one or more departments."""

    visit_id: str
    round_id: str
    place: str
    place_name: str
    address: str
    region: str
    mode: Mode
    desk: bool
    date_from: date
    date_to: date
    departments: tuple[str, ...]
    lead_department: str
    state: VisitState
    task_number: str | None = None
    visit_code: str | None = None
    approved_by: str | None = None
    published_at: datetime | None = None
    opened_at: datetime | None = None
    finished_at: datetime | None = None
    withdrawn_reason: str | None = None


@dataclass(frozen=True, kw_only=True)
class VisitCheck:
    """One (line, object, item) of a visit.

    A check that no lot asked for names its `due_check`, and neither line nor round: it joined.
    `left_out` says why one that was drawn is not made: a `WhyLeftOut`, None where it is made.
    """

    check_id: str
    round_id: str
    visit_id: str
    line: str
    object_id: str
    object_name: str
    item: str
    item_name: str
    department: str
    minutes: int
    method: str
    due_check: str = ""
    left_out: str | None = None


@dataclass(frozen=True, kw_only=True)
class DepartmentTask:
    """One department's part of a visit.

    Clocks (2.7): `report_due` ends with `submitted_at`, `feedback_due` with `feedback_at`.
    `tests_out`: samples whose final report is awaited; `attempt` counts visits made again after a
    rejection; `correction`: an approved result was reopened, with its reason. `lapses_told`: what
    the organ knows of items that lapse during its visit.
    """

    task_id: str
    visit_id: str
    round_id: str
    department: str
    state: TaskState
    quota: int
    report_version: int = 0
    published_at: datetime | None = None
    accepted_at: datetime | None = None
    accepted_by: str | None = None
    submitted_at: datetime | None = None
    reviewed_by: str | None = None
    reviewed_at: datetime | None = None
    return_reason: str | None = None
    disclosure_due: date | None = None
    disclosure_provisional: bool = False
    disclosure_basis: Basis | None = None
    disclosed_at: datetime | None = None
    report_due: date | None = None
    report_provisional: bool = False
    report_basis: Basis | None = None
    feedback_due: date | None = None
    feedback_provisional: bool = False
    feedback_basis: Basis | None = None
    feedback_at: datetime | None = None
    feedback_by: str | None = None
    feedback_note: str | None = None
    feedback_late_reason: str | None = None
    correction: bool = False
    correction_reason: str | None = None
    tests_out: int = 0
    attempt: int = 1
    lapses_told: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class TeamMember:
    """One seat of a visit's team; experts sit for `@field`, liaisons come along: neither decides.

    `unit` is what the seat was drawn for, the first visit of a batch; `record_id` the round whose
    record holds the draw, a supplement where the round's own failed. Rows from before either have
    none: their unit was the visit and their record the round's.
    """

    member_id: str
    round_id: str
    visit_id: str
    department: str
    slot: int
    person_id: str
    leader: bool
    expert: bool
    how: str
    unit: str = ""
    record_id: str = ""

    @property
    def is_liaison(self) -> bool:
        """Whether a liaison 专职联络员 sits here, who sees to schedule and vehicle (2.5)."""
        return self.how == LIAISON

    @property
    def is_officer(self) -> bool:
        """Whether the seat counts toward the quota, enters findings and decides."""
        return not self.expert and not self.is_liaison

    @property
    def drawn_unit(self) -> str:
        """The unit of the record that the seat was drawn for."""
        return self.unit or self.visit_id

    @property
    def drawn_in(self) -> str:
        """The round whose record holds the draw of the seat."""
        return self.record_id or self.round_id


@dataclass(frozen=True)
class ReportDays:
    """Working days from the visit to a task's report, and on to the feedback; None: no limit."""

    report: int | None
    feedback: int | None


def report_days(
    checks: Iterable[VisitCheck], lines: Mapping[str, PlanLine], rules: ReportPolicy
) -> ReportDays:
    """Give the days of a task with these checks (2.7).

    What a line says goes before the profile; of several lines the shortest time counts, because
    there is one report.
    """
    own = [lines[code] for code in {check.line for check in checks} if code in lines]
    return ReportDays(
        _shortest([line.report_days for line in own], rules.report_working_days),
        _shortest([line.feedback_days for line in own], rules.feedback_working_days),
    )


def _shortest(said: Sequence[int | None], otherwise: int | None) -> int | None:
    days = [otherwise if each is None else each for each in said] or [otherwise]
    return min((each for each in days if each is not None), default=None)


def lead_of(checks: Sequence[tuple[str, str]], lines: Mapping[str, PlanLine]) -> str:
    """Give the lead organ of the line with most items in a visit (tie: line code).

    `checks` are (line, department) pairs. Where that lead has no check in the visit, the lead is
    the department of the line with most checks there: who leads must be present.
    """
    counts = Counter(line for line, _ in checks)
    line = min(counts, key=lambda code: (-counts[code], code))
    present = Counter(department for each, department in checks if each == line)
    lead = lines[line].lead
    return lead if lead in present else min(present, key=lambda code: (-present[code], code))


def with_disclosure_due(task: DepartmentTask, deadline: Deadline) -> DepartmentTask:
    """Give a task its day of disclosure, and what it was computed from."""
    return replace(
        task,
        disclosure_due=deadline.due_date,
        disclosure_provisional=deadline.provisional,
        disclosure_basis=deadline.basis,
    )


def with_report_due(task: DepartmentTask, deadline: Deadline) -> DepartmentTask:
    """Give a task the day its report is due, and what it was computed from."""
    return replace(
        task,
        report_due=deadline.due_date,
        report_provisional=deadline.provisional,
        report_basis=deadline.basis,
    )


def with_feedback_due(task: DepartmentTask, deadline: Deadline) -> DepartmentTask:
    """Give a task the day its feedback to the inspected is due."""
    return replace(
        task,
        feedback_due=deadline.due_date,
        feedback_provisional=deadline.provisional,
        feedback_basis=deadline.basis,
    )


def task_id(visit_id: str, department: str) -> str:
    """Name a department's part of a visit."""
    return f"{visit_id}.{department}"


def task_number(wording: str, year: int, serial: int) -> str:
    """Word a task number by the profile: short name of the organ, year, serial (2-rules.md 2.5)."""
    return wording.format(year=year, serial=serial)


def require_notice_time(visit: Visit, today: date, notice_days: int) -> None:
    """Refuse to publish an announced visit when no day is left that respects the notice."""
    latest = visit.date_to - timedelta(days=notice_days)
    if visit.mode is Mode.ANNOUNCED and today > latest:
        raise RuleBrokenError(
            Rule.NOTICE_TOO_LATE,
            visit=visit.visit_id,
            today=today.isoformat(),
            latest=latest.isoformat(),
        )


def first_day(visit: Visit, published: date, notice_days: int) -> date:
    """Give the first day the team may come: in the window and after the notice days."""
    if visit.mode is Mode.COVERT:
        return visit.date_from
    return max(visit.date_from, published + timedelta(days=notice_days))
