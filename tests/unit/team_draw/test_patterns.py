"""Patterns: every partition once, ordered by supply and text, free slots last."""

from coordinator.domain.team_draw.patterns import patterns

SUPPLIES = {"a": 5, "b": 3, "c": 3, "a+b": 2, "a+c": 2, "b+c": 3, "a+b+c": 1, "*": 9}


def test_patterns_are_ordered_by_smallest_supply_descending_then_by_text() -> None:
    found = patterns(frozenset("abc"), 3, SUPPLIES.__getitem__)

    assert found == (
        ("a", "b+c", "*"),
        ("a", "b", "c"),
        ("a+b", "c", "*"),
        ("a+c", "b", "*"),
        ("a+b+c", "*", "*"),
    )


def test_a_pattern_has_no_more_blocks_than_the_quota() -> None:
    found = patterns(frozenset("abc"), 1, SUPPLIES.__getitem__)

    assert found == (("a+b+c",),)


def test_a_unit_without_tags_has_one_pattern_of_free_slots() -> None:
    assert patterns(frozenset(), 2, SUPPLIES.__getitem__) == (("*", "*"),)


def test_eight_tags_in_at_most_four_blocks_have_2795_patterns() -> None:
    found = patterns(frozenset("abcdefgh"), 4, lambda _: 1)

    assert len(set(found)) == len(found) == 1 + 127 + 966 + 1701
