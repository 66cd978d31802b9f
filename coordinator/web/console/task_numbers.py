"""Task numbers beside whatever belongs to a visit, read with each page of a list."""

from typing import Generic, Protocol, TypeVar

from coordinator.services.ports import Page, Query, Work
from coordinator.web.lists import Paged


class OfVisit(Protocol):
    """Anything that names the visit it belongs to."""

    @property
    def visit_id(self) -> str:
        """The visit."""
        ...


V = TypeVar("V", bound=OfVisit)


class Numbered(Generic[V]):
    """Pages of values together with the task numbers of their visits."""

    def __init__(self, work: Work, collection: Paged[V]) -> None:
        self._work = work
        self._collection = collection
        self._numbers: dict[str, str] = {}

    async def page(self, query: Query) -> Page[V]:
        """Give a page and remember the numbers of its visits."""
        found = await self._collection.page(query)
        wanted = {each.visit_id for each in found.values} - self._numbers.keys()
        for visit in await self._work.visits.where(visit_id=tuple(sorted(wanted))):
            self._numbers[visit.visit_id] = visit.task_number or visit.visit_id
        return found

    def number_of(self, value: V) -> str:
        """Give the task number of a value on a page that was read, before it has one the id."""
        return self._numbers.get(value.visit_id, value.visit_id)
