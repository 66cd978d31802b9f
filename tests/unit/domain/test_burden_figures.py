"""Figures of visits per place: zeros show, joint visits count once in all, nothing is ranked."""

from fractions import Fraction
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from coordinator.domain.burden_figures import MANY, Frequency, frequencies, frequency
from coordinator.domain.burden_ledger import BurdenEntry
from tests.unit.domain.test_burden_warnings import an_entry

GROUPS = (("fr", 10), ("mr", 10), ("he", 10))


def by_organ(entry: BurdenEntry) -> tuple[str, ...]:
    return entry.organs


def at(place: str, number: int = 1, **changes: Any) -> BurdenEntry:
    return an_entry(number, place=place, **changes)


def test_a_year_without_visits_has_figures_too() -> None:
    found = frequency([], 5)

    assert (found.visits, found.most, found.average) == (0, 0, Fraction(0))
    assert found.joint_share is None
    assert found.distribution == [(0, 5), (1, 0), (2, 0), (3, 0), (MANY, 0)]
    assert frequency([], 0).average is None


def test_visits_places_exemptions_and_what_rode_along_are_counted() -> None:
    entries = [
        at("p:1", organs=("fr", "mr"), joined=("d1", "d2")),
        at("p:1", exemption="complaint"),
        at("p:2"),
    ]

    found = frequency(entries, 4)

    assert (found.visited, found.visits, found.joint, found.joined) == (2, 3, 1, 2)
    assert (found.exempt, found.most, found.average) == ({"complaint": 1}, 2, Fraction(3, 4))
    assert found.distribution[:3] == [(0, 2), (1, 1), (2, 1)]


def test_every_group_shows_in_its_order_with_zeros() -> None:
    rows = frequencies(
        [at("p:1", organs=("fr", "mr")), at("p:2", organs=("mr",))], GROUPS, by_organ
    )

    assert [code for code, _found in rows] == ["fr", "mr", "he"]
    assert [found.visits for _code, found in rows] == [1, 2, 0]
    assert rows[2][1] == Frequency(supervised=10)


@given(places=st.lists(st.integers(1, 6), max_size=30), supervised=st.integers(0, 12))
def test_the_distribution_holds_every_supervised_place_once(
    places: list[int], supervised: int
) -> None:
    found = frequency([at(f"p:{place}") for place in places], supervised)

    assert sum(number for _times, number in found.distribution) == found.supervised
    assert sum(times * number for times, number in found.places.items()) == found.visits
