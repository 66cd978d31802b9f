"""The ceremony as one table, and what silence in it means."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.draw_record import Source
from contracts.vocabulary import OFFICE
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import (
    CEREMONY,
    ROUND_MOVES,
    CeremonyStep,
    RoundState,
    ceremony_step,
)
from coordinator.domain.lottery.ceremony import Contributor
from coordinator.domain.lottery.silence import (
    SilenceStatement,
    check_leaving_out,
    check_statement,
    number_due,
    silence_reason,
)
from tests.integration.web.builders import a_round

DEADLINE = datetime(2026, 3, 26, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize("state", RoundState)
@pytest.mark.parametrize("step", CeremonyStep)
def test_a_step_is_taken_where_the_table_has_it_and_nowhere_else(
    state: RoundState, step: CeremonyStep
) -> None:
    if step in CEREMONY.get(state, {}):
        assert ceremony_step(state, step, of="R1") is CEREMONY[state][step]
        return
    with pytest.raises(RuleBrokenError) as refused:
        ceremony_step(state, step, of="R1")

    assert refused.value.rule is Rule.MOVE_NOT_ALLOWED
    assert refused.value.facts["allowed"] == sorted(CEREMONY.get(state, {}))


def test_every_step_stays_or_moves_as_a_round_may() -> None:
    for state, steps in CEREMONY.items():
        assert set(steps.values()) <= {state} | ROUND_MOVES[state]
    assert {step for steps in CEREMONY.values() for step in steps} == set(CeremonyStep)


def test_once_all_values_are_in_nothing_but_the_draw_can_follow() -> None:
    leaving = {step for step, to in CEREMONY[RoundState.READY].items() if to != RoundState.READY}

    assert leaving == {CeremonyStep.DRAW}


@given(st.lists(st.integers(1, 48), max_size=4, unique=True), st.integers(-60, 12))
def test_as_many_reminders_are_due_as_times_have_passed(hours: list[int], passed: int) -> None:
    now = DEADLINE + timedelta(hours=passed)

    assert number_due(now, DEADLINE, hours) == sum(-passed <= h for h in hours) + (passed > 0)


def test_a_reason_holds_each_silent_party_with_its_words() -> None:
    said = SilenceStatement(
        round_id="R1",
        attempt=1,
        contributor="fire",
        statement="停电",
        at="2026-03-26T08:00:00Z",
        signature="a..b",
        received_at=DEADLINE,
    )

    reason = silence_reason(("health", "fire"), {"fire": said})

    assert reason == "fire: 停电 [2026-03-26T08:00:00Z a..b]; health: disputed"


@pytest.mark.parametrize("statement", ["", " x", "two\nlines", "a\tb", "x" * 501, "a\u2028b"])
def test_a_statement_is_one_line_that_a_record_can_hold(statement: str) -> None:
    check_statement("x" * 500)
    with pytest.raises(RuleBrokenError) as refused:
        check_statement(statement)

    assert refused.value.rule is Rule.STATEMENT_INVALID


def test_an_external_source_lets_one_department_remain() -> None:
    source = Source(name="nist:2:1", at="2026-04-01T00:00:00Z")
    two = [
        Contributor(round_id="R1", code=code, number_silent=3) for code in (OFFICE, "fire", "tax")
    ]

    check_leaving_out(a_round(sources=(source,)), two, "tax", 3)
    with pytest.raises(RuleBrokenError) as refused:
        check_leaving_out(a_round(), two, "tax", 3)

    assert refused.value.rule is Rule.TOO_FEW_CONTRIBUTORS
