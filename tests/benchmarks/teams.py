"""Teams at the size of 3-draw.md 3.6, beside solvers in the same run, and the oracles at length.

    bash deploy/bench.sh teams [--visits N] [--inspectors N] [--departments N] [--no-peers]
    bash deploy/bench.sh teams --oracles 20000      verdicts and loads against flow and CP-SAT

First with half of the departments at each visit (the 50 000 seats of 3-draw.md), then with all.
Every figure is of a process of its own: seconds without start and data, memory of all of it; ratios
are of processor seconds, which other work on the machine changes less. Peers answer less (a flow
knows no tags, nobody can recompute a solver), at a size they can.
"""

import argparse
import json
import resource
import sys
import time
from collections.abc import Callable
from random import Random
from typing import Any

from coordinator.domain.team_draw import RosterMember, TeamKeys, UnitNeed, draw_teams
from tests.benchmarks.measuring import measured

KEYS = TeamKeys(slot="1" * 64, pick="2" * 64, pattern="3" * 64, repl="4" * 64)
SMALL = {"visits": 1000, "inspectors": 2000, "departments": 1}
TINY = {"visits": 100, "inspectors": 200, "departments": 1}  # CP-SAT: minutes for SMALL
QUOTA = 2
TAGS = ("fire", "food", "lift", "water", "waste")

Question = tuple[list[RosterMember], set[tuple[str, str]], list[UnitNeed]]


def question(visits: int, inspectors: int, seed: int) -> Question:
    """Make one department: one in ten visits wants a tag that one in five has, some bars, a leader
    for every other visit, prior loads, and a tenth more room than seats.
    """
    chance = Random(seed)  # noqa: S311 (test data)
    per_person = -(-visits * QUOTA * 11 // (inspectors * 10))
    roster = []
    for n in range(inspectors):
        before = chance.choice((0, 0, 1, 2, 3))
        tags = frozenset(tag for tag in TAGS if chance.random() < 0.2)
        leads = chance.random() < 0.5
        roster.append(
            RosterMember(
                f"p{n:05}", tags, leads, before, before + per_person, chance.random() < 0.97
            )
        )
    units = [
        UnitNeed(
            f"v{n:06}",
            QUOTA,
            frozenset(chance.sample(TAGS, 1) if chance.random() < 0.1 else ()),
            n % 2 == 0,
            (f"uscc:{n}", f"area:{n % 40}"),
        )
        for n in range(visits)
    ]
    number_of_bars = visits * inspectors // 50_000 + 1
    bars = {
        (f"uscc:{chance.randrange(visits)}", f"p{chance.randrange(inspectors):05}")
        for _ in range(number_of_bars)
    }
    return roster, bars, units


def ours(given: Question) -> int:
    """Draw; the number of seats."""
    return len(draw_teams("fire", *given, KEYS).assignments)


def max_flow(given: Question) -> int:
    """Fill as many seats as can be, each unit with its quota; the tag and leader left out."""
    from ortools.graph.python import max_flow as solver  # noqa: PLC0415 - a peer, in its process

    people, seats = _network(given)
    flow = solver.SimpleMaxFlow()
    source, sink = 0, 1
    for node, room in people.values():
        flow.add_arc_with_capacity(source, node, room)
    first = 2 + len(people)
    for at, candidates in enumerate(seats):
        for person in candidates:
            flow.add_arc_with_capacity(people[person][0], first + at, 1)
        flow.add_arc_with_capacity(first + at, sink, QUOTA)
    if flow.solve(source, sink) != flow.OPTIMAL:
        raise RuntimeError("no maximum flow")
    return int(flow.optimal_flow())


def min_cost_flow(given: Question) -> int:
    """Fill every seat with the least sum of squared loads; tag and leader left out."""
    from ortools.graph.python import min_cost_flow as solver  # noqa: PLC0415 - as above

    people, seats = _network(given)
    loads = {member.inspector: member.prior_load for member in given[0]}
    flow = solver.SimpleMinCostFlow()
    first = 2 + len(people)
    for person, (node, room) in people.items():
        for turn in range(room):
            cost = 2 * (loads[person] + turn) + 1
            flow.add_arc_with_capacity_and_unit_cost(0, node, 1, cost)
    for at, candidates in enumerate(seats):
        for person in candidates:
            flow.add_arc_with_capacity_and_unit_cost(people[person][0], first + at, 1, 0)
        flow.add_arc_with_capacity_and_unit_cost(first + at, 1, QUOTA, 0)
    flow.set_node_supply(0, QUOTA * len(seats))
    flow.set_node_supply(1, -QUOTA * len(seats))
    if flow.solve() != flow.OPTIMAL:
        raise RuntimeError("no flow of least cost")
    return QUOTA * len(seats)


def cp_sat(given: Question) -> int:
    """Find any teams at all that cover the tags, as our witness does."""
    from coordinator.adapters.team_solver import CpSatFeasibilitySolver  # noqa: PLC0415 - as above
    from coordinator.domain.team_draw.needs import Needs  # noqa: PLC0415 - as above
    from coordinator.domain.team_draw.witness import feasibility_question  # noqa: PLC0415

    teams = CpSatFeasibilitySolver().find_teams(feasibility_question(Needs("fire", *given)))
    return sum(map(len, (teams or {}).values()))


PEERS = (
    ("ortools max-flow", SMALL),
    ("ortools min-cost flow", SMALL),
    ("ortools CP-SAT", TINY),
)
RUNS: dict[str, Callable[[Question], int]] = {
    "ours": ours,
    "ortools max-flow": max_flow,
    "ortools min-cost flow": min_cost_flow,
    "ortools CP-SAT": cp_sat,
}


def _network(given: Question) -> tuple[dict[str, tuple[int, int]], list[list[str]]]:
    roster, bars, units = given
    there = [member for member in roster if member.room]
    people = {member.inspector: (2 + at, member.room) for at, member in enumerate(there)}
    barred: dict[str, set[str]] = {}
    for thing, person in bars:
        barred.setdefault(thing, set()).add(person)
    seats = [
        [p for p in people if not any(p in barred.get(o, ()) for o in unit.objects)]
        for unit in units
    ]
    return people, seats


def run(name: str, size: dict[str, int]) -> None:
    """Run one of RUNS for every department of a size, and print what it took."""
    share = size["inspectors"] // size["departments"]
    seconds = processor = 0.0
    slots = 0
    for department in range(size["departments"]):
        given = question(size["visits"], share, department)
        started, used = time.perf_counter(), time.process_time()
        slots += RUNS[name](given)
        seconds += time.perf_counter() - started
        processor += time.process_time() - used
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    found = {"seconds": seconds, "processor": processor, "slots": slots, "peak": peak}
    json.dump(found, sys.stdout)


def compare(size: dict[str, int], *, peers: bool) -> None:
    """Print ours at the size asked, and everybody at the small one with ratios."""
    print(
        f"{'':24}{'visits':>8}{'people':>8}{'slots':>9}{'seconds':>9}{'cpu':>7}{'MB':>6}{'ratio':>8}"
    )
    half = {**size, "visits": size["visits"] // 2}
    _print("ours, half of them each", size, _child("ours", half), None)
    _print("ours, all at each visit", size, _child("ours", size), None)
    if not peers:
        return
    baselines = {}
    for same in (SMALL, TINY):
        baselines[same["visits"]] = _child("ours", same)
        _print("ours", same, baselines[same["visits"]], 1.0)
    for name, same in PEERS:
        other = _child(name, same)
        _print(name, same, other, other["processor"] / baselines[same["visits"]]["processor"])


def _child(name: str, size: dict[str, int]) -> dict[str, Any]:
    sizes = [f"--{key}={value}" for key, value in size.items()]
    done = measured(["tests.benchmarks.teams", f"--run={name}", *sizes], {})
    if done.status:
        raise SystemExit(f"{name} failed")
    answer: dict[str, Any] = done.answer
    return answer


def _print(name: str, size: dict[str, int], found: dict[str, Any], ratio: float | None) -> None:
    times = "" if ratio is None else f"{ratio:7.1f}x"
    print(
        f"{name:24}{size['visits']:8}{size['inspectors']:8}{found['slots']:9}"
        f"{found['seconds']:9.2f}{found['processor']:7.2f}{found['peak']:6}{times:>8}"
    )


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--visits", type=int, default=10_000)
    parser.add_argument("--inspectors", type=int, default=5_000)
    parser.add_argument("--departments", type=int, default=5)
    parser.add_argument("--no-peers", action="store_true")
    parser.add_argument("--oracles", type=int, default=0)
    parser.add_argument("--run", choices=RUNS)
    asked = parser.parse_args()
    size = {name: getattr(asked, name) for name in SMALL}
    if asked.run:
        run(asked.run, size)
    elif asked.oracles:
        from tests.unit.team_draw.oracle_runs import (  # noqa: PLC0415 - needs pytest's tests
            tag_covers,
            verdicts_and_loads,
        )

        print("verdict = maximum flow, loads = convex optimum:", verdicts_and_loads(asked.oracles))
        print("tag cover = CP-SAT:", tag_covers(asked.oracles // 10))
    else:
        compare(size, peers=not asked.no_peers)


if __name__ == "__main__":
    main()
