"""Cells of one record turned into typed values; every refusal names row, column and expectation."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Final

from coordinator.adapters.imports.reading import CellProblem
from coordinator.adapters.imports.tables import ImportTables
from coordinator.adapters.imports.tabular import Row, Table
from coordinator.domain.errors import Rule, RuleBrokenError

_BETWEEN_CODES: Final = re.compile(r"[;；,，、\s]+")
_CODE: Final = re.compile(r"@?[A-Za-z0-9][A-Za-z0-9:_-]{0,62}")
_DATE: Final = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?")


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
            self.refuse(field, Rule.IMPORT_CELL_MISSING, "not blank")
        return text

    def code(self, field: str) -> str:
        """Give a code as frozen files allow it (3-draw.md 3.1)."""
        text = self.required(field)
        if text and not _CODE.fullmatch(text):
            self.refuse(field, Rule.IMPORT_CELL_INVALID, _CODE.pattern)
        return text

    def pattern(self, field: str, pattern: str) -> str:
        """Give a required text that a regular expression matches as a whole."""
        text = self.required(field)
        if text and not re.fullmatch(pattern, text):
            self.refuse(field, Rule.IMPORT_CELL_INVALID, pattern)
        return text

    def codes(self, field: str) -> tuple[str, ...]:
        """Give the distinct codes of a cell that holds several, sorted."""
        codes = sorted({code for code in _BETWEEN_CODES.split(self.text(field)) if code})
        for code in codes:
            if not _CODE.fullmatch(code):
                self.refuse(field, Rule.IMPORT_CELL_INVALID, _CODE.pattern)
        return tuple(codes)

    def word(self, field: str, table: str) -> str:
        """Give the value that the cell's word means in a word table."""
        written = self.required(field)
        value = self._tables.word_value(table, written) if written else None
        if written and value is None:
            words = [writings[0] for writings in self._tables.words[table].values()]
            self.refuse(field, Rule.IMPORT_WORD_UNKNOWN, " | ".join(words))
        return value or ""

    def flag(self, field: str) -> bool:
        """Give yes or no; blank means no."""
        return bool(self.text(field)) and self.word(field, "flag") == "yes"

    def day(self, field: str) -> date | None:
        """Give a date, None for a blank cell."""
        text = self.text(field)
        try:
            return parse_day(text) if text else None
        except ValueError:
            self.refuse(field, Rule.IMPORT_CELL_INVALID, "2026-11-21")
            return None

    def required_day(self, field: str) -> date:
        """Give a date; a blank cell is a problem."""
        if not self.required(field):
            return date.min
        return self.day(field) or date.min

    def number(
        self, field: str, kind: Callable[[str], float], lowest: float, highest: float
    ) -> float | None:
        """Give a number inside its bounds, None for a blank cell."""
        text = self.text(field)
        try:
            value = kind(text) if text else None
        except ValueError:
            value = float("nan")
        if value is not None and not lowest <= value <= highest:
            self.refuse(field, Rule.IMPORT_CELL_INVALID, f"{lowest} … {highest}")
            return None
        return value

    def refuse(self, field: str, rule: Rule, expected: str) -> None:
        """Record that a cell breaks a rule; the row then gives no value."""
        self.problems.append(self._problem(field, rule, expected))

    def doubt(self, field: str, rule: Rule, expected: str, value: str | None = None) -> None:
        """Record that a cell, or the named part of it, is kept although a rule doubts it."""
        problem = self._problem(field, rule, expected)
        self.warnings.append(problem if value is None else replace(problem, value=value))

    def checked(self, field: str, check: Callable[[str], str]) -> str:
        """Give a required cell that a domain rule accepts."""
        text = self.required(field)
        if not text:
            return ""
        try:
            return check(text)
        except RuleBrokenError as error:
            expected = str(error.facts.get("expected", error.facts.get("known", "")))
            problem = self._problem(field, error.rule, expected)
            self.problems.append(replace(problem, more=tuple(error.facts.items())))
            return ""

    def _problem(self, field: str, rule: Rule, expected: str) -> CellProblem:
        title = self._table.titles.get(field, field)
        return CellProblem(self._row.number, title, self.text(field), rule, expected)


def parse_day(text: str) -> date:
    """Read 2026-11-21, 2026/11/21, 2026.11.21 or 2026年11月21日; ValueError for anything else."""
    match = _DATE.fullmatch(text)
    if not match:
        raise ValueError(text)
    year, month, day = map(int, match.groups())
    return date(year, month, day)
