"""An upload in messages on PostgreSQL: it leaves behind what it leaves on SQLite."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.builders import DEPARTMENTS, FIRE, a_department
from tests.integration.sqlite.test_register_uploads import an_upload, outcome, send
from tests.play import Play, office, start
from tests.snapshots import migrated_file, sqlite_url

pytestmark = pytest.mark.needs_postgres


@pytest.fixture
async def on_sqlite(tmp_path: Path) -> AsyncIterator[Play]:
    play = start(sqlite_url(await migrated_file(tmp_path / "county.db")), tmp_path)
    yield play
    await play.close()


async def with_departments(play: Play) -> Play:
    async with play.work(office()) as work:
        await work.departments.save(*map(a_department, DEPARTMENTS))
    return play


async def test_an_upload_in_any_order_fares_alike_on_both_databases(
    empty: Play, on_sqlite: Play
) -> None:
    chunks = an_upload()

    await send(await with_departments(empty), FIRE, *reversed(chunks), chunks[1])
    await send(await with_departments(on_sqlite), FIRE, *chunks)

    left = await outcome(empty)
    assert left == await outcome(on_sqlite)
    assert [receipt["number_added"] for receipt in left["receipts"]] == [3]
