"""Why visits find no place: people, days, minutes missing, and remedies that were tried."""

from datetime import timedelta

from hypothesis import given, settings

from coordinator.domain.scheduling import (
    Call,
    Lack,
    RemedyKind,
    Setting,
    plan,
    sentences,
    shortages,
)
from tests.thoroughness import some_of
from tests.unit.scheduling.cases import MONDAY, a_call, a_setting, small_cases


@settings(max_examples=some_of(50), deadline=None)
@given(small_cases())
def test_every_visit_without_a_place_is_explained_exactly_once(
    case: tuple[Setting, list[Call]],
) -> None:
    setting, calls = case
    schedule = plan(setting, calls)

    found = shortages(setting, calls, schedule)

    explained = [visit for each in found for visit in each.visits]
    assert sorted(explained) == list(schedule.left_out)
    for each in found:
        zh, en = sentences(each, {})
        assert zh.endswith("。")
        assert en.endswith(".")


def test_a_person_with_too_many_minutes_is_named_with_days_and_minutes() -> None:
    week = a_setting(10, minutes_a_day=240, visits_a_day=2, within=0, between=0)
    calls = [a_call(f"v{n}", "a", 240) for n in range(6)]
    schedule = plan(week, calls)

    [worst, *_] = shortages(week, calls, schedule)

    assert worst.lack is Lack.OVERBOOKED
    assert worst.people == ("a",)
    assert (worst.first, worst.last, worst.days) == (MONDAY, MONDAY + timedelta(days=4), 5)
    assert (worst.minutes_needed, worst.minutes_there, worst.minutes_missing) == (1440, 1200, 240)
    assert "缺 240 分钟" in sentences(worst, {"a": "林知秋"})[0]
    assert "林知秋" in sentences(worst, {"a": "林知秋"})[0]
    assert "240 minutes are missing" in sentences(worst, {})[1]


def test_remedies_are_tried_out_and_the_cheapest_comes_first() -> None:
    week = a_setting(10, minutes_a_day=240, visits_a_day=1)
    calls = [a_call(f"v{n}", "a", 200) for n in range(6)]
    schedule = plan(week, calls)

    [worst, *_] = shortages(week, calls, schedule)

    kinds = {each.kind: each for each in worst.remedies}
    assert kinds[RemedyKind.MORE_DAYS].amount == 1
    assert kinds[RemedyKind.OTHER_PEOPLE].amount == 1
    assert RemedyKind.ONE_MORE_VISIT_A_DAY not in kinds
    costs = [each.cost for each in worst.remedies]
    assert costs == sorted(costs)
    longer = [
        a_call(each.visit_id, "a", 200, last=MONDAY + timedelta(days=7))
        if each.visit_id in schedule.left_out
        else each
        for each in calls
    ]
    assert plan(week, longer).left_out == ()


def test_a_visit_longer_than_a_day_says_by_how_much() -> None:
    setting = a_setting(5)
    calls = [a_call("v", "a", 500)]

    [found] = shortages(setting, calls, plan(setting, calls))

    assert found.lack is Lack.TOO_LONG
    assert (found.remedies[0].kind, found.remedies[0].amount) == (RemedyKind.SHORTER_VISIT, 20)


def test_a_window_of_days_off_asks_for_the_next_working_day() -> None:
    setting = a_setting(10)
    saturday = MONDAY + timedelta(days=5)
    calls = [a_call("v", "a", first=saturday, last=saturday + timedelta(days=1))]

    [found] = shortages(setting, calls, plan(setting, calls))

    assert found.lack is Lack.NO_WORKING_DAY
    assert (found.remedies[0].kind, found.remedies[0].amount) == (RemedyKind.MORE_DAYS, 1)


def test_somebody_who_is_away_all_the_time_is_named() -> None:
    week = frozenset(MONDAY + timedelta(days=n) for n in range(5))
    setting = a_setting(10, away={"b": week})
    calls = [a_call("v", "ab")]

    [found] = shortages(setting, calls, plan(setting, calls))

    assert (found.lack, found.people) == (Lack.SOMEBODY_AWAY, ("b",))
    assert {each.kind for each in found.remedies} == {
        RemedyKind.MORE_DAYS,
        RemedyKind.OTHER_PEOPLE,
    }


def test_visits_that_clash_only_all_together_are_said_to_be_proven_impossible() -> None:
    setting = a_setting(1, visits_a_day=2)
    calls = [a_call("ab", "ab"), a_call("bc", "bc"), a_call("ca", "ca")]

    [found] = shortages(setting, calls, plan(setting, calls))

    assert found.lack is Lack.ENTANGLED
    assert len(found.visits) == 1
    assert "proven" in sentences(found, {})[1]
