"""What reading a file gives: accepted values, and every refused or doubtful cell with its row."""

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field, replace
from typing import Generic, TypeVar

from coordinator.domain.errors import Rule

Value = TypeVar("Value")


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


@dataclass(frozen=True)
class RowOutcome(Generic[Value]):
    """What one record of a file became: a value, or problems; `rows` are its source rows."""

    rows: tuple[int, ...]
    value: Value | None
    problems: tuple[CellProblem, ...] = ()
    warnings: tuple[CellProblem, ...] = ()


@dataclass(frozen=True)
class Reading(Generic[Value]):
    """A whole file read: accepted + refused source rows = `number_of_rows`, nothing is dropped."""

    values: tuple[Value, ...]
    problems: tuple[CellProblem, ...]
    warnings: tuple[CellProblem, ...]
    rows_accepted: tuple[int, ...] = field(repr=False)
    rows_refused: tuple[int, ...] = field(repr=False)

    @property
    def number_of_rows(self) -> int:
        """Count the source rows below the header that are not blank."""
        return len(self.rows_accepted) + len(self.rows_refused)


def collect(outcomes: Iterable[RowOutcome[Value]]) -> Reading[Value]:
    """Gather the outcomes of a file that fits into memory."""
    values: list[Value] = []
    problems: list[CellProblem] = []
    warnings: list[CellProblem] = []
    accepted: list[int] = []
    refused: list[int] = []
    for outcome in outcomes:
        problems.extend(outcome.problems)
        warnings.extend(outcome.warnings)
        if outcome.value is None:
            refused.extend(outcome.rows)
        else:
            values.append(outcome.value)
            accepted.extend(outcome.rows)
    return Reading(tuple(values), tuple(problems), tuple(warnings), tuple(accepted), tuple(refused))


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
    problem = CellProblem(
        outcome.rows[0], column, str(key), Rule.IMPORT_DUPLICATE, f"first in row {earlier}"
    )
    return replace(outcome, value=None, problems=(*outcome.problems, problem))
