"""The burden ledger: what visits add, whom the cap stops, and what typed exemptions let through."""

from datetime import UTC, date, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from coordinator.domain.burden_ledger import (
    BurdenCount,
    BurdenEntry,
    CapRule,
    Ledger,
    Scope,
    added,
    full_places,
    giving_way,
)
from coordinator.domain.checklist_merge import Check, MergePolicy, merge_checks
from coordinator.domain.policy import BurdenPolicy

NOW = datetime(2026, 3, 25, tzinfo=UTC)
CAPS = BurdenPolicy(visits_per_year=2)
LEVELS = {"mr": "county", "fr": "county", "he": "city"}
ANYWHERE = MergePolicy(None, frozenset({"书面"}))


def a_rule(**changes: Any) -> CapRule:
    return CapRule(**{"levels": LEVELS, "exempt_lines": {}, "exempt_places": {}, **changes})


def a_check(line: str, department: str = "mr", **changes: Any) -> Check:
    known: dict[str, Any] = {
        "object": "o:1",
        "place": "p:1",
        "line": line,
        "department": department,
        "item": f"{department}-{line}",
        "window_start": date(2026, 4, 1),
        "window_end": date(2026, 5, 1),
        "minutes": 30,
        "mode": "announced",
        "method": "现场",
    }
    return Check(**known | changes)


def later(line: str, department: str = "mr", **changes: Any) -> Check:
    """Give a check that can share no visit with those of `a_check`."""
    days = {"window_start": date(2026, 9, 1), "window_end": date(2026, 9, 30)}
    return a_check(line, department, **days | changes)


def an_entry(entry_id: str, **changes: Any) -> BurdenEntry:
    known: dict[str, Any] = {
        "entry_id": entry_id,
        "place": "p:1",
        "year": 2026,
        "round_id": "R1",
        "organs": ("fr", "mr"),
        "levels": ("county",),
        "exemption": "",
        "note": "",
        "entered_at": NOW,
        "entered_by": "office",
    }
    return BurdenEntry(**known | changes)


def used(number: int, scope: Scope = Scope.TOTAL, code: str = "") -> BurdenCount:
    return BurdenCount(place="p:1", year=2026, scope=scope, code=code, number=number)


def stopped(*checks: Check, counts: tuple[BurdenCount, ...] = (), **rule: Any) -> list[str]:
    merge = merge_checks(checks, ANYWHERE)
    caps = rule.pop("caps", CAPS)
    return [line for line, _ in giving_way(merge.visits, Ledger.of(counts, caps), a_rule(**rule))]


def test_a_visit_adds_one_to_each_organ_and_level_taking_part_and_one_to_the_total() -> None:
    rows = added([], an_entry("v1"), 1)

    assert {(row.scope, row.code): row.number for row in rows} == {
        (Scope.TOTAL, ""): 1,
        (Scope.LEVEL, "county"): 1,
        (Scope.ORGAN, "fr"): 1,
        (Scope.ORGAN, "mr"): 1,
    }


def test_what_is_released_leaves_the_year_as_it_was() -> None:
    before = added([], an_entry("v1"), 1)

    after = added(added(before, an_entry("v2", organs=("mr",)), 1), an_entry("v2"), -1)

    assert {row.number for row in after if row.scope is Scope.TOTAL} == {1}


def test_an_exempt_visit_is_counted_apart_and_uses_up_nothing() -> None:
    rows = added([], an_entry("v1", exemption="complaint"), 1)

    assert {(row.number, row.exempt) for row in rows} == {(0, 1)}
    assert full_places(rows, BurdenPolicy(visits_per_year=1), ["county"]) == frozenset()


def test_the_last_unit_of_a_year_is_taken_once_by_the_earlier_visit() -> None:
    assert stopped(a_check("L1"), later("L2"), counts=(used(1),)) == ["L2"]
    assert stopped(a_check("L1"), later("L2"), counts=(used(2),)) == ["L1", "L2"]
    assert stopped(a_check("L1"), later("L2")) == []


def test_lines_that_share_a_visit_share_its_unit() -> None:
    assert stopped(a_check("L1"), a_check("L2", "fr"), counts=(used(1),)) == []


def test_where_only_a_level_is_full_the_lines_that_send_it_give_way() -> None:
    caps = BurdenPolicy(visits_per_year=4, visits_per_level=1)
    full = used(1, Scope.LEVEL, "county")

    assert stopped(a_check("L1"), a_check("L2", "he"), counts=(full,), caps=caps) == ["L1"]
    assert full_places([full], caps, ["county"]) == {"p:1"}
    assert full_places([full], caps, ["city"]) == frozenset()


def test_a_desk_task_enters_no_premises() -> None:
    assert stopped(a_check("L1", method="书面"), counts=(used(2),)) == []


def test_a_typed_exemption_lets_its_line_through_and_nobody_who_joins_it() -> None:
    exempt = {"exempt_lines": {"L1": "coverage"}}

    assert stopped(a_check("L1"), counts=(used(2),), **exempt) == []
    assert stopped(a_check("L1"), a_check("L2", "fr"), counts=(used(2),), **exempt) == ["L2"]
    assert stopped(a_check("L2"), counts=(used(2),), exempt_places={"p:1": "complaint"}) == []


@given(
    cap=st.integers(1, 4),
    before=st.integers(0, 4),
    lines=st.lists(st.tuples(st.sampled_from(["mr", "fr", "he"]), st.integers(1, 12)), max_size=8),
)
def test_whoever_does_not_give_way_never_passes_the_cap(
    cap: int, before: int, lines: list[tuple[str, int]]
) -> None:
    checks = [
        a_check(
            f"L{number}",
            department,
            window_start=date(2026, month, 1),
            window_end=date(2026, month, 28),
        )
        for number, (department, month) in enumerate(lines)
    ]
    ledger = Ledger.of([used(before)], BurdenPolicy(visits_per_year=cap))
    gone = {line for line, _ in giving_way(merge_checks(checks, ANYWHERE).visits, ledger, a_rule())}

    kept = merge_checks([check for check in checks if check.line not in gone], ANYWHERE)

    assert len(kept.visits) <= max(0, cap - before)
    assert giving_way(kept.visits, ledger, a_rule()) == []


def test_an_organ_that_is_full_gives_way_and_the_others_come() -> None:
    caps = BurdenPolicy(visits_per_year=4, visits_per_organ=1)
    used = BurdenCount(place="p:1", year=2026, scope=Scope.ORGAN, code="fr", number=1)
    visits = merge_checks([a_check("L1", "mr"), a_check("L2", "fr")], ANYWHERE).visits

    assert giving_way(visits, Ledger.of([used], caps), a_rule()) == [("L2", "o:1")]
    assert full_places([used], caps, ["county"], ["fr", "mr"]) == {"p:1"}
    assert full_places([used], caps, ["county"], ["mr"]) == frozenset()


def test_what_is_full_says_which_figure_was_reached() -> None:
    caps = BurdenPolicy(visits_per_year=3, visits_per_level=2, visits_per_organ=1)
    counts = {
        Scope.TOTAL: BurdenCount(place="p:1", year=2026, scope=Scope.TOTAL, code="", number=3),
        Scope.LEVEL: BurdenCount(
            place="p:1", year=2026, scope=Scope.LEVEL, code="county", number=2
        ),
        Scope.ORGAN: BurdenCount(place="p:1", year=2026, scope=Scope.ORGAN, code="mr", number=1),
    }

    for scope, cap in ((Scope.TOTAL, 3), (Scope.LEVEL, 2), (Scope.ORGAN, 1)):
        full = Ledger.of([counts[scope]], caps).full("p:1", 2026, ["county"], ["mr"])
        assert full is not None
        assert full.cap(caps) == cap
