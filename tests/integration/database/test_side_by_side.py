"""Two processes on one PostgreSQL: together they never pass a place's cap of visits."""

from pathlib import Path

import pytest

from tests import side_by_side
from tests.side_by_side import CAP, PLACES, ROUNDS, TwoProcesses

pytestmark = pytest.mark.needs_postgres
REPETITIONS = 5


async def test_two_rounds_drawn_at_the_same_moment_never_pass_a_places_cap(
    postgres_url: str, tmp_path: Path
) -> None:
    async with side_by_side.database(postgres_url, "two_rounds") as prepared:
        await side_by_side.prepare(prepared, tmp_path)

        with TwoProcesses(tmp_path) as processes:
            for number in range(REPETITIONS):
                name = f"two_rounds_{number}"
                async with side_by_side.database(postgres_url, name, "two_rounds") as copy:
                    processes.do("draw", copy, ROUNDS)
                    found = await side_by_side.outcome(copy, tmp_path)

                assert found.most == 1
                assert found.gave_way + found.deferred > 0


async def test_the_ledger_is_held_even_by_who_does_not_wait_in_the_queue_of_business(
    postgres_url: str, tmp_path: Path
) -> None:
    async with side_by_side.database(postgres_url, "reservations") as migrated:
        await side_by_side.prepare(migrated, tmp_path)

        with TwoProcesses(tmp_path) as processes:
            processes.do("reserve", migrated, ("office-1", "office-2"))

        found = await side_by_side.numbers(migrated, tmp_path)
    assert found == dict.fromkeys(PLACES, CAP)
