"""Warning of high frequency: which places show, and what could be moved."""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from coordinator.domain.burden_ledger import BurdenEntry, in_order
from coordinator.domain.burden_signs import Sign, Signal
from coordinator.domain.burden_warnings import (
    Ahead,
    Proposal,
    Relief,
    proposals,
    signs_of,
    warnings,
)
from coordinator.domain.policy import BurdenPolicy
from tests.builders import day_of

NOW = datetime(2026, 3, 25, tzinfo=UTC)
MAY = date(2026, 5, 1)
OFF = BurdenPolicy(visits_per_year=4)
ALL = BurdenPolicy(
    visits_per_year=4,
    warn_cap_share=Fraction(3, 4),
    warn_visits=2,
    warn_days=30,
    warn_organ_visits=2,
)


def an_entry(number: int = 1, **changes: Any) -> BurdenEntry:
    known: dict[str, Any] = {
        "entry_id": f"v{number}",
        "place": "p:1",
        "year": 2026,
        "round_id": "R1",
        "organs": ("mr",),
        "levels": ("county",),
        "exemption": "",
        "note": "",
        "entered_at": NOW,
        "entered_by": "office-a",
        "day": MAY + timedelta(days=100 * number),
    }
    return BurdenEntry(**known | changes)


def of(caps: BurdenPolicy, *entries: BurdenEntry) -> list[Signal]:
    return [sign.signal for sign in signs_of(entries, caps)]


def test_a_profile_without_thresholds_warns_of_nothing() -> None:
    assert signs_of([an_entry(n, day=MAY) for n in range(9)], OFF) == ()


def test_the_share_of_the_cap_counts_what_uses_it_up() -> None:
    caps = OFF.model_copy(update={"warn_cap_share": Fraction(3, 4)})
    three = [an_entry(n) for n in (1, 2, 3)]
    exempt = [an_entry(n, exemption="complaint") for n in (1, 2, 3)]

    assert signs_of(three, caps) == (Sign(Signal.CAP_SHARE, 3, 3),)
    assert signs_of(three[:2], caps) == ()
    assert signs_of(exempt, caps) == ()


def test_visits_close_together_count_exempt_ones_too() -> None:
    caps = OFF.model_copy(update={"warn_visits": 2, "warn_days": 30})
    first = an_entry(1, day=MAY)
    within = an_entry(2, day=MAY + timedelta(days=29), exemption="complaint")
    beyond = an_entry(3, day=MAY + timedelta(days=30))

    assert of(caps, first, within) == [Signal.CLOSE_TOGETHER]
    assert of(caps, first, beyond) == []
    assert of(caps, an_entry(1, day=None), an_entry(2, day=None)) == []


def test_the_same_organ_is_named() -> None:
    caps = OFF.model_copy(update={"warn_organ_visits": 2})
    together = an_entry(1, organs=("fr", "mr"))

    assert signs_of([together, an_entry(2)], caps) == (Sign(Signal.SAME_ORGAN, 2, 2, "mr"),)
    assert signs_of([together], caps) == ()


def test_a_released_entry_warns_no_more_and_places_stand_apart() -> None:
    entries = [
        an_entry(1, day=MAY),
        an_entry(2, day=MAY, released_at=NOW),
        an_entry(3, day=MAY, place="p:2"),
        an_entry(4, day=MAY, place="p:2"),
    ]

    [found] = warnings(entries, {}, ALL, day_of)

    assert (found.place, [each.entry_id for each in found.entries]) == ("p:2", ["v3", "v4"])
    assert found.organs == ("mr",)


def test_windows_that_meet_could_be_one_day_and_others_could_come_later() -> None:
    first = Ahead("v1", ("mr",), MAY, MAY + timedelta(days=20))
    meets = Ahead("v2", ("fr",), MAY + timedelta(days=10), MAY + timedelta(days=40))
    after = Ahead("v3", ("he",), MAY + timedelta(days=25), MAY + timedelta(days=60))

    assert proposals([meets, first], ALL) == (
        Proposal(Relief.MERGE, ("v1", "v2"), MAY + timedelta(days=10), MAY + timedelta(days=20)),
    )
    assert proposals([first, after], ALL) == (
        Proposal(Relief.POSTPONE, ("v3",), MAY + timedelta(days=30), MAY + timedelta(days=60)),
    )


def test_an_entry_without_a_day_has_that_on_which_it_was_entered_here() -> None:
    evening = datetime(2026, 4, 30, 23, 30, tzinfo=UTC)
    entries = [an_entry(1, day=None, entered_at=evening), an_entry(0, day=MAY)]

    assert [each.entry_id for each in in_order(entries, day_of)] == ["v0", "v1"]


@given(
    days=st.lists(st.integers(0, 80), max_size=8),
    organs=st.lists(st.sampled_from(("mr", "fr")), min_size=8, max_size=8),
)
def test_a_warning_never_depends_on_the_order_of_entries(
    days: list[int], organs: list[str]
) -> None:
    entries = [
        an_entry(n, day=MAY + timedelta(days=day), organs=(organs[n],))
        for n, day in enumerate(days)
    ]

    assert warnings(entries, {}, ALL, day_of) == warnings(entries[::-1], {}, ALL, day_of)
