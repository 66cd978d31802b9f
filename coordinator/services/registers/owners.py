"""Who keeps which register (2-rules.md 2.0): the office all, a department its own people."""

from collections.abc import Sequence
from typing import Any

from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.registers.acts import ImportProblem, RegisterAct, RegisterKind, Severity
from coordinator.services.access import require_responsible
from coordinator.services.ports import Responsibility, Role, Work

_OF_DEPARTMENTS = (RegisterKind.INSPECTORS, RegisterKind.RECUSALS)
_KEPT_BY = {
    RegisterKind.OBJECTS: Responsibility.SUPERVISION,
    RegisterKind.INSPECTORS: Responsibility.LEGAL,
    RegisterKind.EXPERTS: Responsibility.LEGAL,
    RegisterKind.RECUSALS: Responsibility.LEGAL,
    RegisterKind.ITEM_LIST: Responsibility.LEGAL,
    RegisterKind.JOINT_LIST: Responsibility.LEGAL,
}
"""Which section keeps a register (2.0); the office itself where none is named."""

Rows = list[tuple[int, Any]]


def owner_of(work: Work, kind: RegisterKind) -> str | None:
    """Give the only department whose rows the actor may touch, None for all; refuse the others."""
    actor = work.actor
    if actor.role is Role.OFFICE:
        require_responsible(work, _KEPT_BY.get(kind, Responsibility.OFFICE))
        return None
    if actor.role is Role.DEPARTMENT and actor.department and kind in _OF_DEPARTMENTS:
        return require_responsible(work, _KEPT_BY[kind]).department
    raise RuleBrokenError(Rule.ROLE_NOT_ALLOWED, role=actor.role.value, needed=Role.OFFICE.value)


async def split_foreign(
    work: Work, act: RegisterAct, rows: Sequence[tuple[int, Any]]
) -> tuple[Rows, list[ImportProblem]]:
    """Part rows into those the act may touch and refusals of the others, numbered from 1."""
    if act.department is None or not rows:
        return list(rows), []
    is_person = act.kind is RegisterKind.INSPECTORS
    ids = {value.inspector_id if is_person else value.person_id for _, value in rows}
    known = {
        each.inspector_id: each.department for each in await work.inspectors.where(inspector_id=ids)
    }
    kept: Rows = []
    foreign: list[ImportProblem] = []
    for row, value in rows:
        other = _other_department(value, known, act.department, is_person=is_person)
        if other is None:
            kept.append((row, value))
        else:
            foreign.append(_refusal(act, row, other, len(foreign) + 1))
    return kept, foreign


def _other_department(
    value: Any, known: dict[str, str], own: str, *, is_person: bool
) -> str | None:
    """Name the department to which a row belongs, None when it is the own one."""
    if is_person:
        found = {value.department, known.get(value.inspector_id, own)}
    else:
        found = {known.get(value.person_id, "-")}
    return next(iter(sorted(found - {own})), None)


def _refusal(act: RegisterAct, row: int, department: str, number: int) -> ImportProblem:
    return ImportProblem(
        import_id=act.import_id,
        number=number,
        row=row,
        column="department",
        value=department,
        rule=Rule.NOT_YOUR_DEPARTMENT,
        expected=act.department or "",
        severity=Severity.REFUSED,
        facts={"actor": act.department or "", "department": department},
    )
