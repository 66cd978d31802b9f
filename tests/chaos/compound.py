"""Every fault for every seed in bounded time: `bash deploy/chaos.sh --seeds 20`.

For each seed all faults strike once, dealt out to plants on PostgreSQL, SQLite and a cluster, in
an order of chance. They strike under one stream of business, those together that have nothing to
do with each other, and the books are balanced once for each seed and plant. What a fault
does follows from seed and name: `--seeds 1 --seed S` plays the whole seed again.
"""

import asyncio
import json
import sys
import time
import traceback
from collections.abc import Coroutine, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from random import Random
from typing import Any

from tests.chaos.campaign import bounded_to
from tests.chaos.fault import Fault
from tests.chaos.faults import FAULTS
from tests.chaos.founding import a_plant
from tests.chaos.plant import DEADLINE_SECONDS, Plant, Store

_TOGETHER = 3
_SEEDS_PER_PLANT = 5
_STRIKE_SECONDS = 3 * DEADLINE_SECONDS  # two others may strike meanwhile


@dataclass
class Group:
    """What one seed did to one plant; `took` gives the seconds of each fault."""

    seed: int
    store: str
    faults: Sequence[str]
    transactions: int = 0
    effects: int = 0
    seconds: float = 0
    settling: float = 0
    failure: str = ""
    took: dict[str, float] = field(default_factory=dict)


async def play_seeds(first: int, number: int, only: Store | None = None) -> list[Group]:
    """Play all faults for so many seeds; a plant on which a group failed is left."""
    groups: list[Group] = []
    for store in Store if only is None else [only]:
        waiting = list(range(first, first + number))
        while waiting:
            async with a_plant(store) as plant:
                for seed in waiting[:_SEEDS_PER_PLANT]:
                    groups.append(await _play_group(plant, seed, dealt(seed, store)))
                    waiting.remove(seed)
                    print(json.dumps(asdict(groups[-1]), ensure_ascii=False), flush=True)  # noqa: T201
                    if groups[-1].failure:
                        break
    return groups


def dealt(seed: int, store: Store) -> list[Fault]:
    """Give the faults that strike this plant for a seed, in an order of chance.

    Each strikes one of the plants on which it means something.
    """
    chance = Random(seed)  # noqa: S311 - replayable
    faults = [fault for _, fault in sorted(FAULTS.items())]
    here = [fault for fault in faults if chance.choice(sorted(fault.on)) is store]
    chance.shuffle(here)
    return here


def waves(faults: Sequence[Fault]) -> Iterator[list[Fault]]:
    """Give which faults strike together, each once: the first that waits, and what goes with it."""
    waiting = list(faults)
    while waiting:
        wave = [waiting.pop(0)]
        for fault in list(waiting):
            if len(wave) < _TOGETHER and all(fault.goes_with(other) for other in wave):
                wave.append(fault)
                waiting.remove(fault)
        yield wave


async def _play_group(plant: Plant, seed: int, faults: Sequence[Fault]) -> Group:
    group = Group(seed, plant.store, [fault.name for fault in faults])
    started = time.monotonic()
    before = await plant.books()
    try:
        async with plant.under_business(Random(seed)):  # noqa: S311 - replayable
            for wave in waves(faults):
                await _together(*(_strike(plant, fault, group) for fault in wave))
        settling = time.monotonic()
        books = await plant.settled()
    except (AssertionError, OSError, TimeoutError, RuntimeError) as error:
        traceback.print_exc()
        if isinstance(error, TimeoutError):  # a strike that can't go on says less than the books
            sys.stderr.write(await plant.account(str(error)) + "\n")
        group.failure = f"{type(error).__name__}: {error}"[:300]
        return group
    now = time.monotonic()
    group.settling, group.seconds = round(now - settling, 1), round(now - started, 1)
    group.transactions = len(books.committed) - len(before.committed)
    group.effects = books.number_of_effects - before.number_of_effects
    return group


async def _together(*strikes: Coroutine[Any, Any, None]) -> None:
    """Await all; when one fails the others are given up."""
    tasks = [asyncio.ensure_future(strike) for strike in strikes]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _strike(plant: Plant, fault: Fault, group: Group) -> None:
    started, chance = time.monotonic(), Random(f"{group.seed} {fault.name}")  # noqa: S311 - replayable
    await bounded_to(_STRIKE_SECONDS, fault.strike(plant, chance), f"{fault.name} strikes")
    group.took[fault.name] = round(time.monotonic() - started, 1)


def summary(groups: Sequence[Group]) -> str:
    """Lay out what was played: strikes of each fault, what went in and out, what failed."""
    strikes = {name: sum(name in group.took for group in groups) for name in sorted(FAULTS)}
    longest = {
        name: max((group.took[name] for group in groups if name in group.took), default=0.0)
        for name in strikes
    }
    failed = [f"{each.seed} on {each.store}: {each.failure}" for each in groups if each.failure]
    into = sum(group.transactions for group in groups)
    out = sum(group.effects for group in groups)
    seeds = len({group.seed for group in groups})
    whole = f"{seeds} seeds, {sum(strikes.values())} strikes, {into} transactions in, {out} effects"
    return "\n".join(
        [
            f"{'fault':24} {'strikes':>7} {'longest':>9}",
            *(f"{name:24} {strikes[name]:7} {longest[name]:7.1f} s" for name in strikes),
            f"{whole} out (4 each), {len(failed)} groups failed",
            *failed,
        ]
    )
