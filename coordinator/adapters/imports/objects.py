"""The directory of inspected objects 检查对象名录库, streamed or as a whole."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from coordinator.adapters.imports.cells import Cells
from coordinator.adapters.imports.reading import Reading, RowOutcome, collect, refuse_repeats
from coordinator.adapters.imports.tables import ImportTables
from coordinator.adapters.imports.tabular import open_table
from coordinator.domain.errors import Rule
from coordinator.domain.registers import (
    InspectionObject,
    RiskClass,
    check_object_id,
    object_id_warnings,
)

REQUIRED: Final = ("object_id", "name", "kind", "region", "industry", "address", "status")
_REGION: Final = r"[1-9][0-9]{5}(?:[0-9]{3}|[0-9]{6})?"
_INDUSTRY: Final = r"[A-T](?:[0-9]{2,4})?"


def read_objects(path: Path, tables: ImportTables) -> Reading[InspectionObject]:
    """Read a whole file; an object id that an earlier row has used is refused."""
    titles = tables.headers["objects"]
    outcomes = refuse_repeats(
        stream_objects(path, tables), titles["object_id"][0], lambda value: value.object_id
    )
    return collect(outcomes)


def stream_objects(path: Path, tables: ImportTables) -> Iterator[RowOutcome[InspectionObject]]:
    """Read a CSV file of any size in constant memory; repeats in the file are not looked for."""
    table = open_table(path, tables.headers["objects"], REQUIRED, tables.limits)
    for row in table.rows:
        cells = Cells(table, row, tables)
        value = _object(cells)
        yield RowOutcome((row.number,), value, tuple(cells.problems), tuple(cells.warnings))


def _object(cells: Cells) -> InspectionObject | None:
    object_id = _object_id(cells, "object_id")
    place = _object_id(cells, "place") if cells.text("place") else object_id
    owner = _object_id(cells, "owner") if cells.text("owner") else None
    kind, status = cells.word("kind", "kind"), cells.word("status", "object_status")
    if kind == "premises" and not cells.text("owner"):
        cells.refuse("owner", Rule.IMPORT_CELL_MISSING, "uscc:… | regno:…")
    fields = {
        "name": cells.required("name"),
        "region": cells.pattern("region", _REGION),
        "industry": cells.pattern("industry", _INDUSTRY),
        "address": cells.required("address"),
        "scale": cells.word("scale", "scale") if cells.text("scale") else "",
        "area": cells.text("area") or None,
        "tags": cells.codes("tags"),
        "risk_class": _risk_class(cells),
        "key_unit": cells.flag("key_unit"),
        "latitude": cells.number("latitude", float, -90, 90),
        "longitude": cells.number("longitude", float, -180, 180),
        "responsible_person": cells.text("responsible_person"),
        "phone": cells.text("phone"),
    }
    if cells.problems:
        return None
    known = {"object_id": object_id, "place": place, "owner": owner, "kind": kind, "status": status}
    return InspectionObject.model_validate(known | fields)


def _object_id(cells: Cells, field: str) -> str:
    """Give a checked id; a bare 18- or 15-character code is read as `uscc:` or `regno:`."""
    object_id = cells.checked(field, lambda written: check_object_id(_with_scheme(written)))
    for rule in object_id_warnings(object_id) if object_id else ():
        cells.doubt(field, rule, "GB 32100")
    return object_id


def _with_scheme(written: str) -> str:
    if ":" in written:
        return written
    return f"regno:{written}" if written.isdecimal() and len(written) == 15 else f"uscc:{written}"  # noqa: PLR2004 - length of a registration number


def _risk_class(cells: Cells) -> RiskClass | None:
    written = cells.text("risk_class").upper()
    if not written:
        return None
    if written not in set(RiskClass):
        cells.refuse("risk_class", Rule.IMPORT_WORD_UNKNOWN, " | ".join(RiskClass))
        return None
    return RiskClass(written)
