"""What appraisal asks of the database: figures counted where the rows are, and those rows."""

from collections.abc import Mapping
from typing import Protocol

from coordinator.domain.appraisal import Fact, FactRow, Scope, Tallies
from coordinator.domain.registers.acts import RegisterKind
from coordinator.services.ports.collections import Page, Query


class Appraisals(Protocol):
    """Counts by organ of every fact that is stored, and the rows behind each count.

    A count and its rows come from one selection: what is counted is what is listed.
    """

    async def tallies(self, scope: Scope) -> Tallies:
        """Count every stored fact of a period."""
        ...

    async def rows(self, fact: Fact, scope: Scope, query: Query) -> Page[FactRow]:
        """Give a page of the rows behind a figure; `query` may narrow to `department`."""
        ...

    async def entries(self) -> Mapping[RegisterKind, int]:
        """Give how many entries each directory holds, which nobody counts for that."""
        ...

    async def count_again(self) -> int:
        """Count anew what is kept beside the rows; gives how many of these tallies were wrong."""
        ...
