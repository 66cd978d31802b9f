"""Former versions of directory entries, written by statements over many entries at a time."""

from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    ColumnElement,
    FromClause,
    Insert,
    String,
    Table,
    case,
    func,
    literal,
    literal_column,
    select,
)

from coordinator.adapters.db.columns import JSON_TYPE, UtcDateTime
from coordinator.adapters.db.staged_tables import ACT
from coordinator.adapters.db.tables_imports import RegisterVersionRow
from coordinator.domain.registers.acts import RegisterAct

_VERSIONS: Table = RegisterVersionRow.__table__  # type: ignore[attr-defined] # SQLModel hides it


def keep_former(
    table: Table, source: FromClause, condition: ColumnElement[bool], act: RegisterAct, dialect: str
) -> Insert:
    """Write the present rows of `source` that meet a condition as former versions.

    Each gets the next number of its entry; `act` is the one that replaces them.
    """
    entry = entry_key(table)
    last = select(func.max(_VERSIONS.c.number)).where(
        _VERSIONS.c.kind == act.kind, _VERSIONS.c.key == entry
    )
    number = func.coalesce(last.correlate(table).scalar_subquery(), 0) + 1
    former = select(
        literal(act.kind.value),
        entry,
        number,
        _as_json(table, dialect),
        table.c[ACT],
        literal(act.import_id),
        literal(act.applied_at, UtcDateTime()),
    )
    names = [column.name for column in _VERSIONS.columns]
    return _VERSIONS.insert().from_select(names, former.select_from(source).where(condition))


def entry_key(table: Table, directory: Table | None = None) -> ColumnElement[str]:
    """Give the key of an entry as one text: the parts of a key of several columns, blank between.

    No part can hold a blank: person ids are codes. `directory` names the key's columns where
    `table` has none of its own.
    """
    keys = (table if directory is None else directory).primary_key.columns
    first, *others = (table.c[key.name] for key in keys)
    joined: ColumnElement[Any] = first
    for part in others:
        joined = joined.cast(String).concat(" ").concat(part)
    return joined


def _as_json(table: Table, dialect: str) -> ColumnElement[Any]:
    """Give a row as one JSON value, without its act."""
    build = func.jsonb_build_object if dialect == "postgresql" else func.json_object
    parts: list[ColumnElement[Any]] = []
    for column in table.columns:
        if column.name != ACT:
            parts += [literal_column(f"'{column.name}'"), _part(column, dialect)]
    return build(*parts, type_=JSON_TYPE)


def _part(column: ColumnElement[Any], dialect: str) -> ColumnElement[Any]:
    """SQLite keeps JSON as text and yes and no as numbers: both become JSON again."""
    if dialect == "postgresql":
        return column
    if isinstance(column.type, JSON):
        return func.json(column)
    if isinstance(column.type, Boolean):
        return func.json(case((column.is_(True), "true"), else_="false"))
    return column
