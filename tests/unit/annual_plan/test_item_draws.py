"""Drawn items: what comes to an object on the average, and who goes along."""

from collections import Counter
from fractions import Fraction
from itertools import combinations

import pytest

from coordinator.domain.annual_plan import FrameCount, item_draw_of
from coordinator.domain.annual_plan.loading import Workforce, forecast_of
from tests.builders import CALENDAR, FIRE, HEALTH, MARKET, a_line, an_item

ITEMS = ("mr-1", "mr-2", "fr-1", "he-1", "he-2")
MINUTES = {"mr-1": 10, "mr-2": 20, "fr-1": 30, "he-1": 40, "he-2": 80}
DEPARTMENT = {"mr": MARKET, "fr": FIRE, "he": HEALTH}


def test_a_line_without_drawn_items_checks_all_of_them() -> None:
    draw = item_draw_of(a_line(items=ITEMS))

    assert draw.always == ITEMS
    assert draw.expected(MINUTES) == sum(MINUTES.values())
    assert draw.chance_of_any(["fr-1"]) == 1


@pytest.mark.parametrize("always", [(), ("mr-1",), ("mr-1", "fr-1")])
@pytest.mark.parametrize("choose", [1, 2])
def test_chances_and_averages_are_those_of_all_possible_draws(
    always: tuple[str, ...], choose: int
) -> None:
    draw = item_draw_of(a_line(items=ITEMS, items_always=always, items_drawn=choose))

    drawable = [code for code in ITEMS if code not in always]
    every = [{*always, *some} for some in combinations(drawable, choose)]
    for own in (["fr-1"], ["he-1", "he-2"], ["mr-1", "mr-2"], ["none"]):
        going = sum(bool(some & set(own)) for some in every)
        assert draw.chance_of_any(own) == Fraction(going, len(every))
    total = sum(MINUTES[code] for some in every for code in some)
    assert draw.expected(MINUTES) == Fraction(total, len(every))


def test_the_forecast_counts_only_who_has_an_item_drawn_and_the_minutes_of_drawn_items() -> None:
    line = a_line(items=ITEMS, items_always=("mr-1",), items_drawn=2, participants=(FIRE, HEALTH))
    items = {
        code: an_item(code, DEPARTMENT[code[:2]], estimated_minutes=minutes)
        for code, minutes in MINUTES.items()
    }
    count = FrameCount(objects=120, eligible=120, places=120, expected={"*": 120})
    force = Workforce(inspectors={}, calendar=CALENDAR, quota=2, visits_per_day=2)

    loads = forecast_of([line], {line.code: count}, items, force).loads

    visits, minutes = Counter[str](), Counter[str]()
    for each in loads:
        visits[each.department] += each.visits
        minutes[each.department] += each.minutes
    # Two of four are drawn: fire has one of them, health two of which one at least comes in 5 of 6.
    assert visits[MARKET] == 120
    assert 60 <= visits[FIRE] <= 60 + len(loads)
    assert 100 <= visits[HEALTH] <= 100 + len(loads)
    assert minutes == {MARKET: 120 * 20, FIRE: 120 * 15, HEALTH: 120 * 60}
