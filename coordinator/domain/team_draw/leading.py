"""Leaders by duty (分管领导带队): not by lot, but turn about among those who hold the post."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class DutyCall:
    """One unit that somebody must lead by duty, and who may: fit on its days, not recused."""

    department: str
    unit: str
    candidates: tuple[str, ...]


def duty_leaders(calls: Iterable[DutyCall], led: Counter[str]) -> dict[tuple[str, str], str]:
    """Give who leads which (department, unit): whoever has led least, then by code.

    `led` counts what everybody led before. A unit without candidates gets nobody.
    """
    chosen: dict[tuple[str, str], str] = {}
    counts = Counter(led)
    for call in sorted(calls, key=lambda each: (each.department, each.unit)):
        leader = next_leader(call.candidates, counts)
        if leader is not None:
            counts[leader] += 1
            chosen[call.department, call.unit] = leader
    return chosen


def next_leader(candidates: Sequence[str], led: Counter[str]) -> str | None:
    """Give who has led least, then by code."""
    return min(candidates, key=lambda code: (led[code], code), default=None)
