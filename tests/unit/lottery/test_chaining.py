"""The chain of transcripts: in its place, forked by parallel rounds, broken."""

from datetime import UTC, datetime

import pytest

from contracts.vocabulary import DrawOutcome
from coordinator.domain.lottery.chaining import ChainLink, read_chain


def link(name: str, committed: int, ended: int, previous: str, **facts: str) -> ChainLink:
    """Give an attempt with hours of a day as times and its name as hash."""
    return ChainLink(
        round_id=name,
        attempt=1,
        outcome=DrawOutcome.DONE,
        committed_at=datetime(2026, 3, 2, committed, tzinfo=UTC),
        concluded_at=datetime(2026, 3, 2, ended, tzinfo=UTC),
        transcript_hash=facts.get("now", name),
        announced_hash=name,
        previous=previous,
    )


def test_every_attempt_knows_what_it_continues_and_what_continues_it() -> None:
    chain = read_chain([link("B", 3, 4, "A"), link("A", 1, 2, ""), link("C", 5, 6, "B")])

    assert [entry.link.round_id for entry in chain] == ["A", "B", "C"]
    assert [entry.follows for entry in chain] == [None, ("A", 1), ("B", 1)]
    assert [entry.followed_by for entry in chain] == [(("B", 1),), (("C", 1),), ()]
    assert all(entry.holds for entry in chain)


def test_of_two_that_ended_at_one_moment_the_one_continued_comes_first() -> None:
    chain = read_chain([link("B", 2, 2, "Z"), link("Z", 1, 2, "")])

    assert [entry.link.round_id for entry in chain] == ["Z", "B"]
    assert all(entry.holds for entry in chain)


def test_rounds_held_at_the_same_time_continue_the_same_record() -> None:
    chain = read_chain([link("A", 1, 2, ""), link("B", 3, 6, "A"), link("C", 4, 5, "A")])

    assert all(entry.holds for entry in chain)
    assert chain[0].followed_by == (("C", 1), ("B", 1))
    assert [entry.link.round_id for entry in chain if not entry.followed_by] == ["C", "B"]


@pytest.mark.parametrize(
    ("broken", "is_changed", "is_loose"),
    [
        (link("B", 3, 4, "gone"), False, True),
        (link("B", 3, 4, ""), False, True),
        (link("B", 1, 4, "A"), False, True),
        (link("B", 3, 4, "A", now="rewritten"), True, False),
    ],
    ids=["names what is missing", "names nothing", "named before it ended", "was rewritten"],
)
def test_what_does_not_hold_is_found(broken: ChainLink, is_changed: bool, is_loose: bool) -> None:
    first, second = read_chain([link("A", 1, 2, ""), broken])

    assert first.holds
    assert not second.holds
    assert (second.is_changed, second.is_loose) == (is_changed, is_loose)


def test_a_changed_record_leaves_its_successor_loose() -> None:
    chain = read_chain([link("A", 1, 2, "", now="rewritten"), link("B", 3, 4, "A")])

    assert [entry.holds for entry in chain] == [False, False]
