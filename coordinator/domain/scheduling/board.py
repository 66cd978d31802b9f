"""Where everybody is: the bookings of each person's days, and which of them can't stand together.

Leaving a booking out never makes a day worse, as travel inside a district is no longer than travel
to another one. So whatever clashes is mended only by moving one of the visits it names.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import combinations, pairwise
from typing import NamedTuple

from coordinator.domain.scheduling.values import Call, Setting, Spot


class Booking(NamedTuple):
    """A visit in somebody's day; times in minutes after midnight."""

    starts: int
    ends: int
    minutes: int
    district: str
    visit_id: str


PersonDay = tuple[str, date]


class Board:
    """A schedule in the making."""

    def __init__(self, setting: Setting, calls: Iterable[Call]) -> None:
        self.setting = setting
        self.calls = {call.visit_id: call for call in calls}
        self.spots: dict[str, Spot] = {}
        self._bookings: dict[PersonDay, list[Booking]] = {}
        self._allowed: dict[str, tuple[Spot, ...]] = {}

    def allowed(self, visit_id: str) -> tuple[Spot, ...]:
        """Give where a visit may stand as far as it alone is concerned."""
        found = self._allowed.get(visit_id)
        if found is None:
            found = self._allowed[visit_id] = self.setting.spots(self.calls[visit_id])
        return found

    def put(self, visit_id: str, spot: Spot) -> None:
        """Let a visit stand somewhere, whether or not that clashes."""
        call = self.calls[visit_id]
        booking = self._booking(call, spot)
        self.spots[visit_id] = spot
        for person in call.people:
            self._bookings.setdefault((person, spot.day), []).append(booking)

    def take(self, visit_id: str) -> Spot:
        """Take a visit off the board."""
        spot = self.spots.pop(visit_id)
        for person in self.calls[visit_id].people:
            day = self._bookings[person, spot.day]
            day[:] = [each for each in day if each.visit_id != visit_id]
        return spot

    def restore(self, spots: Mapping[str, Spot]) -> None:
        """Let visits stand as they did; all others are off the board."""
        self.spots, self._bookings = {}, {}
        for visit_id, spot in spots.items():
            self.put(visit_id, spot)

    def is_free(self, visit_id: str, spot: Spot) -> bool:
        """Whether a visit that is off the board could stand there beside everybody else's."""
        call = self.calls[visit_id]
        booking = self._booking(call, spot)
        bookings, day = self._bookings, spot.day
        for person in call.people:
            others = bookings.get((person, day))
            if others and not self._can_stand([*others, booking]):
                return False
        return True

    def blockers(self, visit_id: str, spot: Spot) -> set[str]:
        """Name the visits that would have to give way, at most, for this one to stand there."""
        call = self.calls[visit_id]
        booking = self._booking(call, spot)
        found: set[str] = set()
        for person in call.people:
            others = self._bookings.get((person, spot.day))
            if others and self._clash([*others, booking]):
                pairs = [each for each in others if self._clash([each, booking])]
                found.update(each.visit_id for each in pairs or others)
        return found

    def bookings(self, person: str, day: date) -> Sequence[Booking]:
        """Give a person's visits of a day, in no order."""
        return self._bookings.get((person, day), ())

    def clash_of(self, visit_id: str) -> tuple[str, ...]:
        """Name visits of which one must move, because of where this one stands; empty for none."""
        spot = self.spots[visit_id]
        for person in self.calls[visit_id].people:
            clash = self._clash(self._bookings[person, spot.day])
            if clash:
                return clash
        return ()

    def _booking(self, call: Call, spot: Spot) -> Booking:
        starts = self.setting.slots[spot.slot].starts
        ends = self.setting.ends(spot.slot, call.minutes)
        last = self.setting.slots[-1].ends if ends is None else ends
        return Booking(starts, last, call.minutes, call.district, call.visit_id)

    def _can_stand(self, bookings: list[Booking]) -> bool:
        return not self._clash(bookings)

    def _clash(self, bookings: list[Booking]) -> tuple[str, ...]:
        """Two visits at one time, or with too little time between them; else a day too full."""
        if len(bookings) <= 1:
            return ()
        travel = self.setting.travel
        ordered = sorted(bookings)
        for one, other in pairwise(ordered):
            if one.ends + travel(one.district, other.district) > other.starts:
                return self._pair(ordered)
        minutes = sum(each.minutes for each in ordered)
        minutes += sum(travel(a.district, b.district) for a, b in pairwise(ordered))
        if len(ordered) > self.setting.visits_a_day or minutes > self.setting.minutes_a_day:
            return tuple(each.visit_id for each in ordered)
        return ()

    def _pair(self, ordered: list[Booking]) -> tuple[str, ...]:
        """Give the first two that can't both stand."""
        travel = self.setting.travel
        return next(
            (one.visit_id, other.visit_id)
            for one, other in combinations(ordered, 2)
            if one.ends + travel(one.district, other.district) > other.starts
        )


def standing(board: Board, spots: Mapping[str, Spot]) -> list[str]:
    """Put visits where they stood; gives those that can't stay there by themselves.

    A day that is none of the setting's any more, or somebody away, moves a visit; where it may
    not go to, because notice would be too short, it may still stay.
    """
    lost = []
    for visit_id, spot in spots.items():
        if is_lost(board.setting, board.calls[visit_id], spot):
            lost.append(visit_id)
        else:
            board.put(visit_id, spot)
    return lost


def is_lost(setting: Setting, call: Call, spot: Spot) -> bool:
    """Whether a visit can't stay where it stands, whatever the others do."""
    return (
        (spot.day not in setting.working and not call.fixed)
        or spot.day > call.last
        or setting.ends(spot.slot, call.minutes) is None
        or any(spot.day in setting.away.get(person, ()) for person in call.people)
    )
