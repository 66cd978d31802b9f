"""The statements of a collection: each built once for a table and database, then only executed."""

from collections.abc import Mapping, Sequence
from enum import Enum, auto
from functools import cached_property, lru_cache
from typing import Any, Generic, TypeVar

from pydantic import TypeAdapter
from pydantic_core import to_jsonable_python
from sqlalchemy import JSON, ColumnElement, Delete, Insert, Select, bindparam, func, select

from coordinator.adapters.db.many_values import AS_PARAMETERS, bound_any_of, in_one_value
from coordinator.adapters.db.upserts import INSERTS

V = TypeVar("V")


class Wanted(Enum):
    """How a column is compared: with one value, with nothing, with some or with very many."""

    ONE = auto()
    NOTHING = auto()
    SOME = auto()
    MANY = auto()


Shape = tuple[tuple[str, Wanted], ...]


class Statements(Generic[V]):
    """What one collection asks of its table; values are bound by the names of their columns."""

    def __init__(self, row: type[Any], value: type[V], dialect: str) -> None:
        self.table: Any = row.__table__
        self.columns = [c for c in self.table.columns if c.name in _fields(value)]
        self.key = list(self.table.primary_key)
        self._names = [c.name for c in self.columns]
        self._json = {c.name for c in self.columns if isinstance(c.type, JSON)}
        self._values: TypeAdapter[list[V]] = TypeAdapter(list[value])  # type: ignore[valid-type] # a class known at run time
        self._dialect = dialect
        self._of_key = [c == bindparam(c.name) for c in self.key]
        self.by_key: Select[Any] = select(*self.columns).where(*self._of_key)
        self.conditions = lru_cache(maxsize=None)(self._conditions)
        self.where = lru_cache(maxsize=None)(self._where)
        self.count = lru_cache(maxsize=None)(self._count)

    @cached_property
    def insert(self) -> Insert:
        """Store a new value; a collection that is only read asks for none of these three."""
        statement: Insert = self.table.insert()
        return statement

    @cached_property
    def removal(self) -> Delete:
        """Forget the value with a key."""
        statement: Delete = self.table.delete().where(*self._of_key)
        return statement

    @cached_property
    def upsert(self) -> Any:
        """Store a value whether or not its key exists."""
        insert = INSERTS[self._dialect](self.table)
        others = {c.name: insert.excluded[c.name] for c in self.columns if not c.primary_key}
        if not others:
            return insert.on_conflict_do_nothing(index_elements=self.key)
        return insert.on_conflict_do_update(index_elements=self.key, set_=others)

    def key_of(self, key: object) -> dict[str, object]:
        """Give the parameters of `by_key` and `removal`; a key of several columns is a tuple."""
        parts = key if isinstance(key, tuple) else (key,)
        return {c.name: part for c, part in zip(self.key, parts, strict=True)}

    def row(self, value: V) -> dict[str, Any]:
        """Give the parameters of `insert` and `upsert` for a value."""
        found = {name: getattr(value, name) for name in self._names}
        for name in self._json:
            found[name] = to_jsonable_python(found[name])
        return found

    def values(self, rows: Sequence[Sequence[Any]]) -> list[V]:
        """Read the rows of a select of all columns."""
        return self._values.validate_python([dict(zip(self._names, r, strict=True)) for r in rows])

    def _where(self, shape: Shape) -> Select[Any]:
        return select(*self.columns).where(*self.conditions(shape)).order_by(*self.key)

    def _count(self, shape: Shape) -> Select[Any]:
        return select(func.count()).select_from(self.table).where(*self.conditions(shape))

    def _conditions(self, shape: Shape) -> tuple[ColumnElement[bool], ...]:
        return tuple(self._condition(self.table.c[name], wanted) for name, wanted in shape)

    def _condition(self, column: Any, wanted: Wanted) -> ColumnElement[bool]:
        if wanted is Wanted.NOTHING:
            condition: ColumnElement[bool] = column.is_(None)
        elif wanted is Wanted.ONE:
            condition = column == bindparam(column.name)
        else:
            condition = bound_any_of(self._dialect, column, many=wanted is Wanted.MANY)
        return condition


def shaped(equals: Mapping[str, object], dialect: str) -> tuple[Shape, dict[str, object]]:
    """Give how columns are compared and what to bind; a tuple, list or set means any of it."""
    shape: list[tuple[str, Wanted]] = []
    bound: dict[str, object] = {}
    for name, value in equals.items():
        if isinstance(value, tuple | list | set | frozenset):
            many = len(value) > AS_PARAMETERS
            shape.append((name, Wanted.MANY if many else Wanted.SOME))
            bound[name] = in_one_value(dialect, list(value)) if many else list(value)
        elif value is None:
            shape.append((name, Wanted.NOTHING))
        else:
            shape.append((name, Wanted.ONE))
            bound[name] = value
    return tuple(shape), bound


def _fields(value: type[Any]) -> set[str]:
    fields = getattr(value, "model_fields", None) or value.__dataclass_fields__
    return set(fields)


_MADE: dict[tuple[type[Any], type[Any], str], Statements[Any]] = {}


def statements_of(row: type[Any], value: type[V], dialect: str) -> Statements[V]:
    """Give the statements of a collection, made when it is first asked for."""
    made = _MADE.get((row, value, dialect))
    if made is None:
        made = _MADE[row, value, dialect] = Statements(row, value, dialect)
    return made
