"""Whom a line may draw: conditions on objects, gradings in force, lists and events."""

from datetime import date
from typing import Any

import pytest

from coordinator.domain.annual_plan import Conditions, grading_of, months_before
from coordinator.domain.registers import DatedEvent, Grading, RiskClass, SupervisionList
from tests.builders import an_object

DAY = date(2026, 3, 31)


def graded(scheme: str, value: str, day: date) -> Grading:
    return Grading(scheme=scheme, value=value, source="县局", date=day)


def complained(day: date) -> dict[str, Any]:
    return {"events": (DatedEvent(kind="complaint", date=day, source="12315"),)}


FOOD: dict[str, Any] = {
    "gradings": (
        graded("food-risk", "A", date(2026, 1, 1)),
        graded("food-risk", "D", date(2026, 2, 1)),
        graded("safety", "红", date(2026, 3, 1)),
    )
}
COMPLAINTS = Conditions(events=("complaint", "accident"), event_months=1)


@pytest.mark.parametrize(
    ("condition", "changes", "accepted"),
    [
        (Conditions(), {}, True),
        (Conditions(tags=("hotel", "restaurant")), {"tags": ("retail", "restaurant")}, True),
        (Conditions(tags=("hotel",)), {"tags": ("restaurant",)}, False),
        (Conditions(tags=("hotel",)), {"tags": ()}, False),
        (Conditions(kinds=("premises",)), {"kind": "premises"}, True),
        (Conditions(kinds=("premises",)), {"kind": "enterprise"}, False),
        (Conditions(industries=("H61", "H62")), {"industry": "H6210"}, True),
        (Conditions(industries=("H61",)), {"industry": "G6100"}, False),
        (Conditions(regions=("6402",)), {"region": "640221"}, True),
        (Conditions(regions=("640222",)), {"region": "640221"}, False),
        (Conditions(risk_classes=("C", "D")), {"risk_class": RiskClass.D}, True),
        (Conditions(risk_classes=("C", "D")), {"risk_class": RiskClass.A}, False),
        (Conditions(risk_classes=("C",)), {"risk_class": None}, False),
        (Conditions(risk_classes=("-",)), {"risk_class": None}, True),
        (Conditions(affiliations=("县属",)), {"affiliation": "县属"}, True),
        (Conditions(affiliations=("县属",)), {"affiliation": "市属"}, False),
        (Conditions(scales=("large",)), {"scale": "small"}, False),
        (Conditions(gradings={"food-risk": ("D",)}), FOOD, True),
        (Conditions(gradings={"food-risk": ("A",)}), FOOD, False),
        (Conditions(gradings={"food-risk": ("D",), "safety": ("绿",)}), FOOD, False),
        (Conditions(gradings={"fire": ("-",)}), FOOD, True),
        (Conditions(gradings={"food-risk": ()}), {}, True),
        (COMPLAINTS, complained(date(2026, 2, 28)), True),
        (COMPLAINTS, complained(date(2026, 2, 27)), False),
        (COMPLAINTS, complained(date(2026, 4, 1)), False),
        (Conditions(events=("accident",)), complained(DAY), False),
        (Conditions(key_unit=True), {"key_unit": True}, True),
        (Conditions(key_unit=False), {"key_unit": True}, False),
        (Conditions(lists=("abnormal", "focus")), {"abnormal_list": True}, True),
        (Conditions(lists=("focus",)), {"supervision_list": SupervisionList.FOCUS}, True),
        (Conditions(lists=("serious",)), {"abnormal_list": True}, False),
        (Conditions(objects=("uscc:other",)), {}, False),
    ],
)
def test_a_line_draws_only_objects_that_meet_its_conditions(
    condition: Conditions, changes: dict[str, Any], accepted: bool
) -> None:
    assert condition.accept(an_object(**changes), DAY) is accepted


def test_an_object_must_meet_every_condition() -> None:
    both = Conditions(tags=("restaurant",), kinds=("premises",))

    assert not both.accept(an_object(kind="enterprise"), DAY)
    assert both.accept(an_object(kind="premises"), DAY)


def test_the_latest_grading_of_a_scheme_is_in_force() -> None:
    thing = an_object(**FOOD)

    assert (grading_of(thing, "food-risk"), grading_of(thing, "fire")) == ("D", "-")


@pytest.mark.parametrize(
    ("months", "day"),
    [
        (1, date(2026, 2, 28)),
        (12, date(2025, 3, 31)),
        (25, date(2024, 2, 29)),
        (3, date(2025, 12, 31)),
    ],
)
def test_months_go_back_to_the_same_day_or_the_last_of_the_month(months: int, day: date) -> None:
    assert months_before(DAY, months) == day


def test_who_is_supervised_leaves_out_what_aims_at_some() -> None:
    aimed = Conditions(
        tags=("hotel",), regions=("64",), risk_classes=("D",), events=("complaint",), key_unit=True
    )

    assert aimed.is_narrowed
    assert aimed.supervised == Conditions(tags=("hotel",), regions=("64",))
    assert not aimed.supervised.is_narrowed
