"""Order per recipient: apply the next, hold what is ahead, ask for what stays missing."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.amqp.hold_back import Position, overdue_gap, position, releasable, sequence_of
from contracts.amqp.ports import PermanentFailure
from tests.fakes_messaging import a_delivery

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
PATIENCE = timedelta(minutes=10)


@pytest.mark.parametrize(
    ("sequence", "expected"),
    [(4, Position.NEXT), (3, Position.DUPLICATE), (1, Position.DUPLICATE), (5, Position.AHEAD)],
)
def test_a_sequence_is_judged_against_what_passed(sequence: int, expected: Position) -> None:
    assert position(sequence, passed=3) is expected


@given(order=st.permutations(range(1, 9)), duplicates=st.lists(st.integers(1, 8)))
def test_any_order_with_duplicates_is_applied_once_and_in_order(
    order: list[int], duplicates: list[int]
) -> None:
    passed, held, applied = 0, set[int](), list[int]()

    for sequence in [*order, *duplicates]:
        if position(sequence, passed) is not Position.DUPLICATE:
            held.add(sequence)
        for ready in releasable(passed, held):
            held.remove(ready)
            applied.append(ready)
            passed = ready

    assert applied == list(range(1, 9))


def test_a_gap_is_overdue_once_a_message_waited_too_long() -> None:
    held = {6: NOW - PATIENCE, 8: NOW - timedelta(minutes=1)}

    assert overdue_gap(3, held, NOW, PATIENCE) == range(4, 6)


def test_a_gap_behind_a_message_that_may_be_applied_starts_after_it() -> None:
    held = {4: NOW - PATIENCE, 7: NOW - PATIENCE}

    assert overdue_gap(3, held, NOW, PATIENCE) == range(5, 7)


@pytest.mark.parametrize("held", [{}, {4: NOW - PATIENCE}, {6: NOW - timedelta(minutes=9)}])
def test_no_gap_or_a_young_one_asks_for_nothing(held: dict[int, datetime]) -> None:
    assert overdue_gap(3, held, NOW, PATIENCE) is None


def test_the_sequence_is_read_from_its_header() -> None:
    assert sequence_of(a_delivery(12)) == 12


@pytest.mark.parametrize("text", ["", "0", "-1", "1.5", "one", "\uff11"])
def test_a_wrong_sequence_header_will_never_work(text: str) -> None:
    with pytest.raises(PermanentFailure, match="x-seq"):
        sequence_of(a_delivery(1, headers={"x-seq": text}))
