"""The directory of experts 专家库: they are drawn by field, assist only, and never decide."""

import re
from pathlib import Path
from typing import Final

from coordinator.adapters.imports.cells import Cells
from coordinator.adapters.imports.reading import Reading, RowOutcome, collect, refuse_repeats
from coordinator.adapters.imports.tables import ImportTables
from coordinator.adapters.imports.tabular import open_table
from coordinator.domain.registers import Expert

REQUIRED: Final = ("expert_id", "name", "field", "organisation")


def read_experts(path: Path, tables: ImportTables) -> Reading[Expert]:
    """Read the directory; the field becomes the roster `@field` of a draw and so must be a code."""
    table = open_table(path, tables.headers["experts"], REQUIRED, tables.limits)
    outcomes = (_outcome(Cells(table, row, tables), row.number) for row in table.rows)
    title = table.titles["expert_id"]
    return collect(refuse_repeats(outcomes, title, lambda value: value.expert_id))


def _outcome(cells: Cells, number: int) -> RowOutcome[Expert]:
    qualifications = re.split(r"[;；、]", cells.text("qualifications"))
    fields = {
        "expert_id": cells.code("expert_id"),
        "name": cells.required("name"),
        "field": cells.code("field"),
        "organisation": cells.required("organisation"),
        "qualifications": tuple(text.strip() for text in qualifications if text.strip()),
    }
    value = None if cells.problems else Expert.model_validate(fields)
    return RowOutcome((number,), value, tuple(cells.problems), tuple(cells.warnings))
