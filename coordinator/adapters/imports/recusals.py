"""Recusals 回避: who must not check whom, declared by the person, the object or the office."""

from pathlib import Path
from typing import Final

from coordinator.adapters.imports.cells import Cells
from coordinator.adapters.imports.reading import Reading, RowOutcome, collect, refuse_repeats
from coordinator.adapters.imports.tables import ImportTables
from coordinator.adapters.imports.tabular import open_table
from coordinator.domain.registers import Recusal, check_object_id

REQUIRED: Final = ("person_id", "object_id", "reason", "declared_by")


def read_recusals(path: Path, tables: ImportTables) -> Reading[Recusal]:
    """Read the recusals; an object id of an enterprise bars the person from all its places."""
    table = open_table(path, tables.headers["recusals"], REQUIRED, tables.limits)
    outcomes = (_outcome(Cells(table, row, tables), row.number) for row in table.rows)
    title = table.titles["person_id"]
    return collect(
        refuse_repeats(outcomes, title, lambda value: (value.person_id, value.object_id))
    )


def _outcome(cells: Cells, number: int) -> RowOutcome[Recusal]:
    fields = {
        "person_id": cells.code("person_id"),
        "object_id": cells.checked("object_id", check_object_id),
        "reason": cells.required("reason"),
        "declared_by": cells.word("declared_by", "declared_by"),
    }
    value = None if cells.problems else Recusal.model_validate(fields)
    return RowOutcome((number,), value, tuple(cells.problems), tuple(cells.warnings))
