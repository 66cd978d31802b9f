"""Rows that came as messages: checked like those of files, and never a traceback."""

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from pydantic import BaseModel

from contracts.register_rows import (
    Directory,
    EventCard,
    ExpertRow,
    GradingCard,
    ObjectRow,
    RegisterRow,
    row_of,
)
from coordinator.adapters.imports.received import read_received
from coordinator.adapters.imports.registers import load_sources
from coordinator.domain.errors import Rule
from coordinator.domain.registers import (
    Absence,
    DatedEvent,
    Expert,
    Grading,
    LastCheck,
    Recusal,
    RiskClass,
    SupervisionList,
)
from tests.builders import FIRE, MARKET, an_inspector, an_object

SOURCES = load_sources()
DAY = date(2026, 3, 1)
THING = an_object(
    1,
    region="640221",
    scale="small",
    tags=("hotel", "food"),
    risk_class=RiskClass.B,
    key_unit=True,
    latitude=38.91,
    licences=("JY1", "JY2"),
    gradings=(Grading(scheme="food-risk", value="D", source="省平台", date=DAY),),
    events=(DatedEvent(kind="complaint", date=DAY, source="12345"),),
    last_checks=(LastCheck(department=FIRE, date=DAY),),
    abnormal_list=True,
    supervision_list=SupervisionList.FOCUS,
)
VALUES: list[tuple[Directory, Any]] = [
    (Directory.OBJECTS, THING.model_copy(update={"tags": ("food", "hotel")})),
    (
        Directory.INSPECTORS,
        an_inspector(
            "mr-1",
            MARKET,
            sex="female",
            competences=("food", "water"),
            absences=(Absence(from_date=DAY, to_date=DAY, reason="培训"),),
        ),
    ),
    (
        Directory.EXPERTS,
        Expert(
            expert_id="e1",
            name="沈青禾",
            field="food",
            organisation="职业学院",
            qualifications=("高工",),
        ),
    ),
    (
        Directory.RECUSALS,
        Recusal(person_id="mr-1", object_id=THING.object_id, reason="亲属", declared_by="person"),
    ),
]


@pytest.mark.parametrize(("directory", "value"), VALUES, ids=[each[0].value for each in VALUES])
def test_a_value_written_as_a_row_is_read_as_the_same_value(
    directory: Directory, value: BaseModel
) -> None:
    told = value.model_dump(mode="json", exclude={"responsible_person", "phone"})
    row = row_of(directory).model_validate({"row": 7, **told})

    [outcome] = read_received(directory.value, [json.loads(row.model_dump_json())], SOURCES)

    assert outcome.problems == ()
    assert outcome.rows == (7,)
    assert outcome.value == value


def test_what_parts_cells_inside_a_text_does_not_part_it() -> None:
    row = ObjectRow(
        row=1,
        object_id=THING.object_id,
        name="甲厂；乙厂",
        kind="enterprise",
        region="640221",
        industry="H6110",
        address="一街;二街",
        status="active",
        events=(EventCard(kind="complaint", date=DAY, source="a;b；c\nd"),),
        gradings=(GradingCard(scheme="food-risk", value="D", date=DAY),),
    )

    [outcome] = read_received("objects", [row.model_dump(mode="json")], SOURCES)

    assert outcome.value is not None
    assert (outcome.value.name, outcome.value.address) == ("甲厂；乙厂", "一街;二街")
    assert outcome.value.events == (DatedEvent(kind="complaint", date=DAY, source="a,b,c,d"),)


def test_a_blank_row_is_refused_and_counted() -> None:
    blank = ExpertRow(row=4, expert_id="", name=" ", field="", organisation="")

    [outcome] = read_received("experts", [blank.model_dump(mode="json")], SOURCES)

    assert [(each.row, each.rule) for each in outcome.problems] == [(4, Rule.IMPORT_CELL_MISSING)]


TEXTS = some.text(some.characters(exclude_characters="\x00", codec="utf-8"), max_size=20)


def a_row_of(directory: Directory) -> some.SearchStrategy[RegisterRow]:
    """Give rows with any texts, alone or in lists; the rest as the model builds it."""
    texts = {
        name: some.lists(TEXTS, max_size=3).map(tuple) if "tuple[" in annotation else TEXTS
        for name, field in row_of(directory).model_fields.items()
        if (annotation := str(field.annotation)) and "str" in annotation
    }
    cards = {
        name: some.just(())
        for name, field in row_of(directory).model_fields.items()
        if "Card" in str(field.annotation)
    }
    numbers = {"row": some.integers(1, 2**31 - 1)}
    return some.builds(row_of(directory), **texts, **cards, **numbers)


rows = some.sampled_from(Directory).flatmap(
    lambda directory: some.tuples(some.just(directory), some.lists(a_row_of(directory), max_size=3))
)


@given(sent=rows)
@settings(deadline=None)
def test_any_rows_are_taken_or_refused_one_by_one(
    sent: tuple[Directory, list[RegisterRow]],
) -> None:
    directory, written = sent

    outcomes = list(
        read_received(directory.value, [row.model_dump(mode="json") for row in written], SOURCES)
    )

    assert len(outcomes) == len(written)
    assert all(each.value is not None or each.problems or each.warnings for each in outcomes)
