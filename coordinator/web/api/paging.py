"""One page of a list as JSON, with the same parts as the console's lists."""

from collections.abc import Mapping
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Query as Parameter
from pydantic import BaseModel

from coordinator.services.ports import Collection, Query

V = TypeVar("V")
PAGE_SIZE = 50

PageNumber = Annotated[int, Parameter(ge=1, description="页码，每页 50 条")]
Text = Annotated[str, Parameter(max_length=200, description="在文字字段中查找")]


class PageOf(BaseModel, Generic[V]):
    """Some values of a list; `total` counts all that the filters select."""

    values: tuple[V, ...]
    total: int
    page: int


async def one_page(
    collection: Collection[V],
    page: int,
    text: str = "",
    order: str = "",
    **conditions: Any,
) -> PageOf[V]:
    """Give a page; conditions that are None or empty do not count."""
    query = Query(equals=chosen(conditions), text=text, order=order, offset=(page - 1) * PAGE_SIZE)
    found = await collection.page(query)
    return PageOf(values=found.values, total=found.total, page=page)


def chosen(conditions: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out filters that were not set."""
    return {name: value for name, value in conditions.items() if value is not None}
