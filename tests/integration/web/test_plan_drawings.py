"""The year of a plan as a drawing, shares in words, charts on one scale."""

from datetime import date
from fractions import Fraction

import pytest

from coordinator.domain.annual_plan import (
    Conditions,
    Forecast,
    MonthLoad,
    Selection,
    StratumRule,
    Window,
)
from coordinator.domain.policy import KeyPeriod
from coordinator.web.console.annual_plan.calendar import calendar_of, place_of
from coordinator.web.console.annual_plan.changes import value_words
from coordinator.web.console.annual_plan.forecasts import load_chart, visits_chart
from coordinator.web.names import Names
from coordinator.web.plan_wording import (
    about,
    percent,
    share_words,
    whom_sentence,
)
from tests.integration.web.county import a_store
from tests.integration.web.fake_work import POLICY
from tests.integration.web.plans import a_line

SPRING = KeyPeriod(
    code="spring", name="春节前后", name_en="Spring festival", from_day="01-15", to_day="02-20"
)


@pytest.fixture(scope="module")
def names() -> Names:
    departments = a_store().collections["departments"].values.values()
    return Names({each.code: each for each in departments}, {}, {}, POLICY)


def test_a_month_is_a_hundred_wide_whatever_its_days() -> None:
    assert place_of(date(2027, 1, 1), 2027) == 0
    assert place_of(date(2027, 2, 28), 2027, end=True) == 200
    assert place_of(date(2028, 2, 29), 2028, end=True) == 200
    assert place_of(date(2027, 12, 31), 2027, end=True) == 1200


def test_days_of_other_years_lie_on_the_edge() -> None:
    assert place_of(date(2026, 11, 1), 2027) == 0
    assert place_of(date(2028, 1, 9), 2027, end=True) == 1200


def test_every_window_has_a_bar_for_each_department(names: Names) -> None:
    line = a_line(later_windows=(Window(from_date=date(2027, 9, 1), to_date=date(2027, 9, 30)),))

    (row,) = calendar_of(2027, [line], (), names, lambda _line: "").rows

    assert [(bar.x, bar.width) for bar in row.bars[2:]] == [(800, 100), (800, 100)]
    assert {bar.stripe for bar in row.bars} == {"d1", "d2"}


def test_lines_stand_in_the_order_of_their_windows_and_overlaps_are_counted(names: Names) -> None:
    late = a_line("27-01", window_from=date(2027, 4, 30), window_to=date(2027, 6, 1))
    early = a_line("27-02")

    year = calendar_of(2027, [late, early], (SPRING,), names, lambda _line: "")

    assert [row.code for row in year.rows] == ["27-02", "27-01"]
    assert year.busy == (0, 0, 0, 2, 1, 1, 0, 0, 0, 0, 0, 0)
    assert year.busiest == 2
    assert [row.label for row in year.periods] == ["春节前后"]
    assert year.shades == year.periods[0].bars


def test_an_inverted_window_has_no_width(names: Names) -> None:
    line = a_line(window_from=date(2027, 5, 1), window_to=date(2027, 4, 1))

    (row,) = calendar_of(2027, [line], (), names, lambda _line: "").rows

    assert {bar.width for bar in row.bars} == {0}


@pytest.mark.parametrize(
    ("share", "said"),
    [
        (Fraction(1, 20), "5\u00a0%"),
        (Fraction(1, 400), "0.25\u00a0%"),
        (Fraction(1), "100\u00a0%"),
        (Fraction(1, 3), "1/3"),
    ],
)
def test_a_ratio_is_a_percentage_where_that_is_exact(share: Fraction, said: str) -> None:
    assert percent(share) == said


def test_a_share_of_counts_is_rounded_and_of_nothing_a_dash() -> None:
    assert about(287, 374) == "76.7\u00a0%"
    assert about(4, 4) == "100\u00a0%"
    assert about(0, 0) == "—"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "5\u00a0%，至少 2"),
        ({"number": 10}, "10 户"),
        ({"selection": Selection.ALL}, "全部"),
        ({"strata": {}}, "未定"),
        (
            {
                "strata": {
                    "*": StratumRule(numerator=1, denominator=100),
                    "D": StratumRule(numerator=3, denominator=10),
                }
            },
            "D 30\u00a0%；1\u00a0%",
        ),
        (
            {
                "selection": Selection.FIXED,
                "conditions": Conditions(objects=("uscc:1", "uscc:2")),
            },
            "指定的 2 个对象",
        ),
    ],
)
def test_how_many_are_drawn_in_words(changes: dict[str, object], said: str) -> None:
    assert share_words(a_line(**changes)) == said


def test_whom_a_line_draws_from_in_words(names: Names) -> None:
    conditions = Conditions(
        tags=("旅馆", "民宿"),
        events=("complaint",),
        event_months=6,
        lists=("focus",),
        key_unit=True,
    )

    said = whom_sentence(conditions, names)

    assert "监管标签：旅馆、民宿" in said
    assert "近 6 个月内有" in said
    assert "重点监管" in said
    assert "重点单位：是" in said
    assert whom_sentence(Conditions(), names) == "名录库中的全部对象"


@pytest.mark.parametrize(
    ("field", "text", "said"),
    [
        ("mode", "covert", "暗查"),
        ("lead", "fire-rescue", "消防救援大队"),
        ("participants", '["fire-rescue","health"]', "消防救援大队、卫生健康局"),
        ("window_from", '"2027-04-07"', "2027-04-07"),
        ("strata", '{"*":{"numerator":1,"denominator":20,"minimum":2}}', "5\u00a0%，至少 2"),
        ("quotas", '{"health":3}', "卫生健康局 3"),
        ("later_windows", '[{"from_date":"2027-09-01","to_date":"2027-09-09"}]', "2027-09-01 至"),
        ("risk_classes", '["D","-"]', "D、未分类"),
        ("gradings", '{"food-risk":["C","D"]}', "food-risk C、D"),
        ("number", "null", "—"),
        ("name", "12", "12"),
        ("items", "[]", "—"),
        ("section", None, "—"),
    ],
)
def test_a_value_of_a_difference_in_words(
    names: Names, field: str, text: str | None, said: str
) -> None:
    assert value_words(field, text, names).startswith(said)


def _load(department: str, month: int, seats: int, capacity: int) -> MonthLoad:
    return MonthLoad(
        department=department,
        month=month,
        visits=seats // 2,
        seats=seats,
        minutes=0,
        capacity=capacity,
    )


def test_visits_of_all_departments_are_drawn_on_one_scale(names: Names) -> None:
    found = Forecast(visits=30, loads=(_load("health", 1, 20, 99), _load("fire-rescue", 2, 40, 99)))

    fire, health = visits_chart(found, names)

    assert (fire.label, fire.cells[1].shown, fire.cells[1].height) == ("消防救援大队", "20", 48)
    assert (health.cells[0].shown, health.cells[0].height) == ("10", 24)
    assert [cell.shown for cell in health.cells[1:]] == [""] * 11


def test_a_month_over_capacity_is_marked_and_named(names: Names) -> None:
    found = Forecast(visits=10, loads=(_load("health", 3, 20, 10), _load("health", 4, 10, 10)))

    (row,) = load_chart(found, names)

    assert [cell.over for cell in row.cells[2:4]] == [True, False]
    assert row.cells[2].limit == 24
    assert row.note == "3 月超出能力"
