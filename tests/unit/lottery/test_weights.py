"""What weights do to the chances, as an editor is told before anything is drawn."""

from datetime import date
from fractions import Fraction
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coordinator.domain.annual_plan import Weighting, frame_to_draw, weight_rules_of
from coordinator.domain.lottery.sampling import Stratum
from coordinator.domain.lottery.weights import weight_groups
from coordinator.domain.policy import DrawWeight
from coordinator.domain.registers import DatedEvent, Grading, RiskClass
from tests.builders import POLICY, a_line, an_object
from tests.fake_frames import frames_over

DAY = date(2026, 4, 7)
COUNTS = st.dictionaries(st.integers(1, 50), st.integers(1, 40), min_size=1, max_size=5)


@given(weights=COUNTS, share=st.fractions(0, 1))
def test_the_expected_draws_of_all_weights_add_up_to_the_number_drawn(
    weights: dict[int, int], share: Fraction
) -> None:
    number = int(sum(weights.values()) * share)

    groups = weight_groups({"-": weights}, {"-": number})

    assert sum(group.expected for group in groups) == number
    assert all(0 <= group.chance <= 1 for group in groups)
    chances = [group.chance for group in groups]
    assert chances == sorted(chances, reverse=True)
    assert [group.weight for group in groups] == sorted(weights, reverse=True)


def test_a_fixed_number_is_drawn_from_all_strata_as_one() -> None:
    groups = weight_groups({"A": {1: 10}, "D": {1: 6, 4: 1}}, {"*": 2})

    assert [(each.stratum, each.weight, each.eligible) for each in groups] == [
        ("*", 4, 1),
        ("*", 1, 16),
    ]
    assert groups[0].chance == Fraction(2 * 4, 20)


def test_the_promised_chance_is_what_the_draw_keeps() -> None:
    weights = {4: 20, 1: 80}
    codes = [(f"o{n}", 4 if n < 20 else 1) for n in range(100)]
    heavy = 0
    rounds = 400
    for turn in range(rounds):
        tickets = sorted((sha256(f"{turn}|{code}".encode()).digest(), code, w) for code, w in codes)
        stratum = Stratum(weights, 10, 10, weighted=True)
        order = stratum.order(tickets, stratum.limits(8)) or []
        weight_of = dict(codes)
        heavy += sum(weight_of[place.object] == 4 for place in order[:10])

    promised = weight_groups({"-": weights}, {"-": 10})[0].expected

    assert promised == 5
    assert abs(heavy / rounds - promised) < 0.25


def a_complaint(day: date) -> DatedEvent:
    return DatedEvent(kind="complaint", date=day, source="12315")


THINGS = {
    "nothing": an_object(1),
    "class D": an_object(2, risk_class=RiskClass.D),
    "complaint": an_object(3, events=(a_complaint(date(2026, 3, 1)),)),
    "old complaint": an_object(4, events=(a_complaint(date(2025, 6, 1)),)),
    "blacklisted": an_object(5, serious_list=True),
    "lift": an_object(6, tags=("restaurant", "special-equipment")),
    "food D": an_object(
        7, gradings=(Grading(scheme="food-risk", value="D", source="x", date=date(2026, 1, 1)),)
    ),
    "lift of class D": an_object(
        8, tags=("restaurant", "special-equipment"), risk_class=RiskClass.D
    ),
}
WEIGHTS = tuple(
    DrawWeight(by=by, value=value, weight=weight)
    for by, value, weight in (
        ("tag", "special-equipment", 2),
        ("credit", "D", 4),
        ("event", "complaint", 3),
        ("event", "blacklist", 6),
        ("food-risk", "D", 5),
    )
)


@pytest.mark.parametrize(
    ("name", "weight"),
    [
        ("nothing", 1),
        ("class D", 4),
        ("complaint", 3),
        ("old complaint", 1),
        ("blacklisted", 6),
        ("lift", 2),
        ("food D", 5),
        ("lift of class D", 4),
    ],
)
async def test_an_object_weighs_what_the_heaviest_rule_that_it_meets_says(
    name: str, weight: int
) -> None:
    line = a_line(weighting=Weighting.OWN, weights=WEIGHTS, weight_months=6)

    wanted = frame_to_draw(line, POLICY.plan)
    [[row]] = [row async for row in frames_over(THINGS[name]).rows_of(wanted, DAY)]

    assert row.weight == weight


async def test_a_line_takes_the_weights_of_the_profile_or_none() -> None:
    policy = POLICY.plan.model_copy(update={"weights": WEIGHTS, "weight_months": 24})
    of_profile = weight_rules_of(a_line(weighting=Weighting.PROFILE), policy)

    assert of_profile is not None
    assert (of_profile.weights, of_profile.months) == (WEIGHTS, 24)
    assert weight_rules_of(a_line(), policy) is None
