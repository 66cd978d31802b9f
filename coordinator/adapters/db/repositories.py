"""Collections of values over tables: one mapping by field name, Core statements, no ORM state."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Generic, TypeVar, cast

from pydantic import TypeAdapter
from pydantic_core import to_jsonable_python
from sqlalchemy import JSON, ColumnElement, Select, String, Table, func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import SQLModel

from coordinator.adapters.db.many_values import any_of
from coordinator.adapters.db.narrowing import narrowing
from coordinator.adapters.db.upserts import insert_into
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.services.ports import Page, Query

V = TypeVar("V")


class StoredCollection(Generic[V]):
    """All values of one kind in one table; fields and columns have the same names."""

    def __init__(self, connection: AsyncConnection, row: type[SQLModel], value: type[V]) -> None:
        self._connection = connection
        self._table: Table = row.__table__  # type: ignore[attr-defined] # SQLModel hides it
        self._adapter: TypeAdapter[V] = _adapter(value)
        self._kind = self._table.name
        self._columns = [c for c in self._table.columns if c.name in _fields(value)]
        self._key = list(self._table.primary_key.columns)

    async def get(self, key: object) -> V:
        """Give the value with this key; NOT_FOUND when there is none."""
        value = await self.find(key)
        if value is None:
            raise RuleBrokenError(Rule.NOT_FOUND, kind=self._kind, key=key)
        return value

    async def find(self, key: object) -> V | None:
        """Give the value with this key (a tuple for several columns), or None."""
        parts = key if isinstance(key, tuple) else (key,)
        conditions = [c == part for c, part in zip(self._key, parts, strict=True)]
        rows = await self._rows(self._select().where(*conditions))
        return rows[0] if rows else None

    async def add(self, values: Iterable[V]) -> None:
        """Store new values; ALREADY_EXISTS when a key is taken."""
        rows = [self._row(value) for value in values]
        if not rows:
            return
        try:
            await self._connection.execute(self._table.insert(), rows)
        except IntegrityError as error:
            raise RuleBrokenError(Rule.ALREADY_EXISTS, kind=self._kind) from error

    async def save(self, *values: V) -> None:
        """Store values whether or not their keys exist."""
        if not values:
            return
        insert = insert_into(self._connection, self._table)
        others = {c.name: insert.excluded[c.name] for c in self._columns if not c.primary_key}
        upsert = (
            insert.on_conflict_do_update(index_elements=self._key, set_=others)
            if others
            else insert.on_conflict_do_nothing(index_elements=self._key)
        )
        await self._connection.execute(upsert, [self._row(value) for value in values])

    async def remove(self, key: object) -> None:
        """Forget the value with this key."""
        parts = key if isinstance(key, tuple) else (key,)
        conditions = [c == part for c, part in zip(self._key, parts, strict=True)]
        await self._connection.execute(self._table.delete().where(*conditions))

    async def where(self, **equals: object) -> Sequence[V]:
        """Give all values whose fields equal these; a tuple, list or set means any of it."""
        return await self._rows(
            self._select().where(*self._conditions(equals)).order_by(*self._key)
        )

    async def count(self, **equals: object) -> int:
        """Count the values whose fields equal these."""
        statement = select(func.count()).select_from(self._table)
        found = await self._connection.execute(statement.where(*self._conditions(equals)))
        return int(found.scalar_one())

    async def page(self, query: Query) -> Page[V]:
        """Give one page of the values that a query selects."""
        conditions = [
            *self._conditions(query.equals),
            *narrowing(self._connection, self._table, query),
            *self._text(query.text, query.within),
        ]
        total = await self._connection.execute(
            select(func.count()).select_from(self._table).where(*conditions)
        )
        statement = self._select().where(*conditions).order_by(*self._order(query))
        values = await self._rows(statement.offset(query.offset).limit(query.limit))
        return Page(tuple(values), int(total.scalar_one()))

    def _select(self) -> Select[Any]:
        return select(*self._columns)

    async def _rows(self, statement: Select[Any]) -> list[V]:
        found = await self._connection.execute(statement)
        return [self._adapter.validate_python(dict(row)) for row in found.mappings()]

    def _conditions(self, equals: Mapping[str, object]) -> list[ColumnElement[bool]]:
        return [self._condition(self._table.c[name], wanted) for name, wanted in equals.items()]

    def _condition(self, column: Any, wanted: object) -> ColumnElement[bool]:
        if isinstance(wanted, tuple | list | set | frozenset):
            return any_of(self._connection, column, list(wanted))
        return cast("ColumnElement[bool]", column.is_(None) if wanted is None else column == wanted)

    def _text(self, text: str, within: tuple[str, ...]) -> list[ColumnElement[bool]]:
        if not text:
            return []
        # SQLModel's text type only wraps String. JSON and blobs stay out: nobody looks there.
        texts = [
            c
            for c in self._columns
            if isinstance(_unwrapped(c.type), String) and (not within or c.name in within)
        ]
        return [or_(*(c.icontains(text, autoescape=True) for c in texts))]

    def _order(self, query: Query) -> list[ColumnElement[Any]]:
        if not query.order:
            return [c.desc() for c in self._key] if query.descending else list(self._key)
        first = self._table.c[query.order]
        # SQLite and PostgreSQL place nulls at different ends unless they are told where.
        chosen = first.desc().nulls_last() if query.descending else first.asc().nulls_first()
        return [chosen, *self._key]

    def _row(self, value: V) -> dict[str, Any]:
        return {c.name: _stored(getattr(value, c.name), c.type) for c in self._columns}


def _stored(value: Any, column_type: Any) -> Any:
    return to_jsonable_python(value) if isinstance(column_type, JSON) else value


def _unwrapped(column_type: Any) -> Any:
    return getattr(column_type, "impl_instance", column_type)


def _fields(value: type[Any]) -> set[str]:
    fields = getattr(value, "model_fields", None) or value.__dataclass_fields__
    return set(fields)


_ADAPTERS: dict[type[Any], TypeAdapter[Any]] = {}


def _adapter(value: type[V]) -> TypeAdapter[V]:
    """Build each adapter once: building is far slower than using."""
    if value not in _ADAPTERS:
        _ADAPTERS[value] = TypeAdapter(value)
    return _ADAPTERS[value]
