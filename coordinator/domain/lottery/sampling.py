"""Selection inside one stratum by integers only: equal chances, and Pareto order sampling.

Source: 3-draw.md 3.2.5; B. Rosén, "On sampling with probability proportional to size", 1997.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from heapq import nsmallest
from math import isqrt
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:  # the processes that read a frame need it only here
    from contracts.draw_record import StratumRule

Candidate = tuple[bytes, str, int]
"""Ticket, object, weight: a plain tuple, because a round may hold millions."""

EVERYBODY: Final = b"\xff" * 33
"""A limit above every ticket."""
NOBODY: Final = b""
"""A limit below every ticket."""
_WORD: Final = 1 << 64
_STEPS: Final = 16  # the parts into which the search for a common limit of weights divides one


class Place(NamedTuple):
    """A place in the order of a stratum: the object, its ticket, and whether it was certain."""

    object: str
    ticket: bytes
    certain: bool


class Certainty(NamedTuple):
    """What Pareto sampling takes for certain, and the n and W that remain for the others.

    Whole weights are certain: n·w ≥ W stays as it is when one of weight w is taken.
    """

    taken: int
    weights: frozenset[int]
    number: int
    weight: int


def number_to_draw(rule: "StratumRule", eligible: int) -> int:
    """Return n = min(N, max(minimum, ceil(N·num/den)))."""
    numerator, denominator = rule.ratio
    return min(eligible, max(rule.minimum, -(-eligible * numerator // denominator)))


def certainty_of(weights: Mapping[int, int], number: int) -> Certainty:
    """Take by weight descending while n·w ≥ W; `weights` says how many objects have each."""
    remaining, total = number, sum(weight * count for weight, count in weights.items())
    certain = set()
    for weight in sorted(weights, reverse=True):
        if remaining == 0 or remaining * weight < total:
            break
        certain.add(weight)
        remaining -= weights[weight]
        total -= weight * weights[weight]
    return Certainty(number - remaining, frozenset(certain), remaining, total)


@dataclass(frozen=True)
class Stratum:
    """Of whom a stratum consists and how much of its order is wanted: `length` ≥ `number` drawn.

    `weights` says how many eligible objects have each weight; with equal chances all count as 1.
    """

    weights: Mapping[int, int]
    number: int
    length: int
    weighted: bool

    @cached_property
    def certainty(self) -> Certainty:
        """Give who is certain; with equal chances nobody is."""
        if self.weighted:
            return certainty_of(self.weights, self.number)
        return Certainty(0, frozenset(), self.number, self.eligible)

    @cached_property
    def eligible(self) -> int:
        """Give the number of objects that can be drawn."""
        return sum(self.weights.values())

    @property
    def by_ticket(self) -> bool:
        """Tell whether those who are not certain follow one another by ticket alone."""
        return not self.weighted or self.certainty.number == 0

    def limits(self, spare: int) -> dict[int, bytes]:
        """Give for each weight a limit below which enough tickets will lie, almost surely.

        `spare` scales the reserve. With 1 the chance to fall short is below e^-12 (Chernoff);
        order() tells when it happened, so limits decide how long a draw takes and nothing else.
        """
        others = {w: n for w, n in self.weights.items() if w not in self.certainty.weights}
        wanted = min(self.length, self.eligible) - self.certainty.taken
        limits = dict.fromkeys(self.certainty.weights, EVERYBODY)
        if wanted <= 0:
            return limits | dict.fromkeys(others, NOBODY)
        expected = wanted + (6 * isqrt(wanted) + 20) * spare
        among = sum(others.values())
        if expected >= among:
            return limits | dict.fromkeys(others, EVERYBODY)
        if self.by_ticket:
            return limits | dict.fromkeys(others, _limit(expected * _WORD // among + 1))
        return limits | {w: _limit(word) for w, word in self._words(others, expected).items()}

    def order(
        self, candidates: Sequence[Candidate], limits: Mapping[int, bytes]
    ) -> list[Place] | None:
        """Return the first `length` places: `number` drawn, then the reserve.

        `candidates` are all whose ticket is below the limit of their weight; None: they are too few
        to be sure that nobody else comes before.
        """
        taken = sorted(each for each in candidates if each[2] in self.certainty.weights)
        others = [each for each in candidates if each[2] not in self.certainty.weights]
        wanted = min(self.length, self.eligible) - len(taken)
        first = nsmallest(wanted, others, key=self._key) if wanted > 0 else []
        if wanted > 0 and not self._nobody_before(first, wanted, limits):
            return None
        return [
            *(Place(code, ticket, True) for ticket, code, _ in taken),
            *(Place(code, ticket, False) for ticket, code, _ in first),
        ]

    def _nobody_before(
        self, first: Sequence[Candidate], wanted: int, limits: Mapping[int, bytes]
    ) -> bool:
        """Tell whether all that the limits kept out come after the last one wanted."""
        kept_out = [
            self._key((limit, "", weight))
            for weight, limit in limits.items()
            if limit != EVERYBODY and weight not in self.certainty.weights
        ]
        if len(first) < wanted:
            return not kept_out
        return not kept_out or self._key(first[-1]) < min(kept_out)

    @cached_property
    def _key(self) -> Callable[[Candidate], Any]:
        if self.by_ticket:
            return lambda candidate: candidate[:2]
        number, total = self.certainty.number, self.certainty.weight
        # Two unequal fractions with denominators below 2^b differ by more than 2^-2b, so their
        # floors after a shift by 2b+1 bits differ too, in the same sense: cross multiplication
        # without pairs.
        shift = 2 * (65 + total.bit_length()) + 1

        def key(candidate: Candidate) -> tuple[int, bytes, str]:
            ticket, code, weight = candidate
            odd = 2 * int.from_bytes(ticket[:8], "big") + 1
            chance = number * weight
            scaled = (odd * (total - chance) << shift) // (((1 << 65) - odd) * chance)
            return scaled, ticket, code

        return key

    def _words(self, others: Mapping[int, int], expected: int) -> dict[int, int]:
        """Give for each weight the first 64 bits below which the Pareto key is below a common one.

        The common key is the first of growing fractions that `expected` objects lie below.
        """
        step = _STEPS
        while True:
            words = {weight: self._word(weight, step) for weight in others}
            if sum(words[w] * n for w, n in others.items()) >= expected * _WORD:
                return words
            step += max(1, step // _STEPS)

    def _word(self, weight: int, step: int) -> int:
        chance = self.certainty.number * weight
        above, below = step * chance, _STEPS * (self.certainty.weight - chance) + step * chance
        return min(_WORD, above * _WORD // below + 1)


def weights_of(candidates: Iterable[Candidate]) -> dict[int, int]:
    """Count candidates by weight."""
    weights: dict[int, int] = {}
    for _, _, weight in candidates:
        weights[weight] = weights.get(weight, 0) + 1
    return weights


def _limit(word: int) -> bytes:
    return EVERYBODY if word >= _WORD else word.to_bytes(8, "big")
