"""Who may do what: the roles of 2-rules.md 2.14 that every service asks for."""

from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.services.ports import Actor, Responsibility, Role, Work


def require_office(work: Work, responsibility: Responsibility = Responsibility.OFFICE) -> Actor:
    """Refuse anybody but the joint-conference office, of its people those who answer for this."""
    return _responsible(_require(work, Role.OFFICE), responsibility)


def require_office_approver(work: Work) -> Actor:
    """Refuse anybody but the office's approvers, who also administer who takes part."""
    actor = _require(work, Role.OFFICE)
    if not actor.approver:
        raise RuleBrokenError(Rule.ROLE_NOT_ALLOWED, role=actor.role.value, needed="approver")
    return actor


def require_auditor(work: Work) -> Actor:
    """Refuse anybody but an auditor."""
    return _require(work, Role.AUDITOR)


def require_reader(work: Work) -> Actor:
    """Refuse anybody but those who see every department's matters: office, auditors, 纪检."""
    if work.actor.role is Role.DEPARTMENT:
        raise RuleBrokenError(
            Rule.ROLE_NOT_ALLOWED, role=work.actor.role.value, needed=Role.AUDITOR.value
        )
    return work.actor


def require_complaint_reader(work: Work) -> Actor:
    """Refuse anybody but 纪检 and auditors: neither office nor organs learn of complaints."""
    if work.actor.role not in (Role.DISCIPLINE, Role.AUDITOR):
        raise RuleBrokenError(
            Rule.ROLE_NOT_ALLOWED, role=work.actor.role.value, needed=Role.DISCIPLINE.value
        )
    return work.actor


def require_discipline(work: Work) -> Actor:
    """Refuse anybody but the discipline inspection 纪检."""
    return _require(work, Role.DISCIPLINE)


def require_department(
    work: Work,
    department: str,
    *,
    approver: bool = False,
    responsibility: Responsibility = Responsibility.SECTION,
) -> Actor:
    """Refuse anybody but this department's people who answer for this.

    With `approver`, anybody but its approvers 分管领导, whatever else they do.
    """
    actor = _require(work, Role.DEPARTMENT)
    if actor.department != department:
        raise RuleBrokenError(
            Rule.NOT_YOUR_DEPARTMENT, actor=actor.department or "-", department=department
        )
    if not approver:
        return _responsible(actor, responsibility)
    if not actor.approver:
        raise RuleBrokenError(Rule.ROLE_NOT_ALLOWED, role=actor.role.value, needed="approver")
    return actor


def require_office_or(work: Work, department: str) -> Actor:
    """Refuse anybody but the office, who acts for all, and this department's own people."""
    if work.actor.role is Role.DEPARTMENT:
        return require_department(work, department)
    return require_office(work)


def require_responsible(work: Work, responsibility: Responsibility) -> Actor:
    """Refuse whoever of an organ does not answer for this, once the organ has divided its work."""
    return _responsible(work.actor, responsibility)


def own_responsibility(work: Work) -> Responsibility:
    """Name what answers for the day-to-day business of the actor's organ."""
    of_office = work.actor.role is Role.OFFICE
    return Responsibility.OFFICE if of_office else Responsibility.SECTION


def _responsible(actor: Actor, responsibility: Responsibility) -> Actor:
    if actor.responsibilities is not None and responsibility not in actor.responsibilities:
        raise RuleBrokenError(
            Rule.NOT_YOUR_RESPONSIBILITY, actor=actor.name, needed=responsibility.value
        )
    return actor


def _require(work: Work, role: Role) -> Actor:
    if work.actor.role is not role:
        raise RuleBrokenError(Rule.ROLE_NOT_ALLOWED, role=work.actor.role.value, needed=role.value)
    return work.actor
