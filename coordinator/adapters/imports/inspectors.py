"""The directory of inspectors 执法检查人员名录库: certificates, competences, absences."""

from typing import Final

from coordinator.adapters.imports.columns import Column, Note, Shape, Values
from coordinator.adapters.imports.compact_cells import absences
from coordinator.adapters.imports.parsers import code, codes, day, folded, name, one_line
from coordinator.adapters.imports.sources import Sources
from coordinator.domain.errors import Rule, RuleBrokenError

REQUIRED: Final = (
    "inspector_id",
    "department",
    "name",
    "certificate_number",
    "certificate_from",
    "certificate_to",
    "competences",
)


def inspector_shape(sources: Sources) -> Shape:
    """Give the columns of the directory; whose row is refused cannot be drawn."""
    return Shape(
        columns=(*_person(sources), *_certified(), *_deployed(sources)),
        key=("inspector_id",),
        finish=_finish,
    )


def _person(sources: Sources) -> tuple[Column, ...]:
    return (
        Column("inspector_id", code, required=True),
        Column("department", sources.department, required=True, repeats=True),
        Column("organ", one_line, repeats=True),
        Column("section", one_line, repeats=True),
        Column("name", name, required=True),
        Column("sex", sources.word("sex"), repeats=True),
        Column("staffing", one_line, repeats=True),
    )


def _certified() -> tuple[Column, ...]:
    return (
        Column("certificate_number", folded, required=True),
        Column("certificate_from", day, required=True, expected="2026-11-21"),
        Column("certificate_to", day, required=True, expected="2026-11-21"),
        Column("competences", codes, blank=()),
        Column("item_scope", codes, blank=()),
    )


def _deployed(sources: Sources) -> tuple[Column, ...]:
    return (
        Column("post", one_line, repeats=True),
        Column("leader", sources.flag(), blank=False, repeats=True),
        Column("group", one_line, repeats=True),
        Column("area", one_line, repeats=True),
        Column("status", sources.word("inspector_status"), blank="active", repeats=True),
        Column("absences", absences, blank=()),
    )


def _finish(values: Values, notes: list[Note]) -> None:
    """Take the department for an organ that is not named; a certificate ends after it begins."""
    values["organ"] = values["organ"] or values["department"]
    first = values["certificate_from"]
    if values["certificate_to"] < first:
        error = RuleBrokenError(Rule.IMPORT_CELL_INVALID, expected=f"≥ {first}")
        notes.append(Note("certificate_to", error, refuses=True))
