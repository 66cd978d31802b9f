"""The small county at five moments; every test goes on from its own copy."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.county import found_county
from tests.play import (
    ROUND,
    Play,
    start,
)
from tests.recognised_rounds import first_round, plan_two_rounds, second_round
from tests.snapshots import Snapshot, migrated_file, snapshot, sqlite_url


async def _next(before: Snapshot, folder: Path) -> tuple[Play, Path]:
    return before.resume(folder), folder / "county.db"


@pytest.fixture(scope="session")
async def county_adopted(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """Registers filled and plan adopted."""
    folder = tmp_path_factory.mktemp("adopted")
    play = start(sqlite_url(await migrated_file(folder / "county.db")), folder)
    await found_county(play)
    return await snapshot(play, folder / "county.db")


@pytest.fixture(scope="session")
async def county_drawn(
    county_adopted: Snapshot, tmp_path_factory: pytest.TempPathFactory
) -> Snapshot:
    """Round R1 of lines L1 and L2 drawn."""
    play, file = await _next(county_adopted, tmp_path_factory.mktemp("drawn"))
    await play.drawn_round(ROUND, "L1", "L2")
    return await snapshot(play, file)


@pytest.fixture(scope="session")
async def county_dispatched(
    county_drawn: Snapshot, tmp_path_factory: pytest.TempPathFactory
) -> Snapshot:
    """Every task of R1 published and accepted, on a day when all visits may take place."""
    play, file = await _next(county_drawn, tmp_path_factory.mktemp("dispatched"))
    await play.publish(ROUND)
    for task in await play.tasks(ROUND):
        await play.accept(task)
    play.clock.pass_time(days=20)
    return await snapshot(play, file)


@pytest.fixture(scope="session")
async def county_answered(
    county_adopted: Snapshot, tmp_path_factory: pytest.TempPathFactory
) -> Snapshot:
    """The first of two rounds over the same places found nothing, and that is approved."""
    play, file = await _next(county_adopted, tmp_path_factory.mktemp("answered"))
    await plan_two_rounds(play)
    await first_round(play)
    return await snapshot(play, file)


@pytest.fixture(scope="session")
async def county_recognised(
    county_answered: Snapshot, tmp_path_factory: pytest.TempPathFactory
) -> Snapshot:
    """The second of the two is drawn."""
    play, file = await _next(county_answered, tmp_path_factory.mktemp("recognised"))
    await second_round(play)
    return await snapshot(play, file)


@pytest.fixture
async def adopted(county_adopted: Snapshot, tmp_path: Path) -> AsyncIterator[Play]:
    play = county_adopted.resume(tmp_path)
    yield play
    await play.close()


@pytest.fixture
async def drawn(county_drawn: Snapshot, tmp_path: Path) -> AsyncIterator[Play]:
    play = county_drawn.resume(tmp_path)
    yield play
    await play.close()


@pytest.fixture
async def dispatched(county_dispatched: Snapshot, tmp_path: Path) -> AsyncIterator[Play]:
    play = county_dispatched.resume(tmp_path)
    yield play
    await play.close()


@pytest.fixture
async def answered_first(county_answered: Snapshot, tmp_path: Path) -> AsyncIterator[Play]:
    play = county_answered.resume(tmp_path)
    yield play
    await play.close()


@pytest.fixture
async def recognised_second(county_recognised: Snapshot, tmp_path: Path) -> AsyncIterator[Play]:
    play = county_recognised.resume(tmp_path)
    yield play
    await play.close()
