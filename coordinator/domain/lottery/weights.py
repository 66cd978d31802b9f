"""What weights do to the chances of a draw, before anything is drawn (3-draw.md 3.2.5)."""

from collections import Counter
from collections.abc import Iterable, Mapping
from fractions import Fraction

from coordinator.domain.annual_plan import WeightGroup
from coordinator.domain.lottery.sampling import certainty_of

_WHOLE_LINE = "*"


def weight_groups(
    by_weight: Mapping[str, Mapping[int, int]], expected: Mapping[str, int]
) -> tuple[WeightGroup, ...]:
    """Give the chances of those who weigh the same, by stratum and the heaviest first.

    `by_weight` counts the eligible objects of each stratum by weight, `expected` how many of a
    stratum are drawn; a fixed number is drawn from all as one stratum `*`.
    """
    if expected.keys() == {_WHOLE_LINE} and _WHOLE_LINE not in by_weight:
        together: Counter[int] = Counter()
        for weights in by_weight.values():
            together.update(weights)
        by_weight = {_WHOLE_LINE: together}
    return tuple(
        group
        for stratum in sorted(expected)
        for group in _groups(stratum, by_weight.get(stratum, {}), expected[stratum])
    )


def _groups(stratum: str, weights: Mapping[int, int], number: int) -> Iterable[WeightGroup]:
    certain = certainty_of(weights, number)
    for weight in sorted(weights, reverse=True):
        taken = weight in certain.weights
        chance = Fraction(1) if taken else Fraction(certain.number * weight, certain.weight)
        yield WeightGroup(stratum=stratum, weight=weight, eligible=weights[weight], chance=chance)
