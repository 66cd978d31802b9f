"""Frames, rosters and bars: who is in the draw, and why somebody is not."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from contracts.draw_tables import BarRow
from coordinator.domain.annual_plan import Frame, PlanLine, StratumRule
from coordinator.domain.errors import RuleBrokenError
from coordinator.domain.lottery.population import (
    Exclusions,
    FrameLines,
    FrameSource,
    Period,
    Workload,
    bars_of,
    expert_roster,
    is_public,
    owned_objects,
    require_stratum_rules,
    roster_of,
)
from coordinator.domain.registers import Absence, InspectionObject, Recusal, RiskClass
from tests.builders import CALENDAR, a_line, an_expert, an_inspector, an_object
from tests.fake_frames import frames_over

DAY = date(2026, 4, 7)
PERIOD = Period(date(2026, 4, 7), date(2026, 4, 13))  # Tuesday to Monday: five working days
OPEN = Exclusions()
BY_CLASS = {name: StratumRule(numerator=1, denominator=10) for name in ("A", "D", "*")}


def sources(*things: InspectionObject, by: str = "-") -> list[FrameSource]:
    return [
        FrameSource(thing.object_id, thing.place, by, thing.status, thing.region)
        for thing in things
    ]


async def rows_of(line: PlanLine, *things: InspectionObject) -> list[FrameSource]:
    wanted = Frame(conditions=line.conditions, by=line.share.by)
    return [row async for some in frames_over(*things).rows_of(wanted, DAY) for row in some]


def fields(lines: bytes) -> list[list[str]]:
    return [line.split("\t") for line in lines.decode().splitlines()]


def test_an_excluded_object_stays_in_the_frame_with_its_code() -> None:
    things = [
        an_object(1),
        an_object(2, status="closed"),
        an_object(3, status="revoked"),
        an_object(4, place="premises:full"),
        an_object(5, place="premises:full", status="closed"),
    ]

    rows = fields(FrameLines(Exclusions(frozenset({"premises:full"}))).write(sources(*things)))

    assert [row[4] for row in rows] == ["-", "closed", "closed", "cap", "closed"]
    assert [row[0] for row in rows] == [thing.object_id for thing in things]


def test_an_object_outside_the_regions_of_the_line_is_excluded() -> None:
    here, there = an_object(1, region="640221001"), an_object(2, region="640222001")

    rows = fields(FrameLines(Exclusions(reach=("640221",))).write(sources(here, there)))

    assert [row[4] for row in rows] == ["-", "region"]


def test_two_premises_of_one_firm_are_two_places() -> None:
    shops = [an_object(n, place=f"premises:{n}", owner="uscc:X") for n in (1, 2)]

    rows = fields(FrameLines(OPEN).write(sources(*shops)))

    assert [row[1] for row in rows] == ["premises:1", "premises:2"]


def test_a_frame_calls_its_strata_by_the_names_it_is_given() -> None:
    lines = FrameLines(OPEN, name_of=lambda name: f"s-{ord(name)}")

    rows = fields(lines.write(sources(an_object(1), an_object(2), by="D")))

    assert [row[2] for row in rows] == ["s-68", "s-68"]
    assert set(lines.kinds) == {("D", "-")}


def test_whoever_is_watched_is_found_in_the_frame_and_nobody_else() -> None:
    inside, outside = an_object(1), an_object(2)
    lines = FrameLines(OPEN, watched={inside.object_id, outside.object_id})

    lines.write(sources(inside, an_object(3)))

    assert lines.found == {inside.object_id}


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
async def test_the_stratum_is_the_class_only_where_the_line_names_classes(
    strata: dict[str, StratumRule], risk_class: RiskClass | None, stratum: str
) -> None:
    found = await rows_of(a_line(strata=strata), an_object(risk_class=risk_class))

    assert [row.stratum for row in found] == [stratum]


def test_a_frame_is_public_only_without_classes_and_exclusions() -> None:
    assert is_public({("-", "-"), ("-", "closed"), ("-", "region")})
    assert not is_public({("D", "-")})
    assert not is_public({("-", "-"), ("-", "cap")})


def test_a_class_without_a_rule_is_refused_before_anybody_commits() -> None:
    line = a_line(strata={"A": StratumRule(numerator=1, denominator=10)})

    require_stratum_rules(line, {("A", "-")})
    with pytest.raises(RuleBrokenError) as refused:
        require_stratum_rules(line, {("A", "-"), ("C", "-")})

    assert refused.value.facts == {"line": line.code, "stratum": "C"}


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


async def test_the_whole_line_number_ignores_classes() -> None:
    line = replace(a_line(), strata={}, number=3)

    [found] = await rows_of(line, an_object(risk_class=RiskClass.C))

    assert found.stratum == "-"


def test_seats_of_earlier_rounds_count_and_leave_the_room_of_this_one() -> None:
    person = an_inspector()
    fresh = Workload(PERIOD, CALENDAR, 2)

    [without] = roster_of([person], fresh)
    [with_load] = roster_of([person], replace(fresh, prior_loads={person.inspector_id: 5}))

    assert (without.prior_load, with_load.prior_load) == (0, 5)
    assert with_load.cap - with_load.prior_load == without.cap
