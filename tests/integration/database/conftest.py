"""A real PostgreSQL for one test session; every test gets an empty database of the newest schema.

Where PostgreSQL is not installed these tests fail: temporary_postgres says what to install.
"""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
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
    names = ", ".join(f'"{table.name}"' for table in SQLModel.metadata.sorted_tables)
    async with play.around.engine.begin() as connection:
        await connection.execute(text(f"TRUNCATE {names} RESTART IDENTITY"))
    yield play
    await play.close()
