"""Staging: rows of an act wait beside the register, are compared with it, and go in all at once."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from coordinator.domain.registers.acts import (
    Comparison,
    Difference,
    ImportProblem,
    RegisterAct,
    RegisterKind,
)
from coordinator.domain.registers.industries import Industry
from coordinator.domain.registers.organisation import Department, Region


@dataclass(frozen=True, kw_only=True)
class Chunk:
    """What was read since the chunk before.

    `rows` are values with their source rows, `records` the same already written for the database;
    the figures count source rows, `bytes_read` from the beginning of the file.
    """

    rows: Sequence[tuple[int, Any]] = ()
    records: Sequence[Any] = ()
    problems: Sequence[ImportProblem] = ()
    number_of_rows: int = 0
    number_refused: int = 0
    number_passed_over: int = 0
    number_doubted: int = 0
    bytes_read: int = 0


@dataclass(frozen=True, kw_only=True)
class CodeTables:
    """The office's own tables by which codes and names of rows are judged on a day."""

    regions: Sequence[Region]
    industries: Sequence[Industry]
    departments: Sequence[Department]
    day: date


class RowChecks(Protocol):
    """The checks that rows of files go through, for rows that came otherwise."""

    def check(
        self, act: RegisterAct, rows: Iterable[Mapping[str, Any]], tables: CodeTables
    ) -> Iterator[Chunk]:
        """Give what rows (their fields and `row`, as JSON) became, problems numbered from 1."""
        ...


class Stage(Protocol):
    """Where the rows of acts wait; every act has its own place, which `drop` takes away."""

    async def put(self, act: RegisterAct, rows: Sequence[tuple[int, Any]]) -> None:
        """Add values with their source rows; the first rows of an act make its place."""
        ...

    async def put_records(self, act: RegisterAct, records: Sequence[Any]) -> None:
        """Add rows that are already written as the database takes them (large files)."""
        ...

    async def note(self, problems: Sequence[ImportProblem]) -> None:
        """Keep problems of an act; many thousands at a time."""
        ...

    async def compare(self, act: RegisterAct) -> Comparison:
        """Count what the act would add, change and leave as it is, now."""
        ...

    async def sample(self, act: RegisterAct, limit: int) -> Sequence[Difference]:
        """Give the first differences in the order of the source."""
        ...

    async def apply(self, act: RegisterAct) -> Comparison:
        """Bring a directory to what is staged, keeping former versions; drops the place."""
        ...

    async def values(self, act: RegisterAct) -> Sequence[Mapping[str, Any]]:
        """Give the staged values of a list that is no directory, in the order of the source."""
        ...

    async def drop(self, import_id: str) -> None:
        """Forget the staged rows of an act, if there are any."""
        ...

    async def forget(self, import_id: str) -> None:
        """Forget the staged rows of an act and its problems."""
        ...

    async def left_over(self) -> Sequence[str]:
        """Give the ids of all acts that have staged rows."""
        ...

    async def remove(self, act: RegisterAct, key: object) -> None:
        """Take an entry out of a directory; its last version stays in the history."""
        ...

    async def present_act(self, kind: RegisterKind, key: object) -> str | None:
        """Give the id of the act that wrote the present version of an entry."""
        ...

    async def touched_since(self, kind: RegisterKind, since: datetime, field: str) -> set[str]:
        """Give the values of a field in the entries that changed, came or went after that moment;
        of an entry that was changed those before and after.
        """
        ...

    async def number_older(self, kind: RegisterKind, since: datetime) -> int:
        """Count the entries of a directory that no act after that moment has written."""
        ...

    async def number_blank(self, kind: RegisterKind) -> Mapping[str, int]:
        """Count, for every field, the entries of a directory in which it is blank."""
        ...
