"""Shared checkpoints once on the form: who asks, what is recognised, for whom (2.3 rule 7)."""

from datetime import date
from itertools import permutations
from typing import Any

from coordinator.domain.checklist_merge.recognition import Recognition
from coordinator.domain.checklist_merge.sharing import FormCheck, form_of
from coordinator.domain.registers import Checkpoint
from tests.builders import FIRE, HEALTH, MARKET, NOW, an_item

LICENCE = "licence"


def a_form_check(department: str, *recognised: str, **changes: Any) -> FormCheck:
    """Give a check with a shared question (code `s`) and one of its own (code `o`)."""
    item = changes.pop("item", f"{department}-1")
    points = (
        Checkpoint(code="s", text="许可证是否悬挂", shared_code=LICENCE),
        Checkpoint(code="o", text="台账是否齐全"),
    )
    return FormCheck(
        department=department,
        object_id=changes.pop("object_id", "o-1"),
        item=an_item(item, department, checkpoints=points),
        recognised={code: a_recognition(department) for code in recognised},
    )


def a_recognition(department: str) -> Recognition:
    return Recognition(
        recognition_id="r",
        round_id="R2",
        line="L1",
        object_id="o-1",
        object_name="店",
        item="i",
        item_name="事项",
        department=department,
        checkpoint="s",
        question="许可证是否悬挂",
        value="是",
        whole=False,
        result_id="R1-a",
        from_department=HEALTH,
        visited_date=date(2026, 3, 1),
        recognised_at=NOW,
    )


def place(department: str, code: str = "s", thing: str = "o-1") -> tuple[str, str, str, str]:
    return department, thing, f"{department}-1", code


def test_the_lead_asks_a_shared_question_for_everybody() -> None:
    checks = [a_form_check(code) for code in (MARKET, FIRE, HEALTH)]

    form = form_of(checks, lead=MARKET)

    assert {form.asked_by[place(code)] for code in (MARKET, FIRE, HEALTH)} == {MARKET}
    assert not [key for key in form.asked_by if key[3] == "o"]


def test_where_the_lead_does_not_ask_it_the_first_organ_by_code_does() -> None:
    form = form_of([a_form_check(HEALTH), a_form_check(FIRE)], lead=MARKET)

    assert form.asked_by == {place(HEALTH): FIRE, place(FIRE): FIRE}


def test_each_object_is_asked_for_itself() -> None:
    checks = [a_form_check(MARKET), a_form_check(FIRE, object_id="o-2")]

    form = form_of(checks, lead=MARKET)

    assert form.asked_by == {place(MARKET): MARKET, place(FIRE, thing="o-2"): FIRE}


def test_who_has_it_recognised_is_not_asked_and_asks_for_nobody() -> None:
    form = form_of([a_form_check(MARKET, "s"), a_form_check(FIRE)], lead=MARKET)

    assert set(form.recognised) == {place(MARKET)}
    assert form.asked_by == {place(FIRE): FIRE}


def test_what_another_line_of_the_same_organ_must_ask_is_asked() -> None:
    form = form_of([a_form_check(FIRE, "s"), a_form_check(FIRE)], lead=FIRE)

    assert form.recognised == {}
    assert form.asked_by == {place(FIRE): FIRE}


def test_what_another_item_of_the_same_organ_must_ask_is_asked_for_both() -> None:
    other = a_form_check(FIRE, item="fr-2")

    form = form_of([a_form_check(FIRE, "s"), other], lead=FIRE)

    assert form.recognised == {}
    assert set(form.asked_by) == {place(FIRE), (FIRE, "o-1", "fr-2", "s")}


def test_the_order_of_checks_changes_nothing() -> None:
    checks = [
        a_form_check(FIRE, "s"),
        a_form_check(HEALTH),
        a_form_check(MARKET),
        a_form_check(FIRE),
    ]

    forms = [form_of(order, lead=HEALTH) for order in permutations(checks)]

    assert all(form == forms[0] for form in forms)
