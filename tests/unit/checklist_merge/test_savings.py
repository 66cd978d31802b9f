"""What is saved per object, place, department and line adds up to what is saved in all."""

from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from coordinator.domain.checklist_merge import (
    HeldCheck,
    MergePolicy,
    SavingsOf,
    held_checks,
    merge_checks,
    savings_in_all,
    savings_of,
)
from tests.thoroughness import some_of
from tests.unit.checklist_merge.builders import a_check
from tests.unit.checklist_merge.oracles import DESK, chances, random_checks


def held(visit: str, department: str, line: str = "l1", **facts: object) -> HeldCheck:
    known = {"desk": False, "place": "p1", "object": "o1", **facts}
    return HeldCheck(visit=visit, department=department, line=line, **known)  # type: ignore[arg-type]


@settings(max_examples=some_of(60), deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 30), st.sampled_from((None, 60, 120)))
def test_the_shares_of_all_codes_add_up_to_the_whole_and_agree_with_the_summary(
    seed: int, size: int, limit: int | None
) -> None:
    chance = chances(seed)
    checks = [
        check._replace(department=chance.choice(("fire", "market", "health")), place=check.object)
        for check in random_checks(chance, size)
    ]
    merge = merge_checks(checks, MergePolicy(limit, DESK))
    found = list(held_checks(merge))

    whole = savings_in_all(found)

    summary = merge.summary
    assert (whole.checks, whole.separate_visits) == (summary.checks, summary.separate_visits)
    assert (whole.visits, whole.saved) == (summary.visits, summary.saved)
    assert whole.desk_tasks == summary.desk_tasks
    for by in SavingsOf:
        parts = savings_of(found, by).values()
        assert sum(part.checks for part in parts) == whole.checks
        assert sum(part.separate_visits for part in parts) == whole.separate_visits
        assert sum((part.share for part in parts), Fraction(0)) == whole.visits
        assert sum((part.saved for part in parts), Fraction(0)) == whole.saved


def test_two_departments_in_one_visit_save_a_half_each() -> None:
    checks = [held("v1", "fire"), held("v1", "market", "l2"), held("v2", "market", "l2")]

    of = savings_of(checks, SavingsOf.DEPARTMENT)

    fire, market = of["fire"], of["market"]
    assert (fire.separate_visits, fire.visits, fire.joint_visits) == (1, 1, 1)
    assert fire.saved == Fraction(1, 2)
    assert (market.separate_visits, market.visits, market.joint_visits) == (1, 2, 1)
    assert market.saved == Fraction(-1, 2)


def test_places_and_objects_are_counted_apart() -> None:
    checks = [
        held("v1", "fire", object="o1"),
        held("v1", "fire", object="o2"),
        held("v2", "fire", "l2", desk=True, object="o2"),
    ]

    [place] = savings_of(checks, SavingsOf.PLACE).values()
    of_object = savings_of(checks, SavingsOf.OBJECT)

    assert (place.separate_visits, place.visits, place.desk_tasks) == (3, 2, 1)
    assert (place.saved, place.joint_visits) == (1, 0)
    assert (of_object["o1"].saved, of_object["o2"].saved) == (Fraction(1, 2), Fraction(1, 2))


def test_nothing_held_saves_nothing() -> None:
    whole = savings_in_all([])

    assert (whole.checks, whole.saved) == (0, 0)
    assert savings_of([], SavingsOf.LINE) == {}


def test_a_visit_on_paper_is_named_by_place_and_number() -> None:
    merge = merge_checks([a_check("a", place="p9")], MergePolicy(None, DESK))

    assert [check.visit for check in held_checks(merge)] == ["p9#1"]
