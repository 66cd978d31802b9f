"""A real PostgreSQL for one test session; every test gets an empty database of the newest schema.

Where PostgreSQL is not installed these tests fail: temporary_postgres says what to install.
"""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import SQLModel

from coordinator.adapters.db.engine import make_engine
from coordinator.adapters.db.migrate import upgrade
from deploy.local.postgres import temporary_postgres
from tests.play import Play, start


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    with temporary_postgres() as server:
        yield server.create_database("coordinator")


@pytest.fixture(scope="session")
async def migrated_url(postgres_url: str) -> str:
    engine = make_engine(postgres_url)
    await upgrade(engine)
    await engine.dispose()
    return postgres_url


@pytest.fixture
async def empty(migrated_url: str, tmp_path: Path) -> AsyncIterator[Play]:
    play = start(migrated_url, tmp_path)
    async with play.around.engine.begin() as connection:
        await _empty(connection)
    yield play
    await play.close()


async def _empty(connection: AsyncConnection) -> None:
    """Take out what the test before left; truncating every table takes longer than most tests."""
    tables = [table.name for table in reversed(SQLModel.metadata.sorted_tables)]
    looks = (f"SELECT '{name}' WHERE EXISTS (SELECT FROM \"{name}\")" for name in tables)  # noqa: S608 - ours
    filled = set((await connection.execute(text(" UNION ALL ".join(looks)))).scalars())
    used = "SELECT sequencename FROM pg_sequences WHERE last_value IS NOT NULL"
    for name in (name for name in tables if name in filled):
        await connection.execute(text(f'DELETE FROM "{name}"'))  # noqa: S608 - ours
    for name in (await connection.execute(text(used))).scalars().all():
        await connection.execute(text(f'ALTER SEQUENCE "{name}" RESTART'))
