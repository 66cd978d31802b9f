"""What appraisal asks of the database: figures counted where the rows are, and those rows."""

from typing import Protocol

from coordinator.domain.appraisal import Fact, FactRow, Scope, Tallies
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
