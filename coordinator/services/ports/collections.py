"""Stored values: queries, pages and collections of one kind."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Generic, Protocol, TypeVar

V = TypeVar("V")


@dataclass(frozen=True, kw_only=True)
class Query:
    """A page of a list: exact filters, a text to look for, order and window.

    `within`: the text fields to look in, all of them where none is named; `contains`: list fields
    that hold a value; `blank`: fields with nothing in them, `filled` with something; `until`: date
    fields with the latest day that still counts.
    """

    equals: Mapping[str, Any] = field(default_factory=dict)
    contains: Mapping[str, str] = field(default_factory=dict)
    blank: tuple[str, ...] = ()
    filled: tuple[str, ...] = ()
    until: Mapping[str, date] = field(default_factory=dict)
    text: str = ""
    within: tuple[str, ...] = ()
    order: str = ""
    descending: bool = False
    offset: int = 0
    limit: int = 50


@dataclass(frozen=True)
class Page(Generic[V]):
    """Some values of a list and how many there are in all."""

    values: tuple[V, ...]
    total: int


class Collection(Protocol[V]):
    """All stored values of one kind; every order is by key unless a query says otherwise."""

    async def get(self, key: object) -> V:
        """Give the value with this key; NOT_FOUND when there is none."""
        ...

    async def find(self, key: object) -> V | None:
        """Give the value with this key, or None."""
        ...

    async def add(self, values: Iterable[V]) -> None:
        """Store new values; ALREADY_EXISTS when a key is taken."""
        ...

    async def save(self, *values: V) -> None:
        """Store values whether or not their keys exist."""
        ...

    async def remove(self, key: object) -> None:
        """Forget the value with this key."""
        ...

    async def where(self, **equals: object) -> Sequence[V]:
        """Give all values whose fields equal these; a tuple, list or set means any of it."""
        ...

    async def count(self, **equals: object) -> int:
        """Count the values whose fields equal these."""
        ...

    async def page(self, query: Query) -> Page[V]:
        """Give one page of the values that a query selects."""
        ...
