"""What any process needs to read rows of one file."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from coordinator.adapters.imports.columns import RowReader, Values
from coordinator.adapters.imports.directories import directory_of
from coordinator.adapters.imports.sources import Sources

Write = Callable[[int, Any], Any]
"""Turns the source row and its value into what a database takes."""


@dataclass(frozen=True)
class Task:
    """Kind, tables and columns of a file; `writer` makes the function that writes the values.

    A task travels to other processes, and so must its writer: a function of a module, or a
    `functools.partial` of one.
    """

    kind: str
    sources: Sources
    positions: Mapping[str, int]
    titles: Mapping[str, str]
    writer: Callable[[], Write] | None = None

    def reader(self) -> RowReader:
        """Compile the columns; every process does it once per file."""
        directory = directory_of(self.kind)
        build = directory.build
        write = self.writer() if self.writer else None

        def make(number: int, values: Values) -> Any:
            value = build(values)
            return write(number, value) if write else value

        return RowReader(
            directory.shape(self.sources),
            self.positions,
            self.titles,
            make,
            self.sources.tables.blanks,
        )
