"""Cells of a published list, read one by one: lists repeat rows, merge cells and split items."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import TypeVar

from coordinator.adapters.imports import parsers
from coordinator.adapters.imports.reading import NUL, CellProblem, printable
from coordinator.adapters.imports.tables import ImportTables
from coordinator.adapters.imports.tabular import Table
from coordinator.adapters.imports.workbooks import Row
from coordinator.domain.errors import Rule, RuleBrokenError

Value = TypeVar("Value")


class Cells:
    """Reads the fields of one row and gathers what is wrong with them."""

    def __init__(self, table: Table, row: Row, tables: ImportTables) -> None:
        self._table, self._row, self._tables = table, row, tables
        self.problems: list[CellProblem] = []
        self.warnings: list[CellProblem] = []

    def text(self, field: str) -> str:
        """Give the text of a cell that may be blank."""
        return self._table.cell(self._row, field)

    def required(self, field: str) -> str:
        """Give the text of a cell; a blank one is a problem."""
        text = self.text(field)
        if not text:
            self.refuse(field, Rule.IMPORT_CELL_MISSING, "…")
        return text

    def code(self, field: str) -> str:
        """Give a required code as frozen files allow it (3-draw.md 3.1)."""
        return self._parsed(field, self.required(field), parsers.code) or ""

    def codes(self, field: str) -> tuple[str, ...]:
        """Give the distinct codes of a cell that holds several, sorted."""
        return self._parsed(field, self.text(field), parsers.codes) or ()

    def word(self, field: str, table: str) -> str:
        """Give the value that the required word of a cell means in a word table."""
        writings = " | ".join(names[0] for names in self._tables.words[table].values())
        parse = parsers.word(self._tables.values_of(table), writings)
        return self._parsed(field, self.required(field), parse) or ""

    def flag(self, field: str) -> bool:
        """Give yes or no; blank means no."""
        return bool(self.text(field)) and self.word(field, "flag") == "yes"

    def day(self, field: str) -> date | None:
        """Give a date, None for a blank cell."""
        return self._parsed(field, self.text(field), parsers.day)

    def number(self, field: str, lowest: int, highest: int) -> int | None:
        """Give a whole number inside its bounds, None for a blank cell."""
        return self._parsed(field, self.text(field), parsers.whole_number(lowest, highest))

    def refuse_nul(self) -> None:
        """Refuse every cell with a NUL character, which no database keeps."""
        for field in self._table.columns:
            text = self.text(field)
            if NUL in text:
                self.refuse(field, Rule.IMPORT_NUL_CHARACTER, text.replace(NUL, ""))

    def refuse(self, field: str, rule: Rule, expected: str) -> None:
        """Record that a cell breaks a rule; the row then gives no value."""
        self.problems.append(self._problem(field, rule, expected))

    def doubt(self, field: str, rule: Rule, expected: str, value: str | None = None) -> None:
        """Record that a cell, or the named part of it, is kept although a rule doubts it."""
        problem = self._problem(field, rule, expected)
        self.warnings.append(problem if value is None else replace(problem, value=value))

    def _parsed(self, field: str, text: str, parse: Callable[[str], Value]) -> Value | None:
        if not text:
            return None
        try:
            return parse(text)
        except RuleBrokenError as error:
            self.refuse(field, error.rule, str(error.facts.get("expected", "")))
            return None

    def _problem(self, field: str, rule: Rule, expected: str) -> CellProblem:
        title = self._table.titles.get(field, field)
        value = printable(self.text(field))
        return CellProblem(self._row.number, title, value, rule, expected)
