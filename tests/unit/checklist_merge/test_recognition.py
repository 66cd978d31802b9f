"""Mutual recognition: which earlier results stand for a check, and which never do (2.3.4)."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.vocabulary import CheckpointKind
from coordinator.domain.checklist_merge.recognition import (
    NOTHING,
    Asked,
    EarlierResult,
    finds_nothing,
    first_day_that_counts,
    may_recognise,
    recognise,
)
from coordinator.domain.registers import Checkpoint, ItemClass
from tests.builders import FIRE, HEALTH, MARKET, POLICY, a_line, an_item

DAY = date(2026, 3, 1)
FIRST_DAY = date(2025, 5, 15)
LICENCE = Checkpoint(code="q1", text="许可证是否悬挂", shared_code="licence")
EXIT = Checkpoint(code="q2", text="通道是否畅通", shared_code="exit")
OWN = Checkpoint(code="q3", text="台账是否齐全")


def an_asked(*points: Checkpoint, **changes: Any) -> Asked:
    item = an_item("fr-1", FIRE, checkpoints=points)
    return replace(Asked(department=FIRE, item=item, first_day=FIRST_DAY), **changes)


def a_result(**changes: Any) -> EarlierResult:
    result = EarlierResult(
        result_id="R1-a.market-regulation.o.mr-1",
        department=MARKET,
        item="mr-1",
        visited_date=DAY,
        clean=True,
        citable=True,
        answers={"licence": "是"},
    )
    return replace(result, **changes)


def test_a_clean_result_of_another_organ_stands_for_the_item() -> None:
    result = a_result(item="fr-1", department=HEALTH, answers={})

    found = recognise(an_asked(OWN), [result])

    assert (found.whole, found.reference) == (True, result.result_id)
    assert [(each.checkpoint, each.value) for each in found.sources] == [(None, "")]


def test_a_clean_answer_stands_for_the_shared_checkpoint_and_the_others_stay() -> None:
    found = recognise(an_asked(LICENCE, OWN), [a_result()])

    assert not found.whole
    assert [(each.checkpoint, each.value) for each in found.sources] == [(LICENCE, "是")]


def test_an_item_all_of_whose_checkpoints_are_recognised_drops_off_as_a_whole() -> None:
    other = a_result(result_id="R0-b", department=HEALTH, answers={"exit": "是"})

    found = recognise(an_asked(LICENCE, EXIT), [a_result(), other])

    assert (found.whole, found.reference) == (True, f"R0-b;{a_result().result_id}")


@pytest.mark.parametrize(
    "result",
    [
        a_result(department=FIRE),
        a_result(clean=False),
        a_result(citable=False),
        a_result(answers={"licence": "否"}),
        a_result(answers={"licence": "不适用"}),
        a_result(answers={"exit": "是"}),
        a_result(visited_date=FIRST_DAY - timedelta(days=1)),
    ],
    ids=["own", "problem", "not citable", "no", "not applicable", "other question", "a day old"],
)
def test_what_does_not_count_leaves_the_check_as_it_is(result: EarlierResult) -> None:
    assert recognise(an_asked(LICENCE), [result]) == NOTHING


def test_a_result_of_the_first_day_still_counts() -> None:
    assert recognise(an_asked(LICENCE), [a_result(visited_date=FIRST_DAY)]).whole


@pytest.mark.parametrize("days", [0, 1])
@pytest.mark.parametrize("organ", [MARKET, FIRE, HEALTH])
@pytest.mark.parametrize("citable", [True, False])
def test_a_word_to_the_contrary_of_the_same_day_or_later_takes_it_away(
    days: int, organ: str, citable: bool
) -> None:
    later = a_result(
        result_id="later",
        department=organ,
        visited_date=DAY + timedelta(days=days),
        clean=False,
        citable=citable,
        answers={"licence": "否"},
    )

    assert recognise(an_asked(LICENCE), [a_result(), later]) == NOTHING


def test_a_problem_found_earlier_and_clean_since_is_recognised() -> None:
    before = a_result(visited_date=DAY - timedelta(days=1), clean=False, answers={"licence": "否"})

    assert recognise(an_asked(LICENCE), [before, a_result()]).whole


def test_a_problem_elsewhere_in_a_later_item_says_nothing_about_the_question() -> None:
    later = a_result(result_id="later", visited_date=DAY + timedelta(days=9), clean=False)

    found = recognise(an_asked(LICENCE), [a_result(), later])

    assert found.reference == a_result().result_id


def test_the_latest_of_several_results_is_cited() -> None:
    newer = a_result(result_id="newer", visited_date=DAY + timedelta(days=9))

    assert recognise(an_asked(LICENCE), [newer, a_result()]).reference == "newer"


@pytest.mark.parametrize(
    ("kind", "value", "stands"),
    [
        (CheckpointKind.CHOICE, "二级", True),
        (CheckpointKind.CHOICE, "五级", False),
        (CheckpointKind.NUMBER, "3.5", True),
        (CheckpointKind.TEXT, "见附图", True),
    ],
)
def test_other_answers_are_as_clean_as_their_item(
    kind: CheckpointKind, value: str, stands: bool
) -> None:
    point = LICENCE.model_copy(update={"kind": kind, "choices": ("一级", "二级")})
    clean, bad = (a_result(clean=clean, answers={"licence": value}) for clean in (True, False))

    assert recognise(an_asked(point), [clean]).whole is stands
    assert recognise(an_asked(point), [bad]) == NOTHING


def test_a_key_item_a_line_that_says_no_and_an_item_checked_afresh_are_never_recognised() -> None:
    line, item = a_line(), an_item("fr-1", FIRE)
    key = an_item("fr-1", FIRE, item_class=ItemClass.KEY)

    assert may_recognise(line, item)
    assert not may_recognise(line, key)
    assert not may_recognise(replace(line, recognises=False), item)
    assert not may_recognise(replace(line, checked_afresh=("fr-1",)), item)
    assert may_recognise(replace(line, checked_afresh=("mr-1",)), item)


def test_results_are_in_time_on_every_day_of_the_window() -> None:
    line = a_line(window_from=date(2026, 4, 7), window_to=date(2026, 5, 15))

    assert first_day_that_counts(line, 12) == date(2025, 5, 15)
    assert first_day_that_counts(line, 1) == date(2026, 4, 15)
    assert first_day_that_counts(replace(line, window_to=date(2026, 3, 31)), 1) == date(2026, 2, 28)


@pytest.mark.parametrize(
    ("codes", "clean"),
    [
        (("1",), True),
        (("1", "7"), False),
        (("2",), False),
        (("E",), False),
        (("F",), False),
        ((), False),
    ],
)
def test_only_no_problem_found_and_nothing_beside_it_is_clean(
    codes: tuple[str, ...], clean: bool
) -> None:
    assert finds_nothing(codes, POLICY.result_codes) is clean


POINTS = st.lists(st.sampled_from([LICENCE, EXIT, OWN]), unique=True, max_size=3)
RESULTS = st.lists(
    st.builds(
        EarlierResult,
        result_id=st.text("ab", min_size=1, max_size=3),
        department=st.sampled_from([MARKET, FIRE, HEALTH]),
        item=st.sampled_from(["fr-1", "mr-1"]),
        visited_date=st.integers(-3, 9).map(lambda n: FIRST_DAY + timedelta(days=n)),
        clean=st.booleans(),
        citable=st.booleans(),
        answers=st.dictionaries(
            st.sampled_from(["licence", "exit"]), st.sampled_from(["是", "否", "不适用"])
        ),
    ),
    max_size=8,
)


@given(points=POINTS, results=RESULTS, order=st.randoms())
def test_every_source_vouches_is_in_time_and_stands_undenied(
    points: list[Checkpoint], results: list[EarlierResult], order: Any
) -> None:
    asked = an_asked(*points)

    found = recognise(asked, results)
    order.shuffle(results)

    again = recognise(asked, results)
    assert (again.whole, again.reference) == (found.whole, found.reference)
    assert found.whole <= bool(found.sources)
    for source in found.sources:
        result = source.result
        assert (result.clean, result.citable) == (True, True)
        assert result.department != FIRE
        assert result.visited_date >= FIRST_DAY
        later = [each for each in results if each.visited_date >= result.visited_date]
        if source.checkpoint is None:
            assert all(each.clean for each in later if each.item == "fr-1")
        else:
            said = {each.answers.get(source.checkpoint.shared_code or "", "是") for each in later}
            assert said == {"是"}


@given(points=POINTS, results=RESULTS)
def test_an_item_stays_exactly_as_long_as_something_is_left_to_ask(
    points: list[Checkpoint], results: list[EarlierResult]
) -> None:
    found = recognise(an_asked(*points), results)

    by_item = [source for source in found.sources if source.checkpoint is None]
    asked_still = {p.code for p in points} - {
        source.checkpoint.code for source in found.sources if source.checkpoint
    }
    assert found.whole is (bool(by_item) or (bool(points) and not asked_still))
