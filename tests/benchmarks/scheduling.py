"""A round of many visits scheduled, somebody falling ill, and what that moves: processor seconds.

python -m tests.benchmarks.scheduling [--visits N] [--officers N] [--weeks N]
"""

import argparse
import random
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from coordinator.domain.scheduling import Call, Schedule, Setting, Slot, plan

_DISTRICTS = 8
_DEPARTMENTS = 5
_MONDAY = date(2026, 3, 2)


def a_setting(weeks: int) -> Setting:
    """Make a setting of so many working weeks with two slots a day."""
    days = (_MONDAY + timedelta(days=7 * week + day) for week in range(weeks) for day in range(5))
    return Setting(
        slots=(Slot("am", 480, 720), Slot("pm", 840, 1080)),
        minutes_a_day=480,
        visits_a_day=2,
        within=15,
        between=45,
        days=tuple(days),
    )


def some_calls(setting: Setting, visits: int, officers: int, departments: int) -> list[Call]:
    """Make visits with two officers of each of some departments, drawn at random with a seed."""
    chance = random.Random(7)  # noqa: S311 - no secret
    own = officers // _DEPARTMENTS
    calls = []
    for number in range(visits):
        people = {
            f"{department}-{officer}"
            for department in chance.sample(range(_DEPARTMENTS), departments)
            for officer in chance.sample(range(own), 2)
        }
        district = chance.randrange(_DISTRICTS)
        calls.append(
            Call(
                visit_id=f"v{number:05}",
                people=tuple(sorted(people)),
                minutes=chance.randrange(40, 200),
                district=f"d{district}",
                first=setting.days[0],
                last=setting.days[-1],
                rank=district,
            )
        )
    return calls


def main(arguments: Sequence[str] | None = None) -> None:
    """Print what scheduling and re-planning take."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--visits", type=int, default=10_000)
    parser.add_argument("--officers", type=int, default=5_000)
    parser.add_argument("--weeks", type=int, default=12)
    asked = parser.parse_args(arguments)
    setting = a_setting(asked.weeks)
    for departments in (2, 5):
        calls = some_calls(setting, asked.visits, asked.officers, departments)
        seconds, made = _timed(setting, calls, None)
        people = departments * 2
        print(f"{asked.visits} visits of {people} officers in {asked.weeks} weeks")
        print(f"  scheduled in {seconds:.1f} s of processor time; {_words(made)}")
        print(f"  pairs of visits of a person's day in two districts: {_strangers(calls, made)}")
        ill = calls[0].people[0]
        away = {ill: frozenset(setting.days[:5])}
        seconds, after = _timed(replace(setting, away=away), calls, made)
        lost = [c for c in calls if ill in c.people and made.spots[c.visit_id].day in away[ill]]
        print(
            f"  one officer ill for a week: {len(lost)} visits can't stand, {len(after.moved)} move"
        )
        print(f"  re-planned in {seconds:.1f} s; {_words(after)}")


def _timed(
    setting: Setting, calls: Sequence[Call], before: Schedule | None
) -> tuple[float, Schedule]:
    start = time.process_time()
    made = plan(setting, calls, before.spots if before else None)
    return time.process_time() - start, made


def _words(made: Schedule) -> str:
    return f"{len(made.left_out)} without a place, proven {'yes' if made.proven else 'no'}"


def _strangers(calls: Sequence[Call], made: Schedule) -> str:
    days: dict[tuple[str, date], list[str]] = {}
    for call in calls:
        for person in call.people if call.visit_id in made.spots else ():
            days.setdefault((person, made.spots[call.visit_id].day), []).append(call.district)
    pairs = [districts for districts in days.values() if len(districts) > 1]
    return f"{sum(len(set(each)) > 1 for each in pairs)} of {len(pairs)}"


if __name__ == "__main__":
    main()
