"""What is known of an object before a visit, who may see it, and documents asked for once."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from coordinator.domain.follow_up import Case, Rectification
from coordinator.domain.lifecycle import CaseState, ListingState, RectificationState
from coordinator.domain.policy import PrecheckPolicy, ShownField
from coordinator.domain.precheck import (
    History,
    Known,
    Viewer,
    documents_of,
    known_of,
    masked_contact,
    visible,
)
from coordinator.domain.registers import (
    DatedEvent,
    Grading,
    LastCheck,
    RiskClass,
    SupervisionList,
)
from coordinator.domain.result_intake import Result
from tests.builders import FIRE, HEALTH, MARKET, POLICY, an_item, an_object, day_of
from tests.builders_sanctions import a_listing

TODAY = date(2026, 4, 7)
TEAM = (FIRE, MARKET)
FORMER = "R0-000000000001"


def a_result(**changes: Any) -> Result:
    values: dict[str, Any] = {
        "result_id": f"{FORMER}.{FIRE}.o.fr-1",
        "round_id": "R0",
        "visit_id": FORMER,
        "department": FIRE,
        "object_id": an_object().object_id,
        "object_name": an_object().name,
        "item": "fr-1",
        "item_name": "消防设施",
        "version": 1,
        "checked": True,
        "method": "现场",
        "result_codes": ("1",),
        "problem": None,
        "legal_basis": None,
        "follow_up": ("none",),
        "visited_date": date(2026, 2, 1),
        "has_problem": False,
        "approved": True,
        "disclosed": True,
    }
    return Result(**values | changes)


def an_order(**changes: Any) -> Rectification:
    values: dict[str, Any] = {
        "rectification_id": "o1",
        "round_id": "R0",
        "visit_id": FORMER,
        "result_id": a_result().result_id,
        "object_id": an_object().object_id,
        "object_name": an_object().name,
        "item": "fr-1",
        "department": FIRE,
        "problem": "通道堆物",
        "article": "第二十八条",
        "due_date": date(2026, 5, 1),
        "state": RectificationState.ORDERED,
        "ordered_by": "fr-chief",
        "ordered_at": datetime(2026, 2, 2, tzinfo=UTC),
    }
    return Rectification(**values | changes)


def a_case(**changes: Any) -> Case:
    values: dict[str, Any] = {
        "case_id": "c1",
        "round_id": "R0",
        "visit_id": FORMER,
        "result_id": a_result().result_id,
        "object_id": an_object().object_id,
        "object_name": an_object().name,
        "subject": an_object().object_id,
        "subject_name": an_object().name,
        "item": "fr-1",
        "department": FIRE,
        "state": CaseState.FILED,
        "clue": "现场检查",
        "opened_by": "fr-clerk",
        "opened_at": datetime(2026, 2, 3, tzinfo=UTC),
    }
    return Case(**values | changes)


def told(thing: Any, history: History | None = None) -> list[tuple[str, str]]:
    found = known_of(thing, history or History(), POLICY, TODAY, day_of)
    return [(each.field, each.text) for each in found]


def test_the_register_tells_licences_standing_class_gradings_and_events() -> None:
    grading = {"scheme": "food-risk", "source": "县局"}
    thing = an_object(
        licences=("食品经营许可证 JY1",),
        key_unit=True,
        supervision_list=SupervisionList.FOCUS,
        risk_class=RiskClass.C,
        abnormal_list=True,
        serious_list=True,
        gradings=(
            Grading(value="B", date=date(2025, 1, 1), **grading),
            Grading(value="D", date=date(2026, 1, 1), **grading),
        ),
        events=(DatedEvent(kind="complaint", date=date(2026, 3, 1), source="12315"),),
    )

    assert told(thing) == [
        ("licences", "食品经营许可证 JY1"),
        ("key-unit", ""),
        ("focus", ""),
        ("credit-class", "C"),
        ("gradings", "食品安全风险 D"),
        ("events", "投诉举报较多"),
        ("abnormal-list", ""),
        ("serious-list", ""),
    ]


def test_what_is_older_than_the_policy_looks_back_is_left_out() -> None:
    old = date(2024, 4, 6)
    thing = an_object(
        events=(DatedEvent(kind="complaint", date=old, source="12315"),),
        last_checks=(LastCheck(department=FIRE, date=old),),
    )

    assert told(thing, History(results=[a_result(visited_date=old)])) == []


def test_the_last_result_of_each_department_is_told_problems_first() -> None:
    first = date(2025, 6, 1)
    bad = {"has_problem": True, "problem": "通道堆物"}
    history = History(
        results=[
            a_result(result_id="1", visited_date=first, item_name="旧事项"),
            a_result(result_id="2"),
            a_result(result_id="3", item_name="疏散通道", **bad),
            a_result(result_id="4", department=HEALTH, visited_date=first, item_name="卫生"),
            a_result(result_id="5", item_name="未审核", approved=False),
        ],
        parties={FORMER: TEAM},
    )

    assert told(an_object(), history) == [
        ("last-checks", ""),
        ("last-checks", ""),
        ("results", "疏散通道：通道堆物"),
        ("results", "未发现问题：消防设施"),
        ("results", "未发现问题：卫生"),
    ]


def test_open_orders_and_cases_are_told_ended_ones_not() -> None:
    history = History(
        rectifications=[an_order(), an_order(state=RectificationState.CLOSED)],
        cases=[a_case(), a_case(state=CaseState.CLOSED), a_case(state=CaseState.NOT_FILED)],
    )

    assert told(an_object(), history) == [
        ("rectifications", "通道堆物（2026-05-01 前改正）"),
        ("cases", "现场检查"),
    ]


def test_a_case_against_the_owner_is_told_at_its_other_shops() -> None:
    shop = an_object(2, object_id="premises:2", owner=an_object().object_id)

    assert told(shop, History(cases=[a_case()])) == [("cases", "现场检查")]
    assert told(an_object(3), History(cases=[a_case()])) == []


def a_fact(field: str = "licences", **changes: Any) -> Known:
    fact = Known(object_id="o-1", object_name="甲", field=field)
    return replace(fact, **changes)


def seen(fact: Known, audience: str, department: str = "", **policy: Any) -> bool:
    rules = PrecheckPolicy(**policy) if policy else POLICY.precheck
    return visible([fact], rules, Viewer(audience, department), TEAM) == [fact]


def test_office_auditor_and_departments_taking_part_see_a_licence_nobody_else() -> None:
    fact = a_fact()

    assert seen(fact, "office")
    assert seen(fact, "auditor")
    assert seen(fact, "department", MARKET)
    assert not seen(fact, "department", HEALTH)


def test_an_unpublished_result_and_what_follows_stays_with_those_who_were_there() -> None:
    fact = a_fact("results", undisclosed=True, parties=frozenset({FIRE, HEALTH}))

    for field in ("results", "rectifications", "cases"):
        one = replace(fact, field=field)
        assert seen(one, "office")
        assert seen(one, "department", FIRE)
        assert not seen(one, "department", MARKET)
        assert not seen(one, "department", HEALTH)  # was there then, and is not now


def test_matters_bear_the_day_here_on_which_they_began() -> None:
    thing = an_object()
    evening = datetime(2026, 2, 2, 23, 30, tzinfo=UTC)
    listed = a_listing(subject=thing.credit_subject, state=ListingState.LISTED, listed_at=evening)
    past = History(
        rectifications=[an_order(ordered_at=evening)],
        cases=[a_case(opened_at=evening)],
        listings=[listed],
    )

    found = known_of(thing, past, POLICY, TODAY, day_of)

    assert {each.field: each.day for each in found} == {
        "rectifications": date(2026, 2, 3),
        "cases": date(2026, 2, 3),
        "serious-list": date(2026, 2, 3),
    }


def test_what_the_policy_does_not_list_is_shown_to_nobody() -> None:
    only = ShownField(code="events", name="记录", name_en="Record", audience=("office",))

    assert not seen(a_fact(), "office", fields=(only,))
    assert seen(a_fact("events"), "office", fields=(only,))
    assert not seen(a_fact("events"), "department", MARKET, fields=(only,))


def test_the_public_and_the_inspected_can_be_no_audience() -> None:
    for audience in ("public", "enterprise"):
        with pytest.raises(ValueError, match="audience"):
            ShownField.model_validate(
                {"code": "events", "name": "记录", "name_en": "Record", "audience": [audience]}
            )


def test_a_contact_is_a_family_name_and_the_ends_of_a_number() -> None:
    thing = an_object(responsible_person="沈大田", phone="13812345678")

    assert told(thing) == [("contact", "沈** 138****5678")]
    assert masked_contact("沈", "12345") == "沈"


def test_a_document_of_several_departments_is_asked_for_once_by_the_lead() -> None:
    licence, permit, drill = "营业执照", "食品经营许可证", "消防演练记录"
    needed = {
        MARKET: [an_item(documents=(licence, permit))],
        FIRE: [an_item("fr-1", FIRE, documents=(licence, drill))],
    }
    thing = an_object(licences=(f"{permit} JY1",))

    found = {each.name: each for each in documents_of(needed, MARKET, [thing])}

    assert (found[licence].asked_by, found[licence].departments) == (MARKET, (FIRE, MARKET))
    assert (found[drill].asked_by, found[drill].on_file) == (FIRE, "")
    assert found[permit].on_file == f"{permit} JY1"
