"""Who may approve a department's results (2-rules.md 2.7): its approver, never who entered them."""

from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.result_intake import Report


def require_reviewer(report: Report, reviewer: str, department: str | None) -> None:
    """Refuse a reviewer of another department, or the hand that entered the findings."""
    if department != report.department:
        raise RuleBrokenError(
            Rule.NOT_YOUR_DEPARTMENT, actor=department or "-", department=report.department
        )
    if reviewer == report.entered_by:
        raise RuleBrokenError(Rule.TWO_PERSONS_NEEDED, action="review", person=reviewer)
