"""Merged visits are the fewest, the smallest in tie order, and hold every check once."""

from collections import Counter
from datetime import timedelta
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coordinator.domain.checklist_merge import Check, MergePolicy, merge_checks
from coordinator.domain.errors import Rule, RuleBrokenError
from tests.thoroughness import some_of
from tests.unit.checklist_merge.builders import FIRST_DAY, a_check
from tests.unit.checklist_merge.oracles import (
    DESK,
    best_numbering,
    may_share,
    numbering_of,
    tie_order,
)

NO_LIMIT = MergePolicy(None, DESK)


@st.composite
def check_lists(draw: st.DrawFn, most: int = 7) -> list[Check]:
    size = draw(st.integers(0, most))
    checks = []
    for at in range(size):
        start = draw(st.integers(0, 6))
        checks.append(
            a_check(
                f"item-{at}",
                start,
                start + draw(st.integers(0, 4)),
                object=draw(st.sampled_from(("o1", "o2"))),
                place=draw(st.sampled_from(("p1", "p1", "p1", "p2"))),
                line=draw(st.sampled_from(("l1", "l2"))),
                minutes=draw(st.integers(0, 70)),
                mode=draw(st.sampled_from(("announced", "announced", "covert"))),
                method=draw(st.sampled_from(("现场", "现场", "书面"))),
            )
        )
    return checks


policies = st.sampled_from((NO_LIMIT, MergePolicy(60, DESK), MergePolicy(100, DESK)))


@settings(max_examples=some_of(120), deadline=None)
@given(check_lists(), policies)
def test_each_place_gets_the_smallest_of_the_minimum_solutions(
    checks: list[Check], policy: MergePolicy
) -> None:
    merge = merge_checks(checks, policy)

    for place in {check.place for check in checks}:
        of_place = sorted((c for c in checks if c.place == place), key=tie_order)
        assert numbering_of(merge, of_place) == best_numbering(of_place, policy)


@settings(max_examples=some_of(60), deadline=None)
@given(check_lists(most=30), policies, st.randoms())
def test_no_check_is_lost_or_doubled_and_the_order_of_the_input_does_not_matter(
    checks: list[Check], policy: MergePolicy, chance
) -> None:
    shuffled = chance.sample(checks, len(checks))

    merge = merge_checks(checks, policy)

    assert Counter(c for visit in merge.visits for c in visit.checks) == Counter(checks)
    assert merge_checks(shuffled, policy) == merge
    assert all(may_share(visit.checks, policy) for visit in merge.visits)


@settings(max_examples=some_of(60), deadline=None)
@given(check_lists(most=20), policies)
def test_visits_of_a_place_are_numbered_by_their_days_first_line_and_first_item(
    checks: list[Check], policy: MergePolicy
) -> None:
    merge = merge_checks(checks, policy)

    for place in {visit.place for visit in merge.visits}:
        visits = [visit for visit in merge.visits if visit.place == place]
        keys = [
            (v.date_from, v.date_to, min(c.line for c in v.checks), min(c.item for c in v.checks))
            for v in visits
        ]
        assert [visit.number for visit in visits] == list(range(1, len(visits) + 1))
        assert keys == sorted(keys)


def test_a_visit_lasts_the_days_that_all_its_windows_share() -> None:
    merge = merge_checks([a_check("a", 0, 6), a_check("b", 4, 9)], NO_LIMIT)

    [visit] = merge.visits
    assert visit.date_from == FIRST_DAY + timedelta(4)
    assert visit.date_to == FIRST_DAY + timedelta(6)


def test_windows_that_touch_on_one_day_share_a_visit() -> None:
    merge = merge_checks([a_check("a", 0, 4), a_check("b", 4, 9)], NO_LIMIT)

    assert merge.summary.visits == 1


def test_a_check_longer_than_the_limit_stands_alone() -> None:
    checks = [a_check("a", minutes=61), a_check("b", minutes=0), a_check("c", minutes=60)]

    merge = merge_checks(checks, MergePolicy(60, DESK))

    assert sorted(len(visit.checks) for visit in merge.visits) == [1, 2]


def test_up_to_sixteen_checks_are_packed_exactly_and_seventeen_by_first_fit() -> None:
    # Of 20 + 20, 30, 30 and 20 + 30, 20 + 30 first fit finds the former.
    sixteen = [a_check(f"i{at:02}", minutes=m) for at, m in enumerate([20, 20, 30, 30, *[50] * 12])]
    seventeen = [*sixteen, a_check("i16", minutes=50)]

    exact = merge_checks(sixteen, MergePolicy(50, DESK))
    greedy = merge_checks(seventeen, MergePolicy(50, DESK))

    assert exact.summary.visits == 2 + 12
    assert greedy.summary.visits == 3 + 13


def test_a_desk_method_and_an_entry_never_share_a_visit() -> None:
    merge = merge_checks([a_check("a"), a_check("b", method="书面")], NO_LIMIT)

    assert [visit.desk for visit in merge.visits] == [False, True]
    assert merge.summary.desk_tasks == 1


def test_the_summary_counts_what_the_merge_saved() -> None:
    checks = [
        a_check("a", object="o1", line="l1", department="fire"),
        a_check("b", object="o1", line="l1", department="fire"),
        a_check("c", object="o1", line="l2", department="market"),
        a_check("d", object="o2", line="l1", department="fire"),
        a_check("e", 20, 25, object="o2", line="l3", department="health"),
    ]

    summary = merge_checks(checks, NO_LIMIT).summary

    assert summary.checks == 5
    assert summary.separate_visits == 4
    assert (summary.visits, summary.desk_tasks) == (2, 0)
    assert summary.saved == 2
    assert summary.per_object_maximum == 2


def test_no_checks_need_no_visits() -> None:
    merge = merge_checks([], NO_LIMIT)

    assert merge.visits == ()
    assert merge.summary.per_object_maximum == 0


@pytest.mark.parametrize(
    ("facts", "field", "found"),
    [
        ({"object": ""}, "object", ""),
        ({"line": " "}, "line", " "),
        ({"minutes": -1}, "minutes", -1),
        ({"mode": "open"}, "mode", "open"),
        ({"window_end": FIRST_DAY - timedelta(1)}, "window_end", "2026-02-28"),
    ],
)
def test_an_unsound_check_is_refused_with_row_and_field(facts, field, found) -> None:
    with pytest.raises(RuleBrokenError) as caught:
        merge_checks([a_check("a"), a_check("b", **facts)], NO_LIMIT)

    assert caught.value.rule is Rule.CHECK_INVALID
    named = (caught.value.facts["row"], caught.value.facts["field"], caught.value.facts["found"])
    assert named == (2, field, found)


def test_the_same_check_twice_is_refused_with_both_rows() -> None:
    with pytest.raises(RuleBrokenError) as caught:
        merge_checks([a_check("a"), a_check("b"), a_check("a", 3, 4)], NO_LIMIT)

    assert (caught.value.facts["first_row"], caught.value.facts["row"]) == (1, 3)


def test_a_limit_below_one_minute_is_refused() -> None:
    with pytest.raises(RuleBrokenError) as caught:
        MergePolicy(0, DESK)

    assert caught.value.rule is Rule.MERGE_POLICY_INVALID


def test_equal_checks_of_two_departments_merge_the_same_in_every_order() -> None:
    checks = [a_check("a", department=d, minutes=m) for d, m in (("x", 30), ("y", 40), ("z", 20))]

    merges = {merge_checks(order, MergePolicy(60, DESK)) for order in permutations(checks)}

    assert len(merges) == 1
