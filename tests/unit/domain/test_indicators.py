"""Indicators: shares of what was owed, exact, never rewarding how much was inspected or found."""

from datetime import date
from fractions import Fraction

import pytest

from coordinator.domain.appraisal import (
    RULES,
    WHOLE,
    Fact,
    Half,
    IndicatorRule,
    Period,
    Reading,
    Standing,
    Tallies,
    read,
    standing_of,
)
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.policy import AppraisalPolicy, policy_from
from tests.builders import POLICY, a_line

RULE = {rule.code: rule for rule in RULES}
ALL_WANTED = AppraisalPolicy(completion_target=Fraction(1), disclosure_target=Fraction(1))


def _reading(numerator: int, denominator: int, target: Fraction | None = None) -> Reading:
    rule = IndicatorRule(code="x", above=(Fact.TASKS_SENT,), below=(Fact.TASKS_PLANNED,))
    return Reading(
        rule=rule, organ=WHOLE, numerator=numerator, denominator=denominator, target=target
    )


def test_a_share_is_never_rounded_up_to_its_target() -> None:
    almost = _reading(99_999, 100_000, Fraction(1))

    assert almost.percent == "99.9 %"
    assert almost.is_met is False
    assert almost.missing == 1


def test_nothing_owed_is_no_share_and_no_target_met_or_missed() -> None:
    nothing = _reading(0, 0, Fraction(1))

    assert nothing.percent == "—"
    assert nothing.is_met is None


def test_a_target_below_the_whole_is_met_from_the_first_row_that_reaches_it() -> None:
    assert _reading(5, 10, Fraction(3, 5)).missing == 1
    assert _reading(6, 10, Fraction(3, 5)).is_met is True


def test_recognised_counts_as_finished_and_deferred_as_unfinished() -> None:
    tallies = Tallies(
        whole={
            Fact.VISITS_FINISHED: 7,
            Fact.VISITS_PLANNED: 8,
            Fact.CHECKS_RECOGNISED: 2,
            Fact.CHECKS_DEFERRED: 1,
        }
    )

    found = read(RULE["plan-completion"], tallies, WHOLE, ALL_WANTED)

    assert (found.numerator, found.denominator, found.missing) == (9, 11, 2)


def test_an_organ_that_has_no_rows_reads_zero() -> None:
    found = read(RULE["tasks"], Tallies(), "heating", ALL_WANTED)

    assert (found.numerator, found.denominator) == (0, 0)


def test_no_number_of_inspections_problems_or_fines_has_a_target() -> None:
    with_target = {rule.code for rule in RULES if rule.target is not None}

    assert with_target == {"plan-completion", "disclosure"}
    assert all(rule.below for rule in RULES if rule.target is not None)
    assert RULE["problems"].describes


@pytest.mark.parametrize("name", ["inspections_target", "fines_target", "problem_rate_target"])
def test_a_profile_that_rewards_numbers_is_refused_by_name(name: str) -> None:
    content = POLICY.model_dump(mode="json")
    content["appraisal"] |= {name: "1"}

    with pytest.raises(RuleBrokenError) as refused:
        policy_from(content, "ours.toml")

    assert refused.value.rule is Rule.POLICY_INVALID
    assert refused.value.facts["field"] == f"appraisal.{name}"
    assert "国办发〔2024〕54号" in str(refused.value.facts["expected"])


@pytest.mark.parametrize(
    ("half", "days", "standing"),
    [
        (Half.YEAR, ("2026-04-01", "2026-09-30"), Standing.WHOLE),
        (Half.FIRST, ("2026-04-01", "2026-05-30"), Standing.WHOLE),
        (Half.FIRST, ("2026-04-01", "2026-09-30"), Standing.PARTLY),
        (Half.SECOND, ("2026-04-01", "2026-09-30"), Standing.PARTLY),
        (Half.SECOND, ("2026-04-01", "2026-05-30"), Standing.OUTSIDE),
        (Half.YEAR, ("2027-01-05", "2027-02-05"), Standing.OUTSIDE),
        (Half.YEAR, ("2025-12-20", "2026-01-10"), Standing.PARTLY),
    ],
)
def test_a_round_counts_whole_in_part_or_not_by_the_windows_of_its_lines(
    half: Half, days: tuple[str, str], standing: Standing
) -> None:
    first, last = (date.fromisoformat(day) for day in days)
    line = a_line(window_from=first, window_to=last)

    assert standing_of([line], Period(year=2026, half=half)) is standing
