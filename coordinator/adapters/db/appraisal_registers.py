"""The entries of the directories as the appraisal counts them: all of them, and complete ones."""

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, literal, select, union_all

from coordinator.adapters.db.appraisal_rows import row_of, table_of
from coordinator.adapters.db.appraisal_scope import Within
from coordinator.adapters.db.narrowing import is_blank
from coordinator.adapters.db.tables_registers import ExpertRow, InspectionObjectRow, InspectorRow
from coordinator.domain.appraisal import Fact
from coordinator.domain.registers.acts import RegisterKind
from coordinator.domain.registers.completeness import MANDATORY

_OBJECT, _INSPECTOR = table_of(InspectionObjectRow), table_of(InspectorRow)
_EXPERT = table_of(ExpertRow)


def entries(_within: Within) -> Select[Any]:
    """Give the entries of the directories as they stand today: nobody keeps former days' gaps."""
    found = union_all(
        _entries_of(RegisterKind.OBJECTS, "object", _OBJECT.c.object_id),
        _entries_of(RegisterKind.INSPECTORS, "inspector", _INSPECTOR.c.inspector_id),
        _entries_of(RegisterKind.EXPERTS, "expert", _EXPERT.c.expert_id),
    )
    return select(found.subquery())


def _entries_of(kind: RegisterKind, row: str, key: ColumnElement[str]) -> Select[Any]:
    table: Any = key.table
    columns = {"key": key, "title": table.c.name}
    if kind is RegisterKind.INSPECTORS:
        columns["department"] = table.c.department
    filled = and_(*(~is_blank(table.c[name]) for name in MANDATORY[kind]))
    flags = {Fact.ENTRIES_LISTED: literal(value=True), Fact.ENTRIES_COMPLETE: filled}
    return select(*row_of(row, columns, flags))
