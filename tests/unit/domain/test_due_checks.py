"""Which visit a due check may join, and what it can hope for while it waits."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.vocabulary import Mode
from coordinator.domain.dispatch import VisitCheck
from coordinator.domain.due_checks import (
    Berth,
    DueCheck,
    DueSource,
    Prospect,
    days_together,
    joined_check,
    may_join,
    outlook,
)
from coordinator.domain.errors import RuleBrokenError
from coordinator.domain.lifecycle import DueState, VisitState
from tests.builders import FIRE, MARKET, NOW, a_check, a_line, a_visit, an_item

TODAY = date(2026, 4, 1)
FROM, TO = date(2026, 4, 10), date(2026, 5, 10)
ITEM = an_item("mr-1", MARKET, estimated_minutes=30)


def a_due(**changes: Any) -> DueCheck:
    known: dict[str, Any] = {
        "due_id": "d1",
        "source": DueSource.LEAD,
        "source_id": "lead-1",
        "kind": "complaint",
        "object_id": "o-9",
        "object_name": "一家店",
        "place": "p:1",
        "item": "mr-1",
        "item_name": "事项",
        "department": MARKET,
        "reason": "无照经营",
        "from_date": TODAY,
        "deadline": date(2026, 6, 1),
        "state": DueState.WAITING,
        "added_at": NOW,
    }
    return DueCheck(**known | changes)


def a_berth(*checks: VisitCheck, max_minutes: int | None = 60, **changes: Any) -> Berth:
    known: dict[str, Any] = {
        "place": "p:1",
        "state": VisitState.DRAWN,
        "date_from": FROM,
        "date_to": TO,
    }
    return Berth(
        visit=a_visit(**known | changes),
        checks=checks or (a_check("mr-2"),),
        joined=(),
        competences={MARKET: {"water"}},
        max_minutes=max_minutes,
        notice_days=1,
    )


def test_a_check_joins_a_visit_of_its_organ_to_its_place() -> None:
    assert may_join(a_due(), a_berth(), ITEM, TODAY)


@pytest.mark.parametrize(
    ("due", "berth"),
    [
        ({"place": "p:2"}, {}),
        ({"department": FIRE}, {}),
        ({"from_date": TO + timedelta(days=1)}, {}),
        ({"deadline": FROM - timedelta(days=1)}, {}),
        ({}, {"state": VisitState.PUBLISHED}),
        ({}, {"state": VisitState.WITHDRAWN}),
        ({}, {"mode": Mode.COVERT}),
        ({}, {"desk": True}),
        ({}, {"max_minutes": 59}),
        ({}, {"date_from": TODAY, "date_to": TODAY}),  # no day is left for the notice
    ],
)
def test_and_no_other(due: dict[str, Any], berth: dict[str, Any]) -> None:
    assert not may_join(a_due(**due), a_berth(**berth), ITEM, TODAY)


def test_the_item_must_be_valid_and_within_what_the_team_can_check() -> None:
    lapsed = ITEM.model_copy(update={"valid_to": FROM})
    able = ITEM.model_copy(update={"competences": ("water",)})
    unable = ITEM.model_copy(update={"competences": ("gas",)})

    assert may_join(a_due(), a_berth(), able, TODAY)
    assert not may_join(a_due(), a_berth(), unable, TODAY)
    assert not may_join(a_due(), a_berth(), lapsed, TODAY)
    assert not may_join(a_due(), a_berth(), None, TODAY)


def test_a_question_that_is_asked_anyway_takes_no_time() -> None:
    asked = a_check("mr-1", "o-9", department=MARKET, minutes=60)
    berth = a_berth(asked, max_minutes=60)

    assert may_join(a_due(), berth, ITEM, TODAY)
    assert joined_check(a_due(), berth, ITEM, "现场检查").minutes == 0
    assert not may_join(a_due(object_id="o-8"), berth, ITEM, TODAY)


def test_what_has_joined_narrows_the_days_for_the_next() -> None:
    early = a_due(deadline=FROM + timedelta(days=2))
    late = a_due(due_id="d2", from_date=FROM + timedelta(days=3))
    berth = a_berth(max_minutes=None)
    taken = berth.with_one_more(early, joined_check(early, berth, ITEM, "现场检查"))

    assert may_join(late, berth, ITEM, TODAY)
    assert not may_join(late, taken, ITEM, TODAY)


@given(
    windows=st.lists(st.tuples(st.integers(-20, 60), st.integers(0, 60)), max_size=5),
    notice=st.integers(0, 40),
)
def test_the_days_together_suit_everybody(windows: list[tuple[int, int]], notice: int) -> None:
    dues = [
        a_due(
            from_date=FROM + timedelta(days=start),
            deadline=FROM + timedelta(days=start + length),
        )
        for start, length in windows
    ]
    berth = replace(a_berth(), notice_days=notice)

    days = days_together(berth, dues, TODAY)

    fits = [
        day
        for day in (FROM + timedelta(days=n) for n in range((TO - FROM).days + 1))
        if day >= TODAY + timedelta(days=notice)
        and all(due.from_date <= day <= due.deadline for due in dues)
    ]
    assert days == ((fits[0], fits[-1]) if fits else None)


def test_states_go_only_where_they_may() -> None:
    done = a_due().moved(DueState.JOINED, visit_id="v").moved(DueState.DONE, result_id="r")

    assert (done.is_over, done.visit_id, done.result_id) == (True, "v", "r")
    with pytest.raises(RuleBrokenError):
        done.moved(DueState.WAITING)
    with pytest.raises(RuleBrokenError):
        a_due().moved(DueState.DONE)


def test_only_a_line_of_the_organ_with_a_window_in_time_gives_hope() -> None:
    in_time = a_line("L1", lead=MARKET, window_from=FROM, window_to=TO)
    too_late = a_line("L2", lead=MARKET, window_from=date(2026, 7, 1), window_to=date(2026, 8, 1))
    of_others = a_line("L3", lead=FIRE, participants=(), window_from=FROM, window_to=TO)

    seen = outlook(a_due(), [in_time, too_late, of_others], TODAY)

    assert (seen.prospect, [line.code for line in seen.lines]) == (Prospect.MAY_JOIN, ["L1"])
    assert outlook(a_due(), [too_late, of_others], TODAY).prospect is Prospect.DUE_ALONE
    assert outlook(a_due(), [in_time], date(2026, 6, 2)).prospect is Prospect.OVERDUE
