"""The directory of inspected objects 检查对象名录库: its columns and what holds across them."""

import re
from typing import Final

from coordinator.adapters.imports.columns import Column, Note, Shape, Values
from coordinator.adapters.imports.compact_cells import dated_events, gradings, last_checks
from coordinator.adapters.imports.parsers import (
    Doubted,
    Parser,
    codes,
    folded,
    invalid,
    name,
    number,
    one_line,
    texts,
)
from coordinator.adapters.imports.sources import Sources
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.registers import (
    RiskClass,
    check_object_id,
    object_id_doubts,
)

REQUIRED: Final = ("object_id|regno", "name", "kind", "region", "industry", "address", "status")
_REGNO_LENGTH: Final = 15
_DASHES: Final = re.compile(r"[\s-]+")


def object_shape(sources: Sources) -> Shape:
    """Give the columns of the directory of objects."""
    return Shape(
        columns=(*_identity(sources), *_described(sources), *_supervised(sources)),
        key=("object_id",),
        finish=_finish,
    )


def _identity(sources: Sources) -> tuple[Column, ...]:
    return (
        Column("object_id", object_id, blank=""),
        Column("regno", object_id, blank=""),
        Column("name", name, required=True),
        Column("place", object_id, blank=None),
        Column("owner", object_id, blank=None),
        Column("kind", sources.word("kind"), required=True, repeats=True),
        Column("region", _region(sources), required=True, repeats=True, expected="640221"),
        Column("area", one_line, blank=None, repeats=True),
        Column("industry", _industry(sources), required=True, repeats=True, expected="H6121"),
    )


def _described(sources: Sources) -> tuple[Column, ...]:
    return (
        Column("address", one_line, required=True),
        Column("scale", sources.word("scale"), repeats=True),
        Column("status", sources.word("object_status"), required=True, repeats=True),
        Column("tags", codes, blank=(), repeats=True),
        Column("risk_class", _risk_class, blank=None, repeats=True),
        Column("key_unit", sources.flag(), blank=False, repeats=True),
        Column("latitude", number(-90, 90), blank=None),
        Column("longitude", number(-180, 180), blank=None),
        Column("responsible_person", name),
        Column("phone", folded),
    )


def _supervised(sources: Sources) -> tuple[Column, ...]:
    return (
        Column("affiliation", one_line, repeats=True),
        Column("licences", texts, blank=()),
        Column("gradings", gradings, blank=(), repeats=True),
        Column("events", dated_events(sources), blank=(), repeats=True),
        Column("last_checks", last_checks(sources), blank=(), repeats=True),
        Column("abnormal_list", sources.flag(), blank=False, repeats=True),
        Column("serious_list", sources.flag(), blank=False, repeats=True),
        Column("supervision_list", sources.word("supervision_list"), blank=None, repeats=True),
    )


def object_id(written: str) -> str | Doubted:
    """Give a checked id; a bare code of 15 digits is read as `regno:`, another as `uscc:`."""
    text = folded(written)
    scheme, separator, value = text.partition(":")
    if separator:
        text = f"{scheme.lower()}:{value.upper() if scheme.lower() == 'uscc' else value}"
    else:
        bare = _DASHES.sub("", text).upper() if not text.isalnum() else text.upper()
        is_regno = len(bare) == _REGNO_LENGTH and bare.isdecimal()
        text = f"regno:{bare}" if is_regno else f"uscc:{bare}"
    doubts = object_id_doubts(check_object_id(text))
    return Doubted(text, doubts) if doubts else text


def _region(sources: Sources) -> Parser:
    def parse(text: str) -> str | Doubted:
        region = sources.regions.code_of(folded(text))
        doubt = sources.regions.doubt(region)
        return Doubted(region, (doubt,)) if doubt else region

    return parse


def _industry(sources: Sources) -> Parser:
    def parse(text: str) -> str | Doubted:
        industry = sources.industries.code_of(folded(text))
        doubt = sources.industries.doubt(industry)
        return Doubted(industry, (doubt,)) if doubt else industry

    return parse


def _risk_class(text: str) -> RiskClass:
    written = folded(text).upper().removesuffix("类").removesuffix("级")
    if written not in set(RiskClass):
        raise invalid(" | ".join(RiskClass), Rule.IMPORT_WORD_UNKNOWN)
    return RiskClass(written)


def _finish(values: Values, notes: list[Note]) -> None:
    """Take the registration number where the credit code is blank; place an object at itself."""
    regno = values.pop("regno")
    object_id = values["object_id"] = values["object_id"] or regno
    if not object_id:
        error = RuleBrokenError(Rule.IMPORT_CELL_MISSING, expected="uscc:… | regno:…")
        notes.append(Note("object_id", error, refuses=True))
    if values["place"] is None:
        values["place"] = object_id
    if values["kind"] == "premises" and values["owner"] is None:
        error = RuleBrokenError(Rule.IMPORT_CELL_MISSING, expected="uscc:… | regno:…")
        notes.append(Note("owner", error, refuses=True))
