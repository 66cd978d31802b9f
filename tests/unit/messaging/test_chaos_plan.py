"""How a compound campaign is dealt out: every fault once for a seed, none beside its opposite."""

from itertools import combinations

import pytest

from tests.chaos.compound import dealt, waves
from tests.chaos.faults import FAULTS
from tests.chaos.plant import Store

SEEDS = range(20)


@pytest.mark.parametrize("seed", SEEDS)
def test_every_fault_strikes_once_for_each_seed(seed: int) -> None:
    struck = [fault.name for store in Store for fault in dealt(seed, store)]

    assert sorted(struck) == sorted(FAULTS)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("store", Store)
def test_what_strikes_together_has_nothing_to_do_with_each_other(seed: int, store: Store) -> None:
    faults = dealt(seed, store)

    played = list(waves(faults))

    assert sorted(fault.name for wave in played for fault in wave) == sorted(
        fault.name for fault in faults
    )
    assert all(one.goes_with(other) for wave in played for one, other in combinations(wave, 2))
    assert all(store in fault.on for fault in faults)


def test_a_seed_deals_the_same_again() -> None:
    assert dealt(7, Store.POSTGRES) == dealt(7, Store.POSTGRES)
