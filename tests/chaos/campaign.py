"""Plays faults on a running plant: `python -m tests.chaos.campaign --minutes N`.

One round: a business commits transactions, a fault strikes at a random moment, and in the end
everything committed has had its effects once, in order, everywhere. The seed of a round is printed;
`--seed S --fault NAME` plays it again.
"""

import argparse
import asyncio
import json
import secrets
import sys
import time
import traceback
from collections.abc import Awaitable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from importlib import import_module
from itertools import count, cycle
from random import Random

from tests.chaos.fault import Fault
from tests.chaos.faults import FAULTS, LEFT_OUT
from tests.chaos.founding import a_plant
from tests.chaos.plant import DEADLINE_SECONDS, Plant, Store

TRANSACTIONS = 60
_ROUNDS_PER_PLANT = 12


@dataclass(frozen=True)
class Played:
    """One round: what went in, what came out, and how long it took until nothing waited."""

    fault: str
    seed: int
    store: str
    transactions: int
    effects: int
    seconds: float
    failure: str = ""
    figures: Mapping[str, float] = field(default_factory=dict)


async def play(plant: Plant, fault: Fault, seed: int, transactions: int = TRANSACTIONS) -> Played:
    """Play one round; AssertionError says what is lost, doubled, out of order or stuck."""
    started, chance = time.monotonic(), Random(seed)  # noqa: S311 - replayable
    before = await plant.books()
    business = plant.start_writing(transactions, Random(seed))  # noqa: S311 - replayable
    try:
        await plant.more_was_told(chance.randrange(transactions // 2))
        await bounded_to(DEADLINE_SECONDS, fault.strike(plant, chance), f"{fault.name} strikes")
        await bounded_to(DEADLINE_SECONDS, business, "all transactions are committed")
        books = await plant.settled()
    finally:
        business.cancel()
        await asyncio.gather(business, return_exceptions=True)
    written = len(books.committed) - len(before.committed)
    effects = books.number_of_effects - before.number_of_effects
    seconds = round(time.monotonic() - started, 1)
    figures, plant.figures = plant.figures, {}
    return Played(fault.name, seed, plant.store, written, effects, seconds, figures=figures)


async def bounded_to(seconds: float, work: Awaitable[None], name: str) -> None:
    """Await work for so long; TimeoutError with its name."""
    try:
        async with asyncio.timeout(seconds):
            await work
    except TimeoutError as error:
        raise TimeoutError(str(error) or f"not within {seconds:g} s: {name}") from None


@dataclass(frozen=True)
class Plan:
    """How long to play, from which seed on, and whether one fault or one database only."""

    minutes: float
    seed: int
    fault: str | None = None
    store: Store | None = None


async def campaign(plan: Plan) -> list[Played]:
    """Play random faults until the time is up; a plant on which a round failed is left."""
    deadline = time.monotonic() + 60 * plan.minutes
    chance, seeds = Random(plan.seed), count(plan.seed)  # noqa: S311 - replayable
    rounds = {store: _rounds(plan, store, chance, seeds) for store in Store}
    played: list[Played] = []
    for store in _stores(plan):
        if played and time.monotonic() >= deadline:
            return played
        async with a_plant(store) as plant:
            played += await _on_one_plant(plant, rounds[store], deadline)
    return played


async def _on_one_plant(
    plant: Plant, rounds: Iterator[Sequence[tuple[Fault, int]]], deadline: float
) -> list[Played]:
    """Play some faults; a plant is left when it is old, or when a round failed on it."""
    played: list[Played] = []
    for fault, seed in next(rounds):
        played.append(await _told(plant, fault, seed))
        if played[-1].failure or time.monotonic() >= deadline:
            break
    return played


async def _told(plant: Plant, fault: Fault, seed: int) -> Played:
    try:
        result = await play(plant, fault, seed)
    except (AssertionError, OSError, TimeoutError, RuntimeError) as error:
        traceback.print_exc()
        result = Played(
            fault.name, seed, plant.store, 0, 0, 0, f"{type(error).__name__}: {error}"[:300]
        )
    print(json.dumps(asdict(result), ensure_ascii=False), flush=True)  # noqa: T201
    return result


def _rounds(
    plan: Plan, store: Store, chance: Random, seeds: Iterator[int]
) -> Iterator[Sequence[tuple[Fault, int]]]:
    """Give what to play on one plant after the other: every fault in a random order, then again."""
    chosen = [
        fault for name, fault in FAULTS.items() if store in fault.on and plan.fault in (None, name)
    ]
    if plan.fault is not None:
        chosen *= _ROUNDS_PER_PLANT
    while True:
        chance.shuffle(chosen)
        for first in range(0, len(chosen), _ROUNDS_PER_PLANT):
            yield [(fault, next(seeds)) for fault in chosen[first : first + _ROUNDS_PER_PLANT]]


def _stores(plan: Plan) -> Iterator[Store]:
    """Give what each plant runs on: in turn, as far as the plan and its fault allow."""
    wanted = list(Store) if plan.store is None else [plan.store]
    chosen = None if plan.fault is None else FAULTS[plan.fault]
    yield from cycle([store for store in wanted if chosen is None or store in chosen.on])


def table(played: Iterable[Played]) -> str:
    """Lay out faults and seeds with what went in and how it ended."""
    lines = [f"{'fault':24} {'rounds':>6} {'in':>7} {'failed':>6} {'longest':>8}  seeds"]
    by_fault: dict[str, list[Played]] = {}
    for each in played:
        by_fault.setdefault(each.fault, []).append(each)
    for name, rounds in sorted(by_fault.items()):
        failed = sum(bool(each.failure) for each in rounds)
        longest = max(each.seconds for each in rounds)
        number = sum(each.transactions for each in rounds)
        seeds = " ".join(f"{each.seed}{'!' if each.failure else ''}" for each in rounds)
        lines.append(f"{name:24} {len(rounds):6} {number:7} {failed:6} {longest:6.1f} s  {seeds}")
    return "\n".join(lines)


def main() -> int:
    """Play until the time is up, print the table, and end with 1 when a round failed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(1_000_000))
    parser.add_argument("--fault", choices=sorted(FAULTS))
    parser.add_argument("--store", type=Store, choices=list(Store))
    parser.add_argument("--seeds", type=int, help="play every fault for so many seeds instead")
    chosen = parser.parse_args()
    print(f"seed {chosen.seed}", flush=True)  # noqa: T201
    if LEFT_OUT:
        print(f"left out, only who may mount can play them: {', '.join(LEFT_OUT)}")  # noqa: T201
    if chosen.seeds:
        return _seeds(chosen.seed, chosen.seeds, chosen.store)
    if chosen.fault and chosen.store and chosen.store not in FAULTS[chosen.fault].on:
        parser.error(f"{chosen.fault} means nothing on {chosen.store}")
    plan = Plan(chosen.minutes, chosen.seed, chosen.fault, chosen.store)
    played = asyncio.run(campaign(plan))
    print(table(played))  # noqa: T201
    return int(any(each.failure for each in played))


def _seeds(first: int, number: int, store: Store | None) -> int:
    """Play every fault for some seeds, and end with 1 when a fault is missing or a group failed."""
    compound = import_module("tests.chaos.compound")  # it needs this module
    started = time.monotonic()
    groups = asyncio.run(compound.play_seeds(first, number, store))
    print(compound.summary(groups))  # noqa: T201
    print(f"{(time.monotonic() - started) / 60:.1f} minutes")  # noqa: T201
    return int(any(group.failure for group in groups))


if __name__ == "__main__":
    sys.exit(main())
