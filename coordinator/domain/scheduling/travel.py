"""The order of travel: by coordinates where a solver and all coordinates are there, by district."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class TravelOrder(StrEnum):
    """What the order of travel was made from."""

    COORDINATES = "coordinates"
    MIXED = "mixed"
    DISTRICTS = "districts"


@dataclass(frozen=True, slots=True)
class Stop:
    """Where a visit goes: district (region, then area), place, and coordinates in degrees."""

    visit_id: str
    district: str
    place: str
    latitude: float | None = None
    longitude: float | None = None

    @property
    def position(self) -> tuple[float, float] | None:
        """Latitude and longitude, where both are known."""
        if self.latitude is None or self.longitude is None:
            return None
        return self.latitude, self.longitude


class VisitRouting(Protocol):
    """A solver of round trips."""

    def shortest_order(self, positions: Sequence[tuple[float, float]]) -> Sequence[int]:
        """Give the numbers of the positions in the order of a short way through all of them."""
        ...


@dataclass(frozen=True)
class Travel:
    """The turn of every visit in the order of travel, and what it was made from."""

    rank: Mapping[str, int]
    made_from: TravelOrder


def travel_order(stops: Iterable[Stop], routing: VisitRouting | None) -> Travel:
    """Order visits district by district; inside a district by route where that can be known."""
    districts: dict[str, list[Stop]] = defaultdict(list)
    for stop in sorted(stops, key=lambda each: (each.district, each.place, each.visit_id)):
        districts[stop.district].append(stop)
    in_order: list[Stop] = []
    routed = 0
    for _, members in sorted(districts.items()):
        way = _route(members, routing)
        routed += way is not None
        in_order += members if way is None else way
    rank = {stop.visit_id: turn for turn, stop in enumerate(in_order)}
    return Travel(rank, _made_from(routed, len(districts)))


def _route(members: list[Stop], routing: VisitRouting | None) -> list[Stop] | None:
    positions = [stop.position for stop in members]
    known = [position for position in positions if position is not None]
    if routing is None or len(known) < len(members):
        return None
    return [members[number] for number in routing.shortest_order(known)]


def _made_from(routed: int, districts: int) -> TravelOrder:
    if not routed:
        return TravelOrder.DISTRICTS
    return TravelOrder.COORDINATES if routed == districts else TravelOrder.MIXED
