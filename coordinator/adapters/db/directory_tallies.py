"""How many entries a directory holds and how many are complete, kept with every change of it."""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from types import MappingProxyType
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Table, and_, func, select, true
from sqlalchemy.ext.asyncio import AsyncConnection
from typing_extensions import override

from coordinator.adapters.db.many_values import any_of
from coordinator.adapters.db.narrowing import is_blank
from coordinator.adapters.db.repositories import StoredCollection
from coordinator.adapters.db.staged_tables import directory_table
from coordinator.adapters.db.tables_appraisal import DirectoryTallyRow
from coordinator.adapters.db.upserts import insert_into
from coordinator.domain.registers.acts import DIRECTORIES, RegisterKind
from coordinator.domain.registers.completeness import MANDATORY

V = TypeVar("V")
Number = tuple[int, int]
"""How many entries there are, and how many of them are complete."""

TALLY: Table = DirectoryTallyRow.__table__  # type: ignore[attr-defined] # SQLModel hides it
_KINDS: Mapping[str, RegisterKind] = MappingProxyType(
    {directory_table(kind).name: kind for kind in DIRECTORIES}
)


class TalliedDirectory(StoredCollection[V]):
    """The entries of a directory, whose tally changes with them."""

    @override
    async def add(self, values: Iterable[V]) -> None:
        given = list(values)
        async with self._counting([self._key(value) for value in given]):
            await super().add(given)

    @override
    async def save(self, *values: V) -> None:
        async with self._counting([self._key(value) for value in values]):
            await super().save(*values)

    @override
    async def remove(self, key: object) -> None:
        async with self._counting([key[0] if isinstance(key, tuple) else key]):
            await super().remove(key)

    def _key(self, value: V) -> object:
        return getattr(value, self._statements.key[0].name)

    @asynccontextmanager
    async def _counting(self, keys: Sequence[object]) -> AsyncIterator[None]:
        """Count entries by the first part of their keys: others beside them change nothing."""
        if not keys:
            yield
            return
        which = any_of(self._connection, self._statements.key[0], keys)
        async with counting(self._connection, _KINDS[self._table.name], which):
            yield


def is_complete(kind: RegisterKind, columns: Any) -> ColumnElement[bool]:
    """Say that every field is filled that an entry must have; true where none is asked for.

    `columns` are a table's, or some of one and some of another, by name.
    """
    return and_(true(), *(~is_blank(columns[name]) for name in MANDATORY[kind]))


@asynccontextmanager
async def counting(
    connection: AsyncConnection, kind: RegisterKind, which: ColumnElement[bool]
) -> AsyncIterator[None]:
    """Count the entries that a change concerns before and after it, and keep the difference."""
    before = await _number(connection, kind, which)
    yield
    after = await _number(connection, kind, which)
    await shift(connection, kind, (after[0] - before[0], after[1] - before[1]))


async def shift(connection: AsyncConnection, kind: RegisterKind, by: Number) -> None:
    """Change the tally of a directory; a list that is none has no tally."""
    if kind not in DIRECTORIES or not any(by):
        return
    given = insert_into(connection, TALLY).values(kind=kind.value, listed=by[0], complete=by[1])
    more = {name: TALLY.c[name] + given.excluded[name] for name in ("listed", "complete")}
    await connection.execute(given.on_conflict_do_update(index_elements=["kind"], set_=more))


async def count_again(connection: AsyncConnection) -> int:
    """Count the directories anew, as after rows that nobody tallied; gives how many were wrong."""
    kept = await numbers(connection)
    await connection.execute(TALLY.delete())
    for kind in DIRECTORIES:
        await shift(connection, kind, await _number(connection, kind, true()))
    counted = await numbers(connection)
    return sum(kept[kind] != counted[kind] for kind in DIRECTORIES)


async def numbers(connection: AsyncConnection) -> Mapping[RegisterKind, Number]:
    """Give the tally of every directory."""
    rows = await connection.execute(select(TALLY.c.kind, TALLY.c.listed, TALLY.c.complete))
    kept = {kind: (listed, complete) for kind, listed, complete in rows}
    return {kind: kept.get(kind.value, (0, 0)) for kind in DIRECTORIES}


async def _number(
    connection: AsyncConnection, kind: RegisterKind, which: ColumnElement[bool]
) -> Number:
    table: Table = directory_table(kind)
    complete = func.count().filter(is_complete(kind, table.c))
    found = select(func.count(), complete).select_from(table).where(which)
    listed, filled = (await connection.execute(found)).one()
    return int(listed), int(filled)
