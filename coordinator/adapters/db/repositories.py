"""Collections of values over tables: one mapping by field name, Core statements, no ORM state."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Select, String, func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from coordinator.adapters.db.narrowing import narrowing
from coordinator.adapters.db.statements import Statements, shaped, statements_of
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.services.ports import Page, Query

V = TypeVar("V")


class StoredCollection(Generic[V]):
    """All values of one kind in one table; fields and columns have the same names."""

    def __init__(self, connection: AsyncConnection, row: type[Any], value: type[V]) -> None:
        self._connection = connection
        self._dialect = connection.dialect.name
        self._statements: Statements[V] = statements_of(row, value, self._dialect)
        self._table = self._statements.table
        self._kind = self._table.name

    async def get(self, key: object) -> V:
        """Give the value with this key; NOT_FOUND when there is none."""
        value = await self.find(key)
        if value is None:
            raise RuleBrokenError(Rule.NOT_FOUND, kind=self._kind, key=key)
        return value

    async def find(self, key: object) -> V | None:
        """Give the value with this key (a tuple for several columns), or None."""
        rows = await self._rows(self._statements.by_key, self._statements.key_of(key))
        return rows[0] if rows else None

    async def add(self, values: Iterable[V]) -> None:
        """Store new values; ALREADY_EXISTS when a key is taken."""
        rows = [self._statements.row(value) for value in values]
        if not rows:
            return
        try:
            await self._connection.execute(self._statements.insert, rows)
        except IntegrityError as error:
            raise RuleBrokenError(Rule.ALREADY_EXISTS, kind=self._kind) from error

    async def save(self, *values: V) -> None:
        """Store values whether or not their keys exist."""
        if values:
            rows = [self._statements.row(value) for value in values]
            await self._connection.execute(self._statements.upsert, rows)

    async def remove(self, key: object) -> None:
        """Forget the value with this key."""
        await self._connection.execute(self._statements.removal, self._statements.key_of(key))

    async def where(self, **equals: object) -> Sequence[V]:
        """Give all values whose fields equal these; a tuple, list or set means any of it."""
        shape, bound = shaped(equals, self._dialect)
        return await self._rows(self._statements.where(shape), bound)

    async def count(self, **equals: object) -> int:
        """Count the values whose fields equal these."""
        shape, bound = shaped(equals, self._dialect)
        found = await self._connection.execute(self._statements.count(shape), bound)
        return int(found.scalar_one())

    async def page(self, query: Query) -> Page[V]:
        """Give one page of the values that a query selects."""
        shape, bound = shaped(query.equals, self._dialect)
        conditions = [
            *self._statements.conditions(shape),
            *narrowing(self._connection, self._table, query),
            *self._text(query.text, query.within),
        ]
        total = await self._connection.execute(
            select(func.count()).select_from(self._table).where(*conditions), bound
        )
        statement = select(*self._statements.columns).where(*conditions)
        statement = statement.order_by(*self._order(query))
        values = await self._rows(statement.offset(query.offset).limit(query.limit), bound)
        return Page(tuple(values), int(total.scalar_one()))

    async def _rows(self, statement: Select[Any], bound: Mapping[str, object]) -> list[V]:
        found = await self._connection.execute(statement, bound)
        return self._statements.values(found.all())

    def _text(self, text: str, within: tuple[str, ...]) -> list[ColumnElement[bool]]:
        if not text:
            return []
        # SQLModel's text type only wraps String. JSON and blobs stay out: nobody looks there.
        texts = [
            c
            for c in self._statements.columns
            if isinstance(_unwrapped(c.type), String) and (not within or c.name in within)
        ]
        return [or_(*(c.icontains(text, autoescape=True) for c in texts))]

    def _order(self, query: Query) -> list[ColumnElement[Any]]:
        key = self._statements.key
        if not query.order:
            return [c.desc() for c in key] if query.descending else list(key)
        first = self._table.c[query.order]
        # SQLite and PostgreSQL place nulls at different ends unless they are told where.
        chosen = first.desc().nulls_last() if query.descending else first.asc().nulls_first()
        return [chosen, *key]


def _unwrapped(column_type: Any) -> Any:
    return getattr(column_type, "impl_instance", column_type)
