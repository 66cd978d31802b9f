"""Who may do what: the roles of 2-rules.md 2.14 that every service asks for."""

from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.services.ports import Actor, Role, Work


def require_office(work: Work) -> Actor:
    """Refuse anybody but the joint-conference office."""
    return _require(work, Role.OFFICE)


def require_office_approver(work: Work) -> Actor:
    """Refuse anybody but the office's approvers, who also administer who takes part."""
    actor = require_office(work)
    if not actor.approver:
        raise RuleBrokenError(Rule.ROLE_NOT_ALLOWED, role=actor.role.value, needed="approver")
    return actor


def require_auditor(work: Work) -> Actor:
    """Refuse anybody but an auditor."""
    return _require(work, Role.AUDITOR)


def require_department(work: Work, department: str, *, approver: bool = False) -> Actor:
    """Refuse anybody but this department's people; with `approver`, but its approvers."""
    actor = _require(work, Role.DEPARTMENT)
    if actor.department != department:
        raise RuleBrokenError(
            Rule.NOT_YOUR_DEPARTMENT, actor=actor.department or "-", department=department
        )
    if approver and not actor.approver:
        raise RuleBrokenError(Rule.ROLE_NOT_ALLOWED, role=actor.role.value, needed="approver")
    return actor


def require_office_or(work: Work, department: str) -> Actor:
    """Refuse anybody but the office, who acts for all, and this department's own people."""
    if work.actor.role is Role.DEPARTMENT:
        return require_department(work, department)
    return _require(work, Role.OFFICE)


def _require(work: Work, role: Role) -> Actor:
    if work.actor.role is not role:
        raise RuleBrokenError(Rule.ROLE_NOT_ALLOWED, role=work.actor.role.value, needed=role.value)
    return work.actor
