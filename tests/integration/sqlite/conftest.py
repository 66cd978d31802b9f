"""An empty SQLite database of the newest schema for every test, copied from one made once."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.builders import NOW
from tests.county import found_county
from tests.play import Play, start
from tests.snapshots import Snapshot, migrated_file, snapshot, sqlite_url


@pytest.fixture(scope="session")
async def empty_file(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    return Snapshot(await migrated_file(tmp_path_factory.mktemp("empty") / "county.db"), NOW)


@pytest.fixture(scope="session")
async def founded_file(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    folder = tmp_path_factory.mktemp("founded")
    play = start(sqlite_url(await migrated_file(folder / "county.db")), folder)
    await found_county(play)
    return await snapshot(play, folder / "county.db")


@pytest.fixture
async def empty(empty_file: Snapshot, tmp_path: Path) -> AsyncIterator[Play]:
    play = empty_file.resume(tmp_path)
    yield play
    await play.close()


@pytest.fixture
async def county(founded_file: Snapshot, tmp_path: Path) -> AsyncIterator[Play]:
    """The small county with registers and adopted plan."""
    play = founded_file.resume(tmp_path)
    yield play
    await play.close()
