"""Replaced objects: evidence, the moment of no return, and places as their frame froze them."""

from datetime import UTC, datetime, timedelta

import pytest

from contracts.draw_tables import FRAMES, FrameRow
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import TaskState, VisitState
from coordinator.domain.lottery.frames import FrameBytes
from coordinator.domain.lottery.freezing import freeze
from coordinator.domain.object_replacing import (
    Evidence,
    has_begun,
    next_moment,
    places_in,
    require_evidence,
)
from coordinator.domain.policy import ObjectReason, Shown
from tests.builders import an_object

NOW = datetime(2026, 3, 25, tzinfo=UTC)


def a_reason(shown: Shown) -> ObjectReason:
    return ObjectReason(code="x", name="停", name_en="x", shown=shown)


def evidence(**changes: object) -> Evidence:
    thing = an_object(1)
    return Evidence(thing.model_copy(update=changes), thing.place, is_full=False)


@pytest.mark.parametrize(
    ("shown", "changes"),
    [
        (Shown.CLOSED, {"status": "closed"}),
        (Shown.CLOSED, {"status": "suspended"}),
        (Shown.MOVED, {"status": "moved"}),
        (Shown.MOVED, {"place": "premises:9"}),
    ],
)
def test_what_the_register_shows_needs_no_paper(shown: Shown, changes: dict[str, str]) -> None:
    require_evidence(a_reason(shown), evidence(**changes), "")


@pytest.mark.parametrize("shown", list(Shown))
def test_what_the_register_does_not_show_needs_a_document(shown: Shown) -> None:
    with pytest.raises(RuleBrokenError) as error:
        require_evidence(a_reason(shown), evidence(), "  ")

    assert error.value.rule is Rule.REPLACEMENT_WITHOUT_EVIDENCE
    require_evidence(a_reason(shown), evidence(), "停工〔2026〕3号")


@pytest.mark.parametrize(
    ("state", "tasks", "first_day_come", "begun"),
    [
        (VisitState.DRAWN, [TaskState.DRAWN], True, False),
        (VisitState.PUBLISHED, [TaskState.PUBLISHED], True, False),
        (VisitState.RUNNING, [TaskState.ACCEPTED], False, False),
        (VisitState.RUNNING, [TaskState.ACCEPTED], True, True),
        (VisitState.RUNNING, [TaskState.PENDING_REVIEW, TaskState.ACCEPTED], False, True),
        (VisitState.FINISHED, [], False, True),
    ],
)
def test_a_visit_has_begun_once_it_is_accepted_and_its_day_has_come_or_somebody_reported(
    state: VisitState, tasks: list[TaskState], first_day_come: bool, begun: bool
) -> None:
    assert has_begun(state, tasks, first_day_come=first_day_come) is begun


def test_every_moment_is_later_than_the_one_before_even_while_the_clock_stands() -> None:
    first = next_moment(NOW, [])
    second = next_moment(NOW, [first])

    assert first == NOW
    assert second > first
    assert next_moment(NOW + timedelta(days=1), [first, second]) == NOW + timedelta(days=1)


@pytest.mark.parametrize("at_once", [1, 60, 1 << 20])
def test_places_are_found_wherever_the_frame_was_cut(at_once: int) -> None:
    rows = [FrameRow(f"uscc:{n:03}", f"premises:{n % 7}", "-", 1, "-") for n in range(100)]
    frame = FrameBytes(freeze(FRAMES, "R1", rows, "L1"), at_once)
    wanted = {f"uscc:{n:03}" for n in (0, 1, 7, 50, 98, 99)}

    found = places_in(frame, {*wanted, "uscc:9999", "uscc:05"})

    assert found == {row.object: row.place for row in rows if row.object in wanted}
