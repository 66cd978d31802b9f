"""Item lists 抽查事项清单 as published: merged cells, continuation rows, several bases."""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import chain
from pathlib import Path
from typing import Any, Final

from contracts.vocabulary import CheckpointKind
from coordinator.adapters.imports.cells import Cells
from coordinator.adapters.imports.finding import open_list
from coordinator.adapters.imports.legal_bases import split_legal_bases
from coordinator.adapters.imports.reading import (
    CellProblem,
    Reading,
    RowOutcome,
    collect,
    refuse_repeats,
)
from coordinator.adapters.imports.tables import AliasTable, ImportTables
from coordinator.adapters.imports.tabular import Table, repeat_from_above
from coordinator.adapters.imports.workbooks import Row
from coordinator.domain.errors import Rule
from coordinator.domain.registers import CheckItem, Checkpoint, ItemClass
from coordinator.domain.registers.departments import plain_text
from coordinator.domain.registers.mappings import ColumnMapping
from coordinator.domain.registers.organisation import Level

_REQUIRED: Final = (
    "department",
    "category",
    "name",
    "object_type",
    "item_class",
    "methods",
    "legal_bases",
)
_REPEATED: Final = ("serial", *_REQUIRED, "subject_organs")
_WORDINGS: Final = ("wording_yes", "wording_no", "law_article", "law_text", "guidance")
_BETWEEN_METHODS: Final = re.compile(r"[、,，;；\n]+")
_BETWEEN_ORGANS: Final = re.compile(r"[、;；\n]+|\s{2,}")


@dataclass(frozen=True)
class ItemListContext:
    """What an item list needs beside the file: tables, and the day its version comes into force."""

    tables: ImportTables
    aliases: AliasTable
    methods: Mapping[str, str]
    valid_from: date


def read_item_list(
    path: Path, context: ItemListContext, mapping: ColumnMapping | None = None
) -> Reading[CheckItem]:
    """Read an item list; every source row ends in an item or among the refused rows.

    An item begins where a new item name or a new object type is written; the rows below that only
    add legal bases, organs or checkpoints belong to it. Raises RuleBrokenError for a file that
    cannot be read as a table.
    """
    headers = context.tables.headers["item_list"]
    table = open_list(path, headers, _REQUIRED, context.tables.limits, mapping)
    groups = _item_groups(table, repeat_from_above(table, _REPEATED))
    outcomes = (_ItemReader(table, rows, path.name, context).outcome() for rows in groups)
    title = table.titles.get("code", table.titles["name"])
    return collect(refuse_repeats(outcomes, title, lambda item: item.code))


def item_code(department: str, category: str, name: str, object_type: str) -> str:
    """Make the code of an item whose list gives none: equal content, equal code in all versions."""
    content = "\n".join(plain_text(part) for part in (category, name, object_type))
    return f"{department}-{hashlib.sha256(content.encode()).hexdigest()[:10]}"


def _item_groups(table: Table, rows: Iterable[Row]) -> Iterator[list[Row]]:
    group: list[Row] = []
    for row in rows:
        begins = any(table.origin(row, field) == row.number for field in ("name", "object_type"))
        if begins and group:
            yield group
            group = []
        group.append(row)
    if group:
        yield group


class _ItemReader:
    """Builds one item from its rows."""

    def __init__(
        self, table: Table, rows: list[Row], file_name: str, context: ItemListContext
    ) -> None:
        self._table, self._rows, self._context = table, rows, context
        self._source = f"{file_name}#{table.sheet}:{rows[0].number}"
        self._cells = Cells(table, rows[0], context.tables)

    def outcome(self) -> RowOutcome[CheckItem]:
        numbers = tuple(row.number for row in self._rows)
        cells = self._cells
        if unstorable := self._unstorable():
            return RowOutcome(numbers, None, tuple(unstorable))
        if self._is_note():
            wanted = " | ".join(self._table.titles[field] for field in _REQUIRED)
            cells.refuse("name", Rule.IMPORT_ROW_NOT_UNDERSTOOD, wanted)
            return RowOutcome(numbers, None, tuple(cells.problems))
        item = self._item()
        problems, warnings = tuple(cells.problems), tuple(cells.warnings)
        return RowOutcome(numbers, item, problems, warnings)

    def _unstorable(self) -> list[CellProblem]:
        found = []
        for row in self._rows:
            cells = Cells(self._table, row, self._context.tables)
            cells.refuse_nul()
            found += cells.problems
        return found

    def _is_note(self) -> bool:
        """Tell a note written across the whole width from an item."""
        return len({self._cells.text(field) for field in _REQUIRED}) == 1

    def _item(self) -> CheckItem | None:
        cells = self._cells
        department = self._department()
        name, category, object_type = (
            _one_line(cells.required(field)) for field in ("name", "category", "object_type")
        )
        code = cells.code("code") if "code" in self._table.columns else ""
        item_class = cells.word("item_class", "item_class")
        bases, checkpoints = self._legal_bases(), self._checkpoints()
        valid_from, valid_to = cells.day("valid_from"), cells.day("valid_to")
        minutes = cells.number("estimated_minutes", 1, 24 * 60)
        methods = self._methods()
        organs = self._subject_organs()
        subject = {**self._subject(organs), "subject_organs": organs}
        if cells.problems:
            return None
        return CheckItem(
            code=code or item_code(department, category, name, object_type),
            department=department,
            category=category,
            name=name,
            object_type=object_type,
            item_class=ItemClass(item_class),
            methods=methods,
            **subject,
            legal_bases=bases,
            checkpoints=checkpoints,
            competences=cells.codes("competences"),
            expert_field=cells.text("expert_field") or None,
            estimated_minutes=int(minutes or self._context.tables.item_list.estimated_minutes),
            valid_from=valid_from or self._context.valid_from,
            valid_to=valid_to,
            source=self._source,
            section=cells.text("section"),
            risk_grades=_pieces(cells.text("risk_grades")),
            power_list_entry=_one_line(cells.text("power_list_entry")),
            responsibility_list_entry=_one_line(cells.text("responsibility_list_entry")),
            documents=_pieces(cells.text("documents")),
        )

    def _department(self) -> str:
        written = self._cells.required("department")
        table = self._context.aliases.departments
        code = table.code_of(written) if written else None
        if written and code is None:
            self._cells.refuse("department", Rule.DEPARTMENT_UNKNOWN, table.known())
        return code or ""

    def _legal_bases(self) -> tuple[str, ...]:
        written = dict.fromkeys(self._table.cell(row, "legal_bases") for row in self._rows)
        bases = tuple(dict.fromkeys(chain.from_iterable(map(split_legal_bases, written))))
        if not bases:
            self._cells.refuse("legal_bases", Rule.LEGAL_BASIS_MISSING, "≥ 1")
        return bases

    def _subject_organs(self) -> tuple[str, ...]:
        written = (self._table.cell(row, "subject_organs") for row in self._rows)
        pieces = chain.from_iterable(map(_BETWEEN_ORGANS.split, written))
        return tuple(dict.fromkeys(_one_line(piece) for piece in pieces if piece.strip()))

    def _subject(self, organs: tuple[str, ...]) -> dict[str, Any]:
        """Give levels, named organs and delegation: by their columns, else from the organs' words.

        An organ whose wording tells no level is one by name.
        """
        cells, words = self._cells, self._context.tables.words
        told = [levels_told(organ, words["organ_level"]) for organ in organs]
        written = _pieces(cells.text("levels"))
        levels = {self._context.tables.word_value("level", each) for each in written}
        if None in levels:
            cells.refuse("levels", Rule.IMPORT_WORD_UNKNOWN, "province | city | county")
        known = levels - {None} or {level for each in told for level in each}
        named = _pieces(cells.text("named_organs"))
        return {
            "levels": tuple(level for level in Level if level in known),
            "named_organs": named
            or tuple(o for o, each in zip(organs, told, strict=True) if not each),
            "delegated": cells.flag("delegated")
            or levels_told("".join(organs), words["organ_delegated"]) != (),
        }

    def _methods(self) -> tuple[str, ...]:
        """Give the methods by name; a wording the table lacks is kept as written and reported."""
        written = _BETWEEN_METHODS.split(self._cells.required("methods"))
        methods = []
        for wording in (piece.strip().removesuffix("等") for piece in written):
            known = self._context.methods.get(plain_text(wording))
            if wording and known is None:
                every = " | ".join(dict.fromkeys(self._context.methods.values()))
                self._cells.doubt("methods", Rule.METHOD_UNKNOWN, every, wording)
            methods.append(known or wording)
        return tuple(dict.fromkeys(method for method in methods if method))

    def _checkpoints(self) -> tuple[Checkpoint, ...]:
        found = []
        for row in self._rows:
            cells = Cells(self._table, row, self._context.tables)
            if cells.text("checkpoint_code") or cells.text("checkpoint_text"):
                found.append(_checkpoint(cells))
            self._cells.problems.extend(cells.problems)
        return tuple(checkpoint for checkpoint in found if checkpoint)


def _checkpoint(cells: Cells) -> Checkpoint | None:
    kind = cells.word("checkpoint_kind", "checkpoint_kind")
    code, text = cells.code("checkpoint_code"), cells.required("checkpoint_text")
    choices = tuple(c.strip() for c in re.split(r"[/|]", cells.text("checkpoint_choices")) if c)
    if kind == CheckpointKind.CHOICE and not choices:
        cells.refuse("checkpoint_choices", Rule.IMPORT_CELL_MISSING, "a/b/c")
    dated = cells.day("checkpoint_law_text_date")
    if cells.problems:
        return None
    return Checkpoint(
        code=code,
        text=_one_line(text),
        kind=CheckpointKind(kind),
        shared_code=cells.text("checkpoint_shared_code") or None,
        choices=choices,
        law_text_date=dated,
        **{name: cells.text(f"checkpoint_{name}").strip() for name in _WORDINGS},
    )


def levels_told(wording: str, writings: Mapping[str, Iterable[str]]) -> tuple[str, ...]:
    """Give what the longest writings in an organ's wording stand for; none: it tells nothing."""
    plain, told = plain_text(wording), []
    by_length = [(plain_text(w), value) for value, some in writings.items() for w in some]
    for writing, value in sorted(by_length, key=lambda pair: -len(pair[0])):
        if writing in plain:
            plain = plain.replace(writing, " ")
            told += value.split("-")
    return tuple(dict.fromkeys(told))


def _pieces(text: str) -> tuple[str, ...]:
    return tuple(
        dict.fromkeys(each.strip() for each in _BETWEEN_METHODS.split(text) if each.strip())
    )


def _one_line(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()
