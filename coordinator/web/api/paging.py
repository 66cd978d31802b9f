"""One page of a list as JSON, with the same parts as the console's lists."""

from typing import Annotated, Any, Generic, TypeVar

from fastapi import Query as Parameter
from pydantic import BaseModel, ConfigDict, Field

from coordinator.services.ports import Collection, Query

V = TypeVar("V")
PAGE_SIZE = 50
MOST_PAGES = 1_000_000  # beyond that databases can't count


class Asked(BaseModel):
    """What every list is asked for; lists add their filters as further fields."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    q: str = Field(default="", max_length=200, description="在文字字段中查找")
    page: int = Field(default=1, ge=1, le=MOST_PAGES, description="页码，每页 50 条")

    def conditions(self) -> dict[str, Any]:
        """Give the filters that were set."""
        return self.model_dump(exclude={"q", "page"}, exclude_none=True)


A = TypeVar("A", bound=Asked)
FromUrl = Annotated[A, Parameter()]


class PageOf(BaseModel, Generic[V]):
    """Some values of a list; `total` counts all that the filters select."""

    values: tuple[V, ...]
    total: int
    page: int


async def one_page(
    collection: Collection[V], asked: Asked, *, within: tuple[str, ...] = (), **reach: Any
) -> PageOf[V]:
    """Give a page; `reach` are conditions that the filters can't widen, `within` as in Query."""
    query = Query(
        equals={**asked.conditions(), **reach},
        text=asked.q,
        within=within,
        offset=(asked.page - 1) * PAGE_SIZE,
        limit=PAGE_SIZE,
    )
    found = await collection.page(query)
    return PageOf(values=found.values, total=found.total, page=asked.page)
