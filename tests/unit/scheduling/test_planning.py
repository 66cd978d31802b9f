"""Schedules: sound, found whenever there is one, the same for any order of input."""

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from coordinator.domain.scheduling import Call, Setting, Spot, plan
from tests.thoroughness import some_of
from tests.unit.scheduling.cases import (
    MONDAY,
    a_call,
    a_setting,
    faults,
    fewest_moves,
    small_cases,
)


@settings(max_examples=some_of(60), deadline=None)
@given(small_cases())
def test_whatever_is_scheduled_can_stand(case: tuple[Setting, list[Call]]) -> None:
    setting, calls = case

    schedule = plan(setting, calls)

    assert faults(setting, calls, schedule.spots) == []
    assert sorted([*schedule.spots, *schedule.left_out]) == sorted(c.visit_id for c in calls)


@settings(max_examples=some_of(50), deadline=None)
@given(small_cases())
def test_all_visits_find_a_place_exactly_when_an_oracle_finds_one(
    case: tuple[Setting, list[Call]],
) -> None:
    setting, calls = case

    schedule = plan(setting, calls)

    assert schedule.proven
    assert (schedule.left_out == ()) == (fewest_moves(setting, calls, {}) is not None)


@settings(max_examples=some_of(25), deadline=None)
@given(small_cases(), st.randoms(use_true_random=False))
def test_the_order_of_the_input_changes_nothing(
    case: tuple[Setting, list[Call]], chance: st.DataObject
) -> None:
    setting, calls = case
    shuffled = list(calls)
    chance.shuffle(shuffled)  # type: ignore[attr-defined] # hypothesis gives a Random

    assert plan(setting, shuffled) == plan(setting, calls)


@settings(max_examples=some_of(50), deadline=None)
@given(small_cases(), st.data())
def test_an_absence_moves_as_few_visits_as_an_oracle_would(
    case: tuple[Setting, list[Call]], data: st.DataObject
) -> None:
    setting, calls = case
    before = plan(setting, calls)
    person = data.draw(st.sampled_from("abc"))
    day = data.draw(st.sampled_from(setting.days))
    away = {**setting.away, person: setting.away.get(person, frozenset()) | {day}}
    ill = a_setting(
        len(setting.days),
        slots=setting.slots,
        minutes_a_day=setting.minutes_a_day,
        visits_a_day=setting.visits_a_day,
        between=setting.between,
        away=away,
    )
    standing = [call for call in calls if call.visit_id in before.spots]

    after = plan(ill, standing, before.spots)

    assert faults(ill, standing, after.spots) == []
    assert after.proven
    fewest = fewest_moves(ill, standing, before.spots)
    assert (after.left_out == ()) == (fewest is not None)
    if fewest is not None:
        assert len(after.moved) == fewest


def test_nothing_moves_when_nothing_happened() -> None:
    setting = a_setting()
    calls = [a_call(f"v{n}", "ab") for n in range(8)]
    before = plan(setting, calls)

    after = plan(setting, calls, before.spots)

    assert after.spots == before.spots
    assert after.moved == ()


def test_visits_of_one_district_come_on_the_same_day() -> None:
    setting = a_setting()
    calls = [
        a_call("v0", "ab", district="east", rank=0),
        a_call("v1", "ab", district="east", rank=1),
        a_call("v2", "ab", district="west", rank=2),
        a_call("v3", "ab", district="west", rank=3),
    ]

    spots = plan(setting, calls).spots

    assert spots["v0"].day == spots["v1"].day
    assert spots["v2"].day == spots["v3"].day
    assert spots["v0"].day != spots["v2"].day


def test_a_visit_longer_than_a_slot_goes_on_after_the_break() -> None:
    setting = a_setting(1)
    calls = [a_call("long", "a", 300), a_call("short", "a", 60)]

    schedule = plan(setting, calls)

    assert schedule.spots == {"long": Spot(MONDAY, 0)}
    assert schedule.left_out == ("short",)


def test_what_an_enterprise_chose_stays_and_the_others_give_way() -> None:
    setting = a_setting(1)
    calls = [a_call("chosen", "a", fixed=True), a_call("free", "a")]
    stood = {"chosen": Spot(MONDAY, 0), "free": Spot(MONDAY, 0)}

    schedule = plan(setting, calls, stood)

    assert schedule.spots == {"chosen": Spot(MONDAY, 0), "free": Spot(MONDAY, 1)}
    assert schedule.moved == ("free",)


def test_of_two_chosen_visits_that_clash_one_moves_all_the_same() -> None:
    setting = a_setting(1)
    calls = [a_call("one", "a", fixed=True), a_call("other", "a", fixed=True)]

    schedule = plan(setting, calls, {"one": Spot(MONDAY, 0), "other": Spot(MONDAY, 0)})

    assert len(schedule.moved) == 1
    assert faults(setting, calls, schedule.spots) == []


def test_a_visit_of_another_round_is_planned_around_and_never_moved() -> None:
    setting = a_setting(1)
    foreign = a_call("foreign", "a", fixed=True, foreign=True)
    calls = [foreign, a_call("own", "a")]

    schedule = plan(setting, calls, {"foreign": Spot(MONDAY, 0)})

    assert schedule.spots["own"] == Spot(MONDAY, 1)
    assert schedule.spots["foreign"] == Spot(MONDAY, 0)


def test_a_hundred_visits_of_random_looking_teams_all_find_a_place() -> None:
    setting = a_setting(20)
    calls = [
        a_call(
            f"v{n:03}",
            "".join(sorted({chr(97 + n % 7), chr(97 + (3 * n + 1) % 7)})),
            district=f"d{n % 4}",
            last=MONDAY + timedelta(days=27),
        )
        for n in range(100)
    ]

    schedule = plan(setting, calls)

    assert schedule.left_out == ()
    assert faults(setting, calls, schedule.spots) == []
