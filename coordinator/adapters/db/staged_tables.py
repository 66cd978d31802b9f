"""The place where the rows of one act wait: a table of its own, made and dropped with the act.

A table per act is dropped in no time, leaves no dead rows behind and lets imports run side by side.
"""

import io
import json
from collections.abc import Callable, Sequence
from functools import lru_cache
from operator import attrgetter
from typing import Any, Final

from pydantic_core import to_jsonable_python
from sqlalchemy import JSON, Column, Date, Integer, MetaData, Table, inspect
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.schema import CreateTable, DropTable
from sqlmodel import SQLModel

from coordinator.adapters.db import tables_registers as registers
from coordinator.adapters.db.columns import JSON_TYPE
from coordinator.domain.registers.acts import RegisterKind

SOURCE_ROW: Final = "source_row"
ACT: Final = "act_id"
PLACE: Final = "staged_"
_ROWS: dict[RegisterKind, type[SQLModel]] = {
    RegisterKind.OBJECTS: registers.InspectionObjectRow,
    RegisterKind.INSPECTORS: registers.InspectorRow,
    RegisterKind.EXPERTS: registers.ExpertRow,
    RegisterKind.RECUSALS: registers.RecusalRow,
}

Record = Any
"""A staged row as its driver takes it: a tuple of cells, or a line of COPY's text."""

_NULL: Final = "\\N"
_ESCAPES: Final = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def directory_table(kind: RegisterKind) -> Table:
    """Give the table of a directory; KeyError for a list that is no directory."""
    table: Table = _ROWS[kind].__table__  # type: ignore[attr-defined] # SQLModel hides it
    return table


def staged_table(kind: RegisterKind, import_id: str, dialect: str) -> Table:
    """Give the staged table of an act: a directory's columns, or one JSON value per row of a list.

    On PostgreSQL it is unlogged: after a power cut it is empty, and its act has failed anyway.
    """
    prefixes = ["UNLOGGED"] if dialect == "postgresql" else []
    columns = [Column(SOURCE_ROW, Integer, nullable=False), *_columns(kind)]
    return Table(PLACE + import_id, MetaData(), *columns, prefixes=prefixes)


async def make_place(connection: AsyncConnection, table: Table) -> None:
    """Make a staged table unless it is there."""
    await connection.execute(CreateTable(table, if_not_exists=True))


async def drop_place(connection: AsyncConnection, import_id: str) -> None:
    """Drop the staged table of an act, if there is one."""
    await connection.execute(DropTable(Table(PLACE + import_id, MetaData()), if_exists=True))


async def acts_with_places(connection: AsyncConnection) -> list[str]:
    """Give the ids of all acts with a staged table."""
    names = await connection.run_sync(lambda sync: inspect(sync).get_table_names())
    return [name.removeprefix(PLACE) for name in names if name.startswith(PLACE)]


def record_writer(kind: RegisterKind, dialect: str) -> Callable[[int, Any], Record]:
    """Give the function that writes a source row and its value as the driver takes them.

    That is a tuple for SQLite, and a line of COPY's text for PostgreSQL: it is written where rows
    are read, so that the process that holds the connection only passes bytes on.
    """
    cells = _cell_writer(kind)
    return (lambda row, value: _copy_line(cells(row, value))) if dialect == "postgresql" else cells


def _cell_writer(kind: RegisterKind) -> Callable[[int, Any], tuple[Any, ...]]:
    """Give the function that writes a value as numbers and texts, in the order of the columns.

    JSON is text with the same separators that SQLAlchemy writes, or SQLite would see changes where
    there are none.
    """
    if kind not in _ROWS:
        return lambda row, value: (row, json.dumps(to_jsonable_python(value)))
    columns = _columns(kind)
    read = attrgetter(*(column.name for column in columns))
    texts = [n for n, column in enumerate(columns, 1) if isinstance(column.type, JSON)]
    days = [n for n, column in enumerate(columns, 1) if isinstance(column.type, Date)]

    def write(row: int, value: Any) -> tuple[Any, ...]:
        cells = [row, *read(value)]
        for position in texts:
            found = cells[position]
            cells[position] = _json(found) if found else "[]"
        for position in days:
            cells[position] = None if cells[position] is None else cells[position].isoformat()
        return tuple(cells)

    return write


def _copy_line(cells: tuple[Any, ...]) -> bytes:
    """Write cells as a line of COPY's text format; few lines hold anything to escape."""
    texts = [
        _NULL if cell is None else cell if cell.__class__ is str else _plain(cell) for cell in cells
    ]
    line = "\t".join(texts)
    is_plain = (
        line.count("\\") == cells.count(None)
        and line.count("\t") == len(cells) - 1
        and "\n" not in line
        and "\r" not in line
    )
    if not is_plain:
        pairs = zip(cells, texts, strict=True)
        line = "\t".join(
            _NULL if cell is None else text.translate(_ESCAPES) for cell, text in pairs
        )
    return f"{line}\n".encode()


def _plain(cell: object) -> str:
    if isinstance(cell, bool):
        return "t" if cell else "f"
    return str(cell)


async def put_records(connection: AsyncConnection, table: Table, records: Sequence[Record]) -> None:
    """Add records by the fastest way of the driver, inside the connection's transaction."""
    names = [column.name for column in table.columns]
    if connection.dialect.name == "postgresql":
        raw = await connection.get_raw_connection()
        driver: Any = raw.driver_connection
        lines = io.BytesIO(b"".join(records))
        await driver.copy_to_table(table.name, source=lines, columns=names, format="text")
        return
    quote = connection.dialect.identifier_preparer.quote
    marks = ", ".join("?" * len(names))
    listed = ", ".join(quote(name) for name in names)
    await connection.exec_driver_sql(
        f"INSERT INTO {quote(table.name)} ({listed}) VALUES ({marks})",  # noqa: S608 - own names
        list(records),
    )


@lru_cache(maxsize=4096)
def _json(value: tuple[Any, ...]) -> str:
    """Write a list of a row; tags and the like repeat from row to row."""
    return json.dumps(to_jsonable_python(value))


def _columns(kind: RegisterKind) -> list[Column[Any]]:
    if kind not in _ROWS:
        return [Column("value", JSON_TYPE, nullable=False)]
    table = directory_table(kind)
    return [Column(c.name, c.type, nullable=c.nullable) for c in table.columns if c.name != ACT]
