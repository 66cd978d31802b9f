"""The order of travel, what an enterprise may choose, and until when."""

from collections.abc import Sequence
from datetime import date, timedelta

from coordinator.adapters.visit_routing import RoutingSolver
from coordinator.domain.scheduling import (
    Spot,
    Stop,
    TravelOrder,
    choices,
    clashes_with,
    last_day_to_choose,
    plan,
    travel_order,
)
from tests.unit.scheduling.cases import MONDAY, a_call, a_setting

FRIDAY = MONDAY + timedelta(days=4)


class Backwards:
    """Goes through positions from the last to the first."""

    def shortest_order(self, positions: Sequence[tuple[float, float]]) -> Sequence[int]:
        return list(reversed(range(len(positions))))


def a_stop(visit: str, district: str, *position: float) -> Stop:
    latitude, longitude = position or (None, None)
    return Stop(visit, district, f"place-{visit}", latitude, longitude)


def test_without_a_solver_or_coordinates_visits_go_by_district_and_place() -> None:
    stops = [a_stop("v2", "west"), a_stop("v1", "east"), a_stop("v0", "west")]

    for routing in (None, Backwards()):
        travel = travel_order(stops, routing)

        assert sorted(travel.rank, key=lambda visit: travel.rank[visit]) == ["v1", "v0", "v2"]
        assert travel.made_from is TravelOrder.DISTRICTS


def test_a_district_goes_by_route_only_where_all_its_coordinates_are_known() -> None:
    stops = [
        a_stop("e0", "east", 38.1, 106.1),
        a_stop("e1", "east", 38.2, 106.2),
        a_stop("w0", "west", 38.3, 106.3),
        a_stop("w1", "west"),
    ]

    travel = travel_order(stops, Backwards())

    in_order = sorted(travel.rank, key=lambda visit: travel.rank[visit])
    assert in_order == ["e1", "e0", "w0", "w1"]
    assert travel.made_from is TravelOrder.MIXED


def test_the_solver_goes_along_a_road_and_always_the_same_way() -> None:
    road = [(38.0, 106.0 + n / 100) for n in (3, 0, 4, 1, 5, 2)]

    order = RoutingSolver().shortest_order(road)

    along = [road[number][1] for number in order]
    assert along == sorted(along)
    assert order == RoutingSolver().shortest_order(road)


def test_the_solver_takes_every_position_once_however_many_there_are() -> None:
    many = [(38.0 + n % 31 / 100, 106.0 + n // 31 / 100) for n in range(210)]

    assert sorted(RoutingSolver().shortest_order(many)) == list(range(210))
    assert list(RoutingSolver().shortest_order([])) == []


def test_choices_are_free_for_everybody_and_spread_over_days() -> None:
    setting = a_setting(5)
    calls = [a_call("mine", "ab"), a_call("other", "b"), a_call("third", "a")]
    spots = {
        "mine": Spot(MONDAY, 0),
        "other": Spot(MONDAY, 1),
        "third": Spot(MONDAY + timedelta(days=1), 0),
    }

    offered = choices(setting, calls, spots, "mine", 4)

    assert offered == (
        Spot(MONDAY + timedelta(days=1), 1),
        Spot(MONDAY + timedelta(days=2), 0),
        Spot(MONDAY + timedelta(days=3), 0),
        Spot(FRIDAY, 0),
    )
    for spot in offered:
        assert clashes_with(setting, calls, spots, "mine", spot) == ()
    assert clashes_with(setting, calls, spots, "mine", Spot(MONDAY, 1)) == ("other",)


def test_whatever_is_offered_can_be_chosen_without_moving_anybody() -> None:
    setting = a_setting(5)
    calls = [a_call(f"v{n}", "ab") for n in range(6)]
    spots = dict(plan(setting, calls).spots)

    for spot in choices(setting, calls, spots, "v0", 10):
        after = plan(setting, calls, {**spots, "v0": spot})

        assert after.moved == ()


def test_the_choice_ends_with_its_days_or_with_the_notice_whichever_is_first() -> None:
    sent = date(2026, 3, 2)

    assert last_day_to_choose(sent, date(2026, 3, 20), 3, 1) == date(2026, 3, 5)
    assert last_day_to_choose(sent, date(2026, 3, 4), 3, 1) == date(2026, 3, 3)
    assert last_day_to_choose(sent, date(2026, 3, 20), 0, 1) is None
    assert last_day_to_choose(sent, date(2026, 3, 2), 3, 1) is None
