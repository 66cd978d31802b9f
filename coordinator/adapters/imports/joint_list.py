"""Joint lists 部门联合抽查事项清单: several leads in a cell, open participants."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from coordinator.adapters.imports.cells import Cells
from coordinator.adapters.imports.finding import open_list
from coordinator.adapters.imports.reading import Reading, RowOutcome, collect
from coordinator.adapters.imports.tables import AliasTable, ImportTables
from coordinator.adapters.imports.tabular import Table, repeat_from_above
from coordinator.adapters.imports.workbooks import Row
from coordinator.domain.errors import Rule
from coordinator.domain.registers import CheckItem, JointListRow
from coordinator.domain.registers.joint_list import (
    ItemAlias,
    ItemMatcher,
    LinkedRow,
    LinkState,
    count_states,
)
from coordinator.domain.registers.mappings import ColumnMapping

_REQUIRED: Final = ("domain", "item_text", "object_type", "lead_departments")
_ALWAYS_REPEATED: Final = ("number", "domain", "object_type")
_REPEATED_WITHOUT_MERGES: Final = ("lead_departments", "participants")


@dataclass(frozen=True)
class JointListReport:
    """A joint list read and matched, with all that a person still has to place."""

    reading: Reading[JointListRow]
    rows: tuple[LinkedRow, ...]
    unplaced_departments: tuple[str, ...]
    unresolved_aliases: tuple[ItemAlias, ...]

    @property
    def number_of_domains(self) -> int:
        """Count the distinct domains."""
        return len({row.domain for row in self.reading.values})

    def counts(self) -> dict[LinkState, int]:
        """Count rows as linked, near and unlinked."""
        return count_states(self.rows)


def read_joint_list(
    path: Path, tables: ImportTables, aliases: AliasTable, mapping: ColumnMapping | None = None
) -> Reading[JointListRow]:
    """Read a joint list; department names that the alias table lacks are kept and reported."""
    table = open_list(path, tables.headers["joint_list"], _REQUIRED, tables.limits, mapping)
    # A blank lead or participant means the value above only where the file knows no merged cells.
    repeated = (*_ALWAYS_REPEATED, *(() if table.has_merges else _REPEATED_WITHOUT_MERGES))
    rows = repeat_from_above(table, repeated)
    return collect(_outcome(table, row, tables, aliases) for row in rows)


def match_joint_list(
    reading: Reading[JointListRow],
    items: Iterable[CheckItem],
    tables: ImportTables,
    aliases: AliasTable,
) -> JointListReport:
    """Link every row to the published items, and gather what could not be placed."""
    matcher = ItemMatcher(items, tables.matching_policy(), aliases.items)
    names = (name for row in reading.values for name in row.unplaced)
    return JointListReport(
        reading=reading,
        rows=tuple(matcher.link(row) for row in reading.values),
        unplaced_departments=tuple(dict.fromkeys(names)),
        unresolved_aliases=matcher.unresolved_aliases(),
    )


def _outcome(
    table: Table, row: Row, tables: ImportTables, aliases: AliasTable
) -> RowOutcome[JointListRow]:
    cells = Cells(table, row, tables)
    cells.refuse_nul()
    if cells.problems:
        return RowOutcome((row.number,), None, tuple(cells.problems))
    if len({cells.text(field) for field in _REQUIRED}) == 1:
        wanted = " | ".join(table.titles[field] for field in _REQUIRED)
        cells.refuse("item_text", Rule.IMPORT_ROW_NOT_UNDERSTOOD, wanted)
        return RowOutcome((row.number,), None, tuple(cells.problems))
    value = _joint_row(cells, row, aliases)
    problems, warnings = tuple(cells.problems), tuple(cells.warnings)
    return RowOutcome((row.number,), value, problems, warnings)


def _joint_row(cells: Cells, row: Row, aliases: AliasTable) -> JointListRow | None:
    number = cells.number("number", 1, 9999)
    domain, item_text, object_type = (
        re.sub(r"\s+", "", cells.required(field))
        for field in ("domain", "item_text", "object_type")
    )
    leads = aliases.departments.place(cells.required("lead_departments"))
    others = aliases.departments.place(cells.text("participants"))
    for field, placed in (("lead_departments", leads), ("participants", others)):
        for name in placed.unplaced:
            cells.doubt(field, Rule.DEPARTMENT_UNKNOWN, aliases.departments.known(), name)
    if cells.problems:
        return None
    return JointListRow(
        number=int(number or 0),
        domain=domain,
        item_text=item_text,
        object_type=object_type,
        lead_departments=leads.codes,
        participants=others.codes,
        open_to_all=others.open_to_all or leads.open_to_all,
        unplaced=(*leads.unplaced, *others.unplaced),
        source_row=row.number,
    )
