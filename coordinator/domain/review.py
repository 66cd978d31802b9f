"""Who may approve a department's results, what became of each version, and hearings (2.7)."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from coordinator.domain.dispatch import DepartmentTask
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.policy import Policy, ReportPolicy
from coordinator.domain.result_intake import Report


class Verdict(StrEnum):
    """What an approver did to one version of a report."""

    APPROVED = "approved"
    RETURNED = "returned"
    REJECTED = "rejected"
    REOPENED = "reopened"
    VISIT_AGAIN = "visit-again"


@dataclass(frozen=True, kw_only=True)
class ReviewDecision:
    """One decision about one version of a report, kept for ever with its reason."""

    decision_id: str
    visit_id: str
    department: str
    version: int
    verdict: Verdict
    reason: str
    decided_by: str
    decided_at: datetime


@dataclass(frozen=True, kw_only=True)
class Hearing:
    """A note of the hearing 集体会商 on one version of a report (十堰): the last stands."""

    hearing_id: str
    visit_id: str
    department: str
    version: int
    held_date: date
    participants: tuple[str, ...]
    text: str
    noted_by: str
    noted_at: datetime


@dataclass(frozen=True)
class HearingNote:
    """What is entered of a collective hearing."""

    held_date: date
    participants: tuple[str, ...]
    text: str


@dataclass(frozen=True)
class FeedbackNote:
    """How the team told the inspected what it found: on which day, who, and in which words.

    `late_reason`: why so late, where that day is after the one it was due on.
    """

    given_date: date
    given_by: str
    note: str
    late_reason: str = ""


def hearing_key(visit_id: str, department: str, version: int, number: int = 1) -> str:
    """Name a note of the hearing on one version of a report; its first note has no number."""
    key = f"{visit_id}.{department}.{version}"
    return key if number == 1 else f"{key}.{number}"


def require_reviewer(
    report: Report, reviewer: str, department: str | None, team: Collection[str] = ()
) -> None:
    """Refuse a reviewer of another department, the hand that entered, and whoever was on the team.

    `team` are ids and names of the department's own people on the visit.
    """
    if department != report.department:
        raise RuleBrokenError(
            Rule.NOT_YOUR_DEPARTMENT, actor=department or "-", department=report.department
        )
    if reviewer == report.entered_by:
        raise RuleBrokenError(Rule.TWO_PERSONS_NEEDED, action="review", person=reviewer)
    if reviewer in team:
        raise RuleBrokenError(Rule.REVIEWER_ON_TEAM, person=reviewer, visit=report.visit_id)


def require_on_team(person: str, team: Collection[str], visit_id: str) -> None:
    """Refuse feedback by somebody else than the team that checked (2.7), by id or by name."""
    if person.strip() not in team:
        raise RuleBrokenError(Rule.FEEDBACK_NOT_BY_TEAM, person=person.strip(), visit=visit_id)


def require_feedback_in_time(note: FeedbackNote, task: DepartmentTask) -> None:
    """Refuse feedback that was given after its day without a reason, where it has a clock (2.7)."""
    due = task.feedback_due
    if due is not None and note.given_date > due and not note.late_reason.strip():
        raise RuleBrokenError(
            Rule.FEEDBACK_LATE_WITHOUT_REASON,
            given=note.given_date.isoformat(),
            due=due.isoformat(),
            visit=task.visit_id,
        )


def hearing_participants(entered: Iterable[str]) -> tuple[str, ...]:
    """Give the people of a hearing, each once, without blanks."""
    return tuple(dict.fromkeys(name.strip() for name in entered if name.strip()))


def require_hearing(note: HearingNote, policy: ReportPolicy, days: tuple[date, date]) -> None:
    """Refuse a hearing of too few people, without words, before the visit or in the future."""
    if len(note.participants) < policy.hearing_participants_min:
        raise RuleBrokenError(
            Rule.HEARING_TOO_SMALL,
            found=len(note.participants),
            wanted=policy.hearing_participants_min,
        )
    if not note.text.strip():
        raise RuleBrokenError(Rule.REASON_MISSING, field="text")
    require_between("held_date", note.held_date, days)


def require_heard(hearing: Hearing | None, policy: ReportPolicy, task: DepartmentTask) -> None:
    """Refuse to approve what the profile wants heard collectively first."""
    if policy.collective_hearing and hearing is None:
        raise RuleBrokenError(
            Rule.HEARING_MISSING, visit=task.visit_id, version=task.report_version
        )


def require_attempt_left(task: DepartmentTask, policy: Policy) -> None:
    """Refuse to visit again when the policy's attempts are used up."""
    most = policy.dispatch.visit_attempts
    if task.attempt >= most:
        raise RuleBrokenError(Rule.NO_ATTEMPT_LEFT, visit=task.visit_id, attempts=most)


def require_between(field: str, day: date, days: tuple[date, date]) -> None:
    """Refuse a day outside of a period, both ends included."""
    first, last = days
    if not first <= day <= last:
        raise RuleBrokenError(
            Rule.DATE_OUTSIDE,
            field=field,
            date=day.isoformat(),
            first=first.isoformat(),
            last=last.isoformat(),
        )
