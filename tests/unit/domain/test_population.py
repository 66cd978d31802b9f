"""Frames, rosters and bars: who is in the draw, and why somebody is not."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from contracts.draw_tables import BarRow
from coordinator.domain.annual_plan import Conditions, StratumRule
from coordinator.domain.lottery.population import (
    Exclusions,
    Period,
    Workload,
    bars_of,
    expert_roster,
    frame_of,
    is_public,
    owned_objects,
    roster_of,
)
from coordinator.domain.registers import Absence, Recusal, RiskClass
from tests.builders import CALENDAR, a_line, an_expert, an_inspector, an_object

DAY = date(2026, 4, 7)
PERIOD = Period(date(2026, 4, 7), date(2026, 4, 13))  # Tuesday to Monday: five working days
BY_CLASS = {name: StratumRule(numerator=1, denominator=10) for name in ("A", "D", "*")}


def test_an_excluded_object_stays_in_the_frame_with_its_code() -> None:
    things = [
        an_object(1),
        an_object(2, status="closed"),
        an_object(3, status="revoked"),
        an_object(4, place="premises:full"),
        an_object(5, place="premises:full", status="closed"),
    ]

    frame = frame_of(a_line(), things, Exclusions(frozenset({"premises:full"})), DAY)

    assert [row.status for row in frame] == ["-", "closed", "closed", "cap", "closed"]
    assert [row.object for row in frame] == [thing.object_id for thing in things]


def test_an_object_outside_the_conditions_is_not_in_the_frame() -> None:
    line = a_line(conditions=Conditions(tags=("hotel",)))

    assert frame_of(line, [an_object(1)], Exclusions(), DAY) == ()


def test_two_premises_of_one_firm_are_two_places() -> None:
    shops = [an_object(n, place=f"premises:{n}", owner="uscc:X") for n in (1, 2)]

    frame = frame_of(a_line(), shops, Exclusions(), DAY)

    assert [row.place for row in frame] == ["premises:1", "premises:2"]


@pytest.mark.parametrize(
    ("strata", "risk_class", "stratum"),
    [
        (BY_CLASS, RiskClass.D, "D"),
        (BY_CLASS, RiskClass.B, "B"),
        (BY_CLASS, None, "-"),
        ({"*": StratumRule(numerator=1, denominator=10)}, RiskClass.D, "-"),
        ({}, RiskClass.D, "-"),
    ],
)
def test_the_stratum_is_the_class_only_where_the_line_names_classes(
    strata: dict[str, StratumRule], risk_class: RiskClass | None, stratum: str
) -> None:
    frame = frame_of(a_line(strata=strata), [an_object(risk_class=risk_class)], Exclusions(), DAY)

    assert [row.stratum for row in frame] == [stratum]


def test_a_frame_is_public_only_without_classes_and_exclusions() -> None:
    plain, classed = a_line(), a_line(strata=BY_CLASS)
    graded, other = an_object(risk_class=RiskClass.D), an_object(2)
    full = Exclusions(frozenset({other.place}))

    assert is_public(plain, frame_of(plain, [graded], Exclusions(), DAY))
    assert not is_public(classed, frame_of(classed, [graded], Exclusions(), DAY))
    assert not is_public(plain, frame_of(plain, [graded, other], full, DAY))


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({}, "-"),
        ({"certificate_to": date(2026, 4, 13)}, "-"),
        ({"certificate_to": date(2026, 4, 12)}, "certificate"),
        ({"certificate_from": date(2026, 4, 7)}, "-"),
        ({"certificate_from": date(2026, 4, 8)}, "certificate"),
        ({"status": "retired"}, "off-duty"),
        ({"status": "retired", "certificate_to": date(2026, 4, 12)}, "off-duty"),
        (
            {
                "absences": (
                    Absence(from_date=date(2026, 4, 1), to_date=date(2026, 4, 30), reason=""),
                )
            },
            "leave",
        ),
        (
            {
                "absences": (
                    Absence(from_date=date(2026, 4, 8), to_date=date(2026, 4, 30), reason=""),
                )
            },
            "-",
        ),
    ],
)
def test_only_the_certified_and_present_can_be_drawn(changes: dict[str, Any], status: str) -> None:
    [row] = roster_of([an_inspector(**changes)], Workload(PERIOD, CALENDAR, 2))

    assert row.status == status


def test_the_cap_is_working_days_present_times_visits_a_day() -> None:
    away = Absence(from_date=date(2026, 4, 10), to_date=date(2026, 4, 12), reason="培训")

    here, partly = roster_of(
        [an_inspector(), an_inspector(absences=(away,))], Workload(PERIOD, CALENDAR, 2)
    )

    assert (here.cap, partly.cap) == (10, 8)


def test_a_make_up_day_counts_into_the_cap() -> None:
    [row] = roster_of(
        [an_inspector()], Workload(Period(date(2026, 5, 8), date(2026, 5, 10)), CALENDAR, 3)
    )

    assert row.cap == 6


def test_a_roster_row_names_nobody_and_sorts_its_tags_once() -> None:
    person = an_inspector("mr-p1", competences=("water", "food", "water"), leader=False)

    [row] = roster_of([person], Workload(PERIOD, CALENDAR, 1))

    assert (row.inspector, row.tags, row.leader) == ("mr-p1", ("food", "water"), False)
    assert person.name not in str(row)
    assert person.certificate_number not in str(row)


def test_experts_never_lead_and_have_a_cap_of_their_days() -> None:
    [row] = expert_roster([an_expert()], Workload(PERIOD, CALENDAR, 2))

    assert (row.leader, row.cap, row.status) == (False, 10, "-")


def a_recusal(person: str, thing: str) -> Recusal:
    return Recusal(person_id=person, object_id=thing, reason="近亲属任职", declared_by="本人")


def test_a_recusal_for_a_firm_bars_from_all_its_premises() -> None:
    firm, own = an_object(1), an_object(2, owner=an_object(1).object_id)
    foreign = an_object(3)

    bars = bars_of(
        {"p1"}, [a_recusal("p1", firm.object_id)], owned_objects([firm, own, foreign]), {}
    )

    assert set(bars) == {
        BarRow(firm.object_id, "p1", "recusal"),
        BarRow(own.object_id, "p1", "recusal"),
    }


def test_a_recusal_for_one_shop_bars_from_that_shop_only() -> None:
    firm = an_object(1)
    shop, other = (an_object(n, owner=firm.object_id) for n in (2, 3))

    bars = bars_of(
        {"p1"}, [a_recusal("p1", shop.object_id)], owned_objects([firm, shop, other]), {}
    )

    assert bars == (BarRow(shop.object_id, "p1", "recusal"),)


def test_a_recusal_holds_even_when_the_firm_itself_is_not_registered() -> None:
    assert bars_of({"p1"}, [a_recusal("p1", "uscc:gone")], {}, {}) == (
        BarRow("uscc:gone", "p1", "recusal"),
    )


def test_who_was_on_the_last_visit_is_barred_and_recusal_is_the_stronger_reason() -> None:
    last = {"o-1": {"p1", "p2", "elsewhere"}, "o-2": {"p2"}}

    bars = bars_of({"p1", "p2"}, [a_recusal("p1", "o-1")], {}, last)

    assert set(bars) == {
        BarRow("o-1", "p1", "recusal"),
        BarRow("o-1", "p2", "last-visit"),
        BarRow("o-2", "p2", "last-visit"),
    }


def test_a_recusal_of_another_department_gives_no_bar() -> None:
    assert bars_of({"p1"}, [a_recusal("p9", "o-1")], {}, {}) == ()


def test_the_whole_line_number_ignores_classes() -> None:
    line = replace(a_line(), strata={}, number=3)

    frame = frame_of(line, [an_object(risk_class=RiskClass.C)], Exclusions(), DAY)

    assert frame[0].stratum == "-"


def test_seats_of_earlier_rounds_count_and_leave_the_room_of_this_one() -> None:
    person = an_inspector()
    fresh = Workload(PERIOD, CALENDAR, 2)

    [without] = roster_of([person], fresh)
    [with_load] = roster_of([person], replace(fresh, prior_loads={person.inspector_id: 5}))

    assert (without.prior_load, with_load.prior_load) == (0, 5)
    assert with_load.cap - with_load.prior_load == without.cap


def test_a_closed_firm_does_not_close_the_frame_and_a_full_place_does() -> None:
    line = a_line()
    closed, full = an_object(status="closed"), an_object(2)

    open_frame = frame_of(line, [closed, full], Exclusions(), DAY)
    other = frame_of(line, [closed, full], Exclusions(frozenset({full.place})), DAY)

    assert is_public(line, open_frame)
    assert not is_public(line, other)
