"""Selection inside one stratum by integers only: equal chances, and Pareto order sampling.

Source: 3-draw.md 3.2.5; B. Rosén, "On sampling with probability proportional to size", 1997.
"""

from collections.abc import Sequence
from heapq import nsmallest
from typing import NamedTuple

from contracts.draw_record import StratumRule

Candidate = tuple[bytes, str, int]
"""Ticket, object, weight: a plain tuple, because a round may hold millions."""


class Place(NamedTuple):
    """A place in the order of a stratum: the object, its ticket, and whether it was certain."""

    object: str
    ticket: bytes
    certain: bool


class Certainty(NamedTuple):
    """What Pareto sampling takes for certain, and the n and W that remain for the others."""

    taken: frozenset[str]
    number: int
    weight: int


def number_to_draw(rule: StratumRule, eligible: int) -> int:
    """Return n = min(N, max(minimum, ceil(N·num/den)))."""
    numerator, denominator = rule.ratio
    return min(eligible, max(rule.minimum, -(-eligible * numerator // denominator)))


def first_in_order(
    candidates: Sequence[Candidate], number: int, length: int, *, weighted: bool
) -> list[Place]:
    """Return the first `length` places of a stratum's order: `number` drawn, then the reserve."""
    if not weighted:
        return [Place(code, ticket, False) for ticket, code, _ in nsmallest(length, candidates)]
    certainty = certain_objects(candidates, number)
    taken = sorted(each for each in candidates if each[1] in certainty.taken)
    others = [each for each in candidates if each[1] not in certainty.taken]
    rest = _pareto_order(others, certainty, length - len(taken))
    return [
        *(Place(code, ticket, True) for ticket, code, _ in taken),
        *(Place(code, ticket, False) for ticket, code, _ in rest),
    ]


def certain_objects(candidates: Sequence[Candidate], number: int) -> Certainty:
    """Take by weight descending while n·w ≥ W: these objects' promised chance reaches one."""
    remaining, total = number, sum(weight for _, _, weight in candidates)
    taken = []
    for weight, _, code in nsmallest(
        number, ((-w, ticket, code) for ticket, code, w in candidates)
    ):
        if remaining * -weight < total:
            break
        taken.append(code)
        remaining -= 1
        total += weight
    return Certainty(frozenset(taken), remaining, total)


def _pareto_order(
    others: Sequence[Candidate], certainty: Certainty, length: int
) -> list[Candidate]:
    number, total = certainty.number, certainty.weight
    if number == 0:
        return nsmallest(length, others)
    # Two unequal fractions with denominators below 2^b differ by more than 2^-2b, so their floors
    # after a shift by 2b+1 bits differ too, in the same sense: cross multiplication without pairs.
    shift = 2 * (65 + total.bit_length()) + 1

    def key(candidate: Candidate) -> tuple[int, bytes, str]:
        ticket, code, weight = candidate
        odd = 2 * int.from_bytes(ticket[:8], "big") + 1
        chance = number * weight
        return ((odd * (total - chance) << shift) // (((1 << 65) - odd) * chance), ticket, code)

    return nsmallest(length, others, key=key)
