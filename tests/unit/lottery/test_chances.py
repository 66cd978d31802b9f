"""Chances at fixed seeds: chi-square on symmetric instances, and Pareto against its promise.

The limits are the 99.9 % points of the chi-square distribution; the seeds are fixed, so a test
that passes always passes.
"""

from collections import Counter
from collections.abc import Sequence

import pytest

from contracts.draw_record import DrawRule
from contracts.draw_tables import FrameRow
from coordinator.domain.lottery.keys import StageKeys
from coordinator.domain.lottery.sampling import EVERYBODY, Stratum
from coordinator.domain.lottery.stream import Stream
from coordinator.domain.lottery.tickets import ticketer
from coordinator.domain.object_draw import draw_line
from tests.unit.lottery.frame_cases import a_frame

CHI_SQUARE_999 = {5: 20.5, 9: 27.9, 19: 43.8}


def _keys(seed: int) -> StageKeys:
    return StageKeys(seed.to_bytes(32, "big"))


def _chi_square(observed: Sequence[int]) -> float:
    expected = sum(observed) / len(observed)
    return sum((count - expected) ** 2 / expected for count in observed)


def _rule(number: int) -> DrawRule:
    return DrawRule(weighted=0, number=number, strata={}, items=None)


def test_no_object_is_favoured_by_its_position() -> None:
    rows = [FrameRow(f"o:{n}", f"p:{n}", "-", 1, "-") for n in range(20)]

    hits = Counter(
        row.object
        for seed in range(1000)
        for row in draw_line(_keys(seed), "L1", _rule(5), a_frame(rows)).drawn
    )

    # Draws without replacement vary less than the chi-square law assumes: the limit is safe.
    assert _chi_square([hits[row.object] for row in rows]) < CHI_SQUARE_999[19]


@pytest.mark.parametrize("number", [1, 3])
def test_objects_at_one_place_have_the_chance_of_those_alone(number: int) -> None:
    rows = [FrameRow(f"o:{n}", f"p:{min(n, 7)}", "-", 1, "-") for n in range(10)]

    hits = Counter(
        row.object
        for seed in range(1500)
        for row in draw_line(_keys(seed), "L1", _rule(number), a_frame(rows)).drawn
    )

    assert _chi_square([hits[row.object] for row in rows]) < CHI_SQUARE_999[9]


def test_a_stream_favours_no_number() -> None:
    stream = Stream("0" * 64, "chi")

    counts = Counter(stream.below(6) for _ in range(6000))

    assert _chi_square([counts[n] for n in range(6)]) < CHI_SQUARE_999[5]


def test_pareto_keeps_the_promised_chances() -> None:
    weights = [1 + n % 8 for n in range(40)]
    number, rounds = 10, 4000
    stratum = Stratum(Counter(weights), number, number, weighted=True)
    hits: Counter[str] = Counter()
    for seed in range(rounds):
        ticket = ticketer(_keys(seed).key("object"))
        candidates = [(ticket(f"o:{n}"), f"o:{n}", weight) for n, weight in enumerate(weights)]
        order = stratum.order(candidates, dict.fromkeys(weights, EVERYBODY))
        assert order is not None
        hits.update(place.object for place in order)

    assert max(weights) * number < sum(weights)  # so nobody is certain
    for weight in range(1, 9):
        alike = [f"o:{n}" for n, each in enumerate(weights) if each == weight]
        found = sum(hits[code] for code in alike) / (len(alike) * rounds)
        promised = number * weight / sum(weights)
        # Four standard deviations of this simulation; the method's own error is far below.
        noise = (promised * (1 - promised) / (len(alike) * rounds)) ** 0.5
        assert abs(found - promised) < 4 * noise


def test_pareto_sampling_itself_errs_by_less_than_half_a_percent_at_forty_objects() -> None:
    number = 10
    weights = [1 + n % 8 for n in range(40)]
    targets = [number * weight / sum(weights) for weight in weights]

    for own in range(8):  # the weights 1…8 come first
        others = targets[:own] + targets[own + 1 :]
        found = _inclusion_probability(targets[own], others, number)
        assert abs(found / targets[own] - 1) < 0.005


def _inclusion_probability(own: float, others: Sequence[float], number: int) -> float:
    """Integrate, over the own uniform number, the chance that fewer than `number` come before."""
    points = 200
    total = 0.0
    for point in range(points):
        u = (point + 0.5) / points
        key = u * (1 - own) / ((1 - u) * own)
        earlier = [key * target / (1 - target + key * target) for target in others]
        total += _fewer_than(number, earlier) / points
    return total


def _fewer_than(number: int, chances: Sequence[float]) -> float:
    """Return the chance that fewer than `number` of independent events happen."""
    exactly = [1.0] + [0.0] * (number - 1)
    for chance in chances:
        for count in range(number - 1, 0, -1):
            exactly[count] += (exactly[count - 1] - exactly[count]) * chance
        exactly[0] *= 1 - chance
    return sum(exactly)
