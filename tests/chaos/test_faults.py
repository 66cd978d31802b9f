"""A few faults of each kind on real processes; `bash deploy/chaos.sh` plays all, for long."""

import secrets
from collections.abc import AsyncIterator

import pytest

from tests.chaos.campaign import play
from tests.chaos.faults import FAULTS
from tests.chaos.founding import a_plant
from tests.chaos.plant import Plant, Store

QUICK = (
    "cut",
    "crash-before-mark",
    "kill-inbound",
    "kill-database",
    "repeated-reordered",
    "garbage",
)
TRANSACTIONS = 24


@pytest.fixture(scope="module")
async def plant() -> AsyncIterator[Plant]:
    async with a_plant(Store.POSTGRES) as running:
        yield running


@pytest.mark.parametrize("name", QUICK)
async def test_everything_committed_has_its_effects_once_and_in_order(
    plant: Plant, name: str
) -> None:
    seed = secrets.randbelow(1_000_000)
    print(f"bash deploy/chaos.sh --fault {name} --seed {seed} --minutes 0")  # noqa: T201 - shown when it fails

    played = await play(plant, FAULTS[name], seed, TRANSACTIONS)

    assert played.transactions == TRANSACTIONS
    assert played.effects == 4 * TRANSACTIONS
