"""What readers give, gathered into the chunks that the stage takes in one transaction each."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from pydantic_core import to_jsonable_python

from coordinator.adapters.imports.reading import CellProblem, Reading, RowOutcome
from coordinator.domain.registers.acts import ImportProblem, RegisterAct, Severity
from coordinator.services.registers import Chunk

_ROWS = 5_000
_BLOCK = 1 << 20
CSV = frozenset({".csv", ".txt"})


class Gathering:
    """Gathers outcomes of one import; problems are numbered in the order of the file.

    `number_of_lines` is what the whole file has: how much of its bytes is read follows from the
    line that was reached. `are_records` says that values come as the database takes them.
    """

    def __init__(
        self, act: RegisterAct, number_of_lines: int = 1, *, are_records: bool = False
    ) -> None:
        self._import_id = act.import_id
        self._bytes_total = act.bytes_total
        self._lines = max(number_of_lines, 1)
        self._are_records = are_records
        self._problems = 0

    def chunks(self, outcomes: Iterable[RowOutcome[Any]]) -> Iterator[Chunk]:
        """Give the chunks of a file; the last one may be smaller."""
        part: list[RowOutcome[Any]] = []
        for outcome in outcomes:
            part.append(outcome)
            if len(part) == _ROWS:
                yield self._chunk(part)
                part = []
        if part:
            yield self._chunk(part)

    def whole(
        self, reading: Reading[Any], values: Sequence[Any], doubts: Sequence[CellProblem]
    ) -> Chunk:
        """Give a list that was read as a whole in one chunk; values count from 1."""
        refused = [self._problem(each, Severity.REFUSED) for each in reading.problems]
        doubted = [self._problem(each, Severity.DOUBTED) for each in doubts]
        return Chunk(
            rows=list(enumerate(values, 1)),
            problems=[*refused, *doubted],
            number_of_rows=reading.number_of_rows,
            number_refused=len(reading.rows_refused),
            number_passed_over=len(reading.rows_passed_over),
            number_doubted=len({each.row for each in doubts}),
            bytes_read=self._bytes_total,
        )

    def _chunk(self, outcomes: list[RowOutcome[Any]]) -> Chunk:
        reached = outcomes[-1].rows[-1]
        taken = [(each.rows[0], each.value) for each in outcomes if each.value is not None]
        return Chunk(
            rows=() if self._are_records else taken,
            records=[value for _, value in taken] if self._are_records else (),
            problems=[problem for each in outcomes for problem in self._found(each)],
            number_of_rows=sum(len(each.rows) for each in outcomes),
            number_refused=sum(len(each.rows) for each in outcomes if each.problems),
            number_passed_over=sum(
                len(each.rows) for each in outcomes if each.value is None and not each.problems
            ),
            number_doubted=sum(len(each.rows) for each in outcomes if each.warnings),
            bytes_read=min(self._bytes_total * reached // self._lines, self._bytes_total),
        )

    def _found(self, outcome: RowOutcome[Any]) -> Iterator[ImportProblem]:
        for problem in outcome.problems:
            yield self._problem(problem, Severity.REFUSED)
        for warning in outcome.warnings:
            yield self._problem(warning, Severity.DOUBTED)

    def _problem(self, found: CellProblem, severity: Severity) -> ImportProblem:
        self._problems += 1
        return ImportProblem(
            import_id=self._import_id,
            number=self._problems,
            row=found.row,
            column=found.column,
            value=found.value,
            rule=found.rule,
            expected=found.expected,
            severity=severity,
            facts=to_jsonable_python(found.facts()),
        )


def number_of_lines(path: Path) -> int:
    """Count the line ends of a text file; 1 for a spreadsheet, which is read as a whole."""
    if path.suffix.lower() not in CSV:
        return 1
    count = 0
    with path.open("rb") as data:
        while block := data.read(_BLOCK):
            count += block.count(b"\n")
    return count
