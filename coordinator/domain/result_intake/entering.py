"""When and how a report is entered: in time or with a reason, whole or as a supplement (2.5)."""

from datetime import date, timedelta

from contracts.results import FindingsSubmitted
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.policy import Policy
from coordinator.domain.result_intake.values import Report
from coordinator.domain.working_days import Deadline, WorkingDays


def entry_due(visited: date, days: int | None, policy: Policy, calendar: WorkingDays) -> Deadline:
    """Give the last day to enter a report without a reason.

    The report clock of line or profile in working days (大城), else the days of back-entry (2.5).
    """
    if days is not None:
        return calendar.after(visited, days)
    latest = visited + timedelta(days=policy.dispatch.back_entry_days)
    return Deadline(latest, provisional=False)


def days_late(due: date, today: date) -> int:
    """Give by how many days an entry came after it was due."""
    return max(0, (today - due).days)


def require_in_time(report: FindingsSubmitted, due: date, today: date) -> None:
    """Refuse a report that comes after its time without a reason."""
    if today > due and not (report.late_reason or "").strip():
        raise RuleBrokenError(
            Rule.LATE_WITHOUT_REASON,
            visited=report.visited_date.isoformat(),
            due=due.isoformat(),
            today=today.isoformat(),
        )


def require_supplement(report: FindingsSubmitted, former: Report) -> None:
    """Refuse a supplement that changes what was found, or adds nothing to what was not checked."""
    before = {(each.object_id, each.item): each for each in former.findings}
    added = False
    for finding in report.findings:
        earlier = before.get((finding.object_id, finding.item))
        if earlier is None or (not earlier.checked and finding.checked):
            added = True
        elif finding != earlier:
            raise RuleBrokenError(
                Rule.SUPPLEMENT_CHANGES, object=finding.object_id, item=finding.item
            )
    if not added:
        raise RuleBrokenError(Rule.SUPPLEMENT_EMPTY, visit=report.visit_id)
