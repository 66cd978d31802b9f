"""Small schedules for tests, and two judges that share no code with the planner."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from itertools import combinations, pairwise, product

from hypothesis import strategies as st
from ortools.sat.python import cp_model

from coordinator.domain.scheduling import Call, Setting, Slot, Spot

MONDAY = date(2026, 3, 2)
HALVES = (Slot("am", 8 * 60, 12 * 60), Slot("pm", 14 * 60, 18 * 60))
QUARTERS = (
    Slot("a", 8 * 60, 10 * 60),
    Slot("b", 10 * 60, 12 * 60),
    Slot("c", 14 * 60, 16 * 60),
    Slot("d", 16 * 60, 18 * 60),
)


def a_setting(days: int = 5, **changes: object) -> Setting:
    """Make a setting of so many working days from a Monday on, halves of days, two visits a day."""
    values: dict[str, object] = {
        "slots": HALVES,
        "minutes_a_day": 480,
        "visits_a_day": 2,
        "within": 15,
        "between": 45,
        "days": tuple(MONDAY + timedelta(days=7 * (n // 5) + n % 5) for n in range(days)),
        "away": {},
    }
    return Setting(**(values | changes))  # type: ignore[arg-type] # names are checked by the class


def a_call(visit_id: str, people: str, minutes: int = 120, **changes: object) -> Call:
    """Make a call of people named by letters, in a window of one working week."""
    values: dict[str, object] = {
        "district": "east",
        "first": MONDAY,
        "last": MONDAY + timedelta(days=4),
    }
    return Call(visit_id, tuple(people), minutes, **(values | changes))  # type: ignore[arg-type] # as above


@st.composite
def small_cases(draw: st.DrawFn) -> tuple[Setting, list[Call]]:
    """Draw settings of one to three days and up to six visits of up to three people."""
    days = draw(st.integers(1, 3))
    setting = a_setting(
        days,
        slots=draw(st.sampled_from([HALVES, QUARTERS])),
        minutes_a_day=draw(st.sampled_from([240, 300, 480])),
        visits_a_day=draw(st.integers(1, 3)),
        between=draw(st.sampled_from([15, 45, 130])),
    )
    away = draw(st.dictionaries(st.sampled_from("abc"), st.sets(st.sampled_from(setting.days))))
    setting = a_setting(
        days,
        slots=setting.slots,
        minutes_a_day=setting.minutes_a_day,
        visits_a_day=setting.visits_a_day,
        between=setting.between,
        away={person: frozenset(out) for person, out in away.items()},
    )
    calls = []
    for number in range(draw(st.integers(1, 6))):
        people = "".join(sorted(draw(st.sets(st.sampled_from("abc"), min_size=1, max_size=2))))
        first = draw(st.integers(0, days - 1))
        last = draw(st.integers(first, days - 1))
        calls.append(
            a_call(
                f"v{number}",
                people,
                draw(st.sampled_from([60, 120, 200, 260, 500])),
                district=draw(st.sampled_from(["east", "west"])),
                first=setting.days[first],
                last=setting.days[last],
            )
        )
    return setting, calls


def all_spots(setting: Setting) -> list[Spot]:
    """Give every spot of a setting."""
    return [Spot(day, slot) for day, slot in product(setting.days, range(len(setting.slots)))]


def stands_alone(setting: Setting, call: Call, spot: Spot) -> bool:
    """Judge a visit by itself: window, working day, absence, length."""
    return (
        spot.day in setting.days
        and call.first <= spot.day <= call.last
        and call.minutes <= setting.minutes_a_day
        and _end(setting, call, spot) is not None
        and not any(spot.day in setting.away.get(person, ()) for person in call.people)
    )


def stand_together(setting: Setting, day: Iterable[tuple[Call, Spot]]) -> bool:
    """Judge one person's day: nobody twice at one time, travel fits, and so do the limits."""
    booked = sorted(
        (
            (setting.slots[spot.slot].starts, _end(setting, call, spot) or 0, call)
            for call, spot in day
        ),
        key=lambda each: (each[0], each[1], each[2].visit_id),
    )
    minutes = sum(call.minutes for _, _, call in booked)
    for (_, ends, one), (starts, _, other) in pairwise(booked):
        way = setting.within if one.district == other.district else setting.between
        minutes += way
        if ends + way > starts:
            return False
    return len(booked) <= setting.visits_a_day and minutes <= setting.minutes_a_day


def faults(setting: Setting, calls: Iterable[Call], spots: Mapping[str, Spot]) -> list[str]:
    """Name what is wrong with a schedule; nothing for a sound one."""
    found = []
    days: dict[tuple[str, date], list[tuple[Call, Spot]]] = defaultdict(list)
    for call in calls:
        if call.visit_id not in spots:
            continue
        spot = spots[call.visit_id]
        if not stands_alone(setting, call, spot):
            found.append(f"{call.visit_id} can't stand at {spot}")
        for person in call.people:
            days[person, spot.day].append((call, spot))
    found += [f"{key} clashes" for key, day in days.items() if not stand_together(setting, day)]
    return found


def fewest_moves(setting: Setting, calls: Iterable[Call], before: Mapping[str, Spot]) -> int | None:
    """Ask CP-SAT for the fewest visits that stand elsewhere than before; None: no schedule."""
    model = cp_model.CpModel()
    known = list(calls)
    at = {
        (call.visit_id, spot): model.new_bool_var(f"{call.visit_id} {spot}")
        for call in known
        for spot in all_spots(setting)
        if stands_alone(setting, call, spot)
    }
    for call in known:
        model.add_exactly_one(at[key] for key in at if key[0] == call.visit_id)
    for person, day in product({p for call in known for p in call.people}, setting.days):
        here = [
            (call, spot)
            for call in known
            if person in call.people
            for spot in all_spots(setting)
            if spot.day == day and (call.visit_id, spot) in at
        ]
        for number in range(2, setting.visits_a_day + 2):
            for group in combinations(here, number):
                distinct = len({call.visit_id for call, _ in group}) == number
                if distinct and not stand_together(setting, group):
                    model.add_bool_or(~at[call.visit_id, spot] for call, spot in group)
    stayed = [at[key] for key in at if before.get(key[0]) == key[1]]
    model.maximize(sum(stayed))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    if solver.solve(model) != cp_model.OPTIMAL:
        return None
    return len(before) - sum(solver.boolean_value(each) for each in stayed)


def _end(setting: Setting, call: Call, spot: Spot) -> int | None:
    left = call.minutes
    for slot in setting.slots[spot.slot :]:
        if left <= slot.ends - slot.starts:
            return slot.starts + left
        left -= slot.ends - slot.starts
    return None
