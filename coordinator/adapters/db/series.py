"""Gap-free number series: the row is locked until the transaction ends, so no number is lost."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from coordinator.adapters.db.tables_messaging import SeriesRow
from coordinator.adapters.db.upserts import insert_into


async def next_number(connection: AsyncConnection, name: str) -> int:
    """Give the next number of a series, from 1; a rolled back transaction gives it back."""
    table = SeriesRow.__table__  # type: ignore[attr-defined] # SQLModel hides it
    insert = insert_into(connection, table).values(name=name, last=1)
    upsert = insert.on_conflict_do_update(
        index_elements=[table.c.name], set_={"last": table.c.last + 1}
    ).returning(table.c.last)
    return int((await connection.execute(upsert)).scalar_one())


async def last_number(connection: AsyncConnection, name: str) -> int:
    """Give the last number given of a series, 0 before the first."""
    table = SeriesRow.__table__  # type: ignore[attr-defined] # SQLModel hides it
    found = await connection.execute(select(table.c.last).where(table.c.name == name))
    return int(found.scalar_one_or_none() or 0)
