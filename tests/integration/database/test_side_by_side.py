"""Two processes on one PostgreSQL: together they never pass a place's cap of visits."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests import side_by_side
from tests.side_by_side import CAP, PLACES, ROUNDS, TwoProcesses

pytestmark = pytest.mark.needs_postgres
REPETITIONS = 5


@pytest.fixture(scope="module")
async def prepared(
    postgres_url: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[str]:
    """Name a database in which two rounds are ready to be drawn; each test goes on from a copy."""
    async with side_by_side.database(postgres_url, "two_rounds") as url:
        await side_by_side.prepare(url, tmp_path_factory.mktemp("prepared"))
        yield "two_rounds"


@pytest.fixture(scope="module")
def processes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TwoProcesses]:
    with TwoProcesses(tmp_path_factory.mktemp("processes")) as started:
        yield started


async def test_two_rounds_drawn_at_the_same_moment_never_pass_a_places_cap(
    postgres_url: str, prepared: str, processes: TwoProcesses, tmp_path: Path
) -> None:
    for number in range(REPETITIONS):
        name = f"two_rounds_{number}"
        async with side_by_side.database(postgres_url, name, prepared) as copy:
            processes.do("draw", copy, ROUNDS)
            found = await side_by_side.outcome(copy, tmp_path)

        assert found.most == 1
        assert found.gave_way + found.deferred > 0


async def test_the_ledger_is_held_even_by_who_does_not_wait_in_the_queue_of_business(
    postgres_url: str, prepared: str, processes: TwoProcesses, tmp_path: Path
) -> None:
    async with side_by_side.database(postgres_url, "reservations", prepared) as copy:
        processes.do("reserve", copy, ("office-1", "office-2"))
        found = await side_by_side.numbers(copy, tmp_path)

    assert found == dict.fromkeys(PLACES, CAP)
