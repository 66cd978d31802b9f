"""What reading a file gives: accepted values, and every refused or doubtful cell with its row."""

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field
from typing import Final, Generic, NamedTuple, TypeVar

from coordinator.domain.errors import Rule

Value = TypeVar("Value")

NUL: Final = "\0"
"""The one character that databases can't keep."""


def printable(text: str) -> str:
    """Give a text with a visible sign in place of each NUL, as problems and messages show it."""
    return text.replace(NUL, "␀")


@dataclass(frozen=True)
class CellProblem:
    """A cell that a rule refuses or doubts; rows count from 1 as a spreadsheet shows them.

    `column` is the header as the file writes it, `expected` what would have been accepted; the
    sentence for a person is worded from `rule` where messages are worded.
    """

    row: int
    column: str
    value: str
    rule: Rule
    expected: str
    more: tuple[tuple[str, object], ...] = ()

    def facts(self) -> dict[str, object]:
        """Give the facts that the rule's sentence is worded from; those of the rule itself win."""
        known = {"row": self.row, "column": self.column, "value": self.value}
        return known | {"expected": self.expected} | dict(self.more)


class RowOutcome(NamedTuple, Generic[Value]):
    """What one record of a file became: a value, or problems; `rows` are its source rows.

    One with neither was passed over: its warnings say why.
    """

    rows: tuple[int, ...]
    value: Value | None
    problems: tuple[CellProblem, ...] = ()
    warnings: tuple[CellProblem, ...] = ()


@dataclass(frozen=True)
class Reading(Generic[Value]):
    """A whole file read: accepted + refused + passed-over source rows = `number_of_rows`."""

    values: tuple[Value, ...]
    problems: tuple[CellProblem, ...]
    warnings: tuple[CellProblem, ...]
    rows_accepted: tuple[int, ...] = field(repr=False)
    rows_refused: tuple[int, ...] = field(repr=False)
    rows_passed_over: tuple[int, ...] = field(default=(), repr=False)

    @property
    def number_of_rows(self) -> int:
        """Count the source rows below the header that are not blank."""
        return len(self.rows_accepted) + len(self.rows_refused) + len(self.rows_passed_over)


def collect(outcomes: Iterable[RowOutcome[Value]]) -> Reading[Value]:
    """Gather the outcomes of a file that fits into memory."""
    values: list[Value] = []
    problems: list[CellProblem] = []
    warnings: list[CellProblem] = []
    accepted: list[int] = []
    refused: list[int] = []
    passed_over: list[int] = []
    for outcome in outcomes:
        problems.extend(outcome.problems)
        warnings.extend(outcome.warnings)
        if outcome.value is not None:
            values.append(outcome.value)
            accepted.extend(outcome.rows)
        else:
            (refused if outcome.problems else passed_over).extend(outcome.rows)
    return Reading(
        values=tuple(values),
        problems=tuple(problems),
        warnings=tuple(warnings),
        rows_accepted=tuple(accepted),
        rows_refused=tuple(refused),
        rows_passed_over=tuple(passed_over),
    )


def refuse_repeats(
    outcomes: Iterable[RowOutcome[Value]], column: str, key: Callable[[Value], Hashable]
) -> Iterable[RowOutcome[Value]]:
    """Pass outcomes on, but refuse a value whose key an earlier row has already used."""
    first_row: dict[Hashable, int] = {}
    for outcome in outcomes:
        if outcome.value is None:
            yield outcome
            continue
        wanted = key(outcome.value)
        earlier = first_row.setdefault(wanted, outcome.rows[0])
        yield outcome if earlier == outcome.rows[0] else _repeated(outcome, column, wanted, earlier)


def _repeated(
    outcome: RowOutcome[Value], column: str, key: Hashable, earlier: int
) -> RowOutcome[Value]:
    problem = CellProblem(outcome.rows[0], column, str(key), Rule.IMPORT_DUPLICATE, str(earlier))
    return outcome._replace(value=None, problems=(*outcome.problems, problem))
