"""The directory of inspectors 执法检查人员名录库: certificates, competences, absences."""

import re
from pathlib import Path
from typing import Final

from coordinator.adapters.imports.cells import Cells, parse_day
from coordinator.adapters.imports.reading import Reading, RowOutcome, collect, refuse_repeats
from coordinator.adapters.imports.tables import AliasTable, ImportTables
from coordinator.adapters.imports.tabular import open_table
from coordinator.domain.errors import Rule
from coordinator.domain.registers import Absence, Inspector

REQUIRED: Final = (
    "inspector_id",
    "department",
    "name",
    "certificate_number",
    "certificate_from",
    "certificate_to",
    "competences",
)
_ABSENCE: Final = re.compile(r"(\S+?)\s*(?:~|～|至)\s*(\S+?)\s*[:：](.+)")  # noqa: RUF001 - as written by hand


def read_inspectors(path: Path, tables: ImportTables, aliases: AliasTable) -> Reading[Inspector]:
    """Read the directory; whose row is refused cannot be drawn, and the report says why."""
    table = open_table(path, tables.headers["inspectors"], REQUIRED, tables.limits)

    def outcome(cells: Cells, number: int) -> RowOutcome[Inspector]:
        value = _inspector(cells, aliases)
        return RowOutcome((number,), value, tuple(cells.problems), tuple(cells.warnings))

    outcomes = (outcome(Cells(table, row, tables), row.number) for row in table.rows)
    title = table.titles["inspector_id"]
    return collect(refuse_repeats(outcomes, title, lambda value: value.inspector_id))


def _inspector(cells: Cells, aliases: AliasTable) -> Inspector | None:
    written = cells.required("department")
    department = aliases.departments.code_of(written) if written else None
    if written and department is None:
        cells.refuse("department", Rule.DEPARTMENT_UNKNOWN, "a name of the alias table")
    certificate_from = cells.required_day("certificate_from")
    certificate_to = cells.required_day("certificate_to")
    if certificate_to < certificate_from and not cells.problems:
        cells.refuse("certificate_to", Rule.IMPORT_CELL_INVALID, f"≥ {certificate_from}")
    fields = {
        "inspector_id": cells.code("inspector_id"),
        "department": department,
        "organ": cells.text("organ") or department,
        "section": cells.text("section"),
        "name": cells.required("name"),
        "sex": cells.word("sex", "sex") if cells.text("sex") else "",
        "certificate_number": cells.required("certificate_number"),
        "certificate_from": certificate_from,
        "certificate_to": certificate_to,
        "post": cells.text("post"),
        "leader": cells.flag("leader"),
        "group": cells.text("group"),
        "area": cells.text("area"),
        "competences": cells.codes("competences"),
        "status": cells.word("status", "inspector_status") if cells.text("status") else "active",
        "absences": _absences(cells),
    }
    return None if cells.problems else Inspector.model_validate(fields)


def _absences(cells: Cells) -> tuple[Absence, ...]:
    """Read `2027-04-01~2027-04-10:reason`, several separated by semicolons."""
    periods = [text.strip() for text in re.split(r"[;；\n]", cells.text("absences"))]
    found = [_absence(text) for text in periods if text]
    if None in found:
        cells.refuse("absences", Rule.IMPORT_CELL_INVALID, "2027-04-01~2027-04-10:…;…")
    return tuple(absence for absence in found if absence)


def _absence(text: str) -> Absence | None:
    match = _ABSENCE.fullmatch(text)
    try:
        first, last = (parse_day(day) for day in match.groups()[:2]) if match else (None, None)
    except ValueError:
        return None
    if match is None or first is None or last is None or last < first:
        return None
    return Absence(from_date=first, to_date=last, reason=match.group(3).strip())
