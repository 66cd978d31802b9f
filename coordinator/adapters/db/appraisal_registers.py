"""The entries of the directories as the appraisal counts them: all of them, and complete ones."""

from typing import Any

from sqlalchemy import ColumnElement, Select, literal, select, union_all

from coordinator.adapters.db.appraisal_rows import row_of, table_of
from coordinator.adapters.db.appraisal_scope import Within
from coordinator.adapters.db.directory_tallies import TALLY, is_complete
from coordinator.adapters.db.tables_registers import ExpertRow, InspectionObjectRow, InspectorRow
from coordinator.domain.appraisal import Fact
from coordinator.domain.registers.acts import RegisterKind

_OBJECT, _INSPECTOR = table_of(InspectionObjectRow), table_of(InspectorRow)
_EXPERT = table_of(ExpertRow)
_COUNTED = {
    RegisterKind.OBJECTS: ("object", _OBJECT.c.object_id),
    RegisterKind.INSPECTORS: ("inspector", _INSPECTOR.c.inspector_id),
    RegisterKind.EXPERTS: ("expert", _EXPERT.c.expert_id),
}


def entries(_within: Within) -> Select[Any]:
    """Give the entries of the directories as they stand today: nobody keeps former days' gaps."""
    found = union_all(*(_entries_of(kind, *named) for kind, named in _COUNTED.items()))
    return select(found.subquery())


def tallied(_within: Within) -> Select[Any]:
    """Select what is kept of the directories: their sums are what `entries` would count."""
    return select(
        TALLY.c.listed.label(Fact.ENTRIES_LISTED.value),
        TALLY.c.complete.label(Fact.ENTRIES_COMPLETE.value),
    ).where(TALLY.c.kind.in_(sorted(_COUNTED)))


def _entries_of(kind: RegisterKind, row: str, key: ColumnElement[str]) -> Select[Any]:
    table: Any = key.table
    columns = {"key": key, "title": table.c.name}
    if kind is RegisterKind.INSPECTORS:
        columns["department"] = table.c.department
    flags = {
        Fact.ENTRIES_LISTED: literal(value=True),
        Fact.ENTRIES_COMPLETE: is_complete(kind, table.c),
    }
    return select(*row_of(row, columns, flags))
