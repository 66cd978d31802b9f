"""Lists of values that are already there."""

from collections.abc import Sequence
from typing import Generic, TypeVar

from coordinator.services.ports import Page, Query

V = TypeVar("V")


class Given(Generic[V]):
    """Pages of values that are already there."""

    def __init__(self, values: Sequence[V]) -> None:
        self._values = values

    async def page(self, query: Query) -> Page[V]:
        """Give one page, in the order given."""
        window = self._values[query.offset : query.offset + query.limit]
        return Page(tuple(window), len(self._values))
