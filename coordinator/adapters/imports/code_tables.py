"""Code tables as files: regions with validity, the industries in full, the working-day calendar."""

from typing import Final

from coordinator.adapters.imports.columns import Column, Note, Shape, Values, finish_nothing
from coordinator.adapters.imports.parsers import Parser, day, folded, invalid, one_line
from coordinator.adapters.imports.sources import Sources
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.registers.organisation import Level

REGIONS_REQUIRED: Final = ("code", "name")
INDUSTRIES_REQUIRED: Final = ("code", "name")
CALENDAR_REQUIRED: Final = ("date", "kind")
_CODE_LENGTH: Final = 6


def region_shape(sources: Sources) -> Shape:
    """Give the columns of the table of regions; level and parent follow from the code if blank."""
    return Shape(
        columns=(
            Column("code", _region_code, required=True, expected="640221"),
            Column("name", one_line, required=True),
            Column("level", sources.word("level"), blank=None, repeats=True),
            Column("parent", _region_code, blank=None, repeats=True),
            Column("valid_from", day, blank=None, repeats=True),
            Column("valid_to", day, blank=None, repeats=True),
            Column("successor", _region_code, blank=None),
        ),
        key=("code",),
        finish=_finish_region,
    )


def industry_shape(sources: Sources) -> Shape:
    """Give the columns of the full table of industries; codes may lack the section's letter."""
    return Shape(
        columns=(
            Column("code", _industry_code(sources), required=True, expected="H6121"),
            Column("name", one_line, required=True),
            Column("name_en", one_line),
        ),
        key=("code",),
        finish=finish_nothing,
    )


def calendar_shape(sources: Sources) -> Shape:
    """Give the columns of the calendar: the days that differ from Monday to Friday."""
    return Shape(
        columns=(
            Column("date", day, required=True, expected="2026-11-21"),
            Column("kind", sources.word("day_kind"), required=True, repeats=True),
            Column("name", one_line, repeats=True),
        ),
        key=("day",),
        finish=_finish_day,
    )


def _region_code(text: str) -> str:
    code = folded(text)
    if len(code) != _CODE_LENGTH or not code.isdecimal() or code.startswith("0"):
        raise invalid("640221")
    return code


def _industry_code(sources: Sources) -> Parser:
    return lambda text: sources.industries.code_of(folded(text))


def _finish_region(values: Values, notes: list[Note]) -> None:
    code = values["code"]
    level, parent = _place_of(code)
    values["level"] = Level(values["level"] or level)
    values["parent"] = values["parent"] or parent
    first, last = values["valid_from"], values["valid_to"]
    if first and last and last < first:
        error = RuleBrokenError(Rule.IMPORT_CELL_INVALID, expected=f"≥ {first}")
        notes.append(Note("valid_to", error, refuses=True))


def _place_of(code: str) -> tuple[Level, str | None]:
    """Give level and parent as the zeros of a code say: 640000, 640200, 640221."""
    province, city = code[:2] + "0000", code[:4] + "00"
    if code == province:
        return Level.PROVINCE, None
    return (Level.CITY, province) if code == city else (Level.COUNTY, city)


def _finish_day(values: Values, _notes: list[Note]) -> None:
    values["day"] = values.pop("date")
    values["working"] = values.pop("kind") == "working"
