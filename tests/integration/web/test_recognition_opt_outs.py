"""A line says whether it takes other organs' results: in the API and in what the form hands in."""

from typing import Any

import pytest
from pydantic import ValidationError

from coordinator.web.api.annual_plan.entries import LineEntry
from coordinator.web.console.annual_plan.line_form import entered, fill_of
from tests.builders import a_line

ENTRY: dict[str, Any] = {
    "code": "L1",
    "name": "餐饮",
    "kind": "joint",
    "domain": "餐饮",
    "lead": "market-regulation",
    "items": ["mr-1", "fr-1"],
    "window_from": "2026-04-07",
    "window_to": "2026-05-15",
}


def test_a_line_recognises_unless_it_says_no() -> None:
    silent = LineEntry(**ENTRY).value("plan", "L1")
    refusing = LineEntry(**ENTRY, recognises=False, checked_afresh=("fr-1",)).value("plan", "L1")

    assert (silent.recognises, silent.checked_afresh) == (True, ())
    assert (refusing.recognises, refusing.checked_afresh) == (False, ("fr-1",))


def test_only_items_of_the_line_can_be_checked_afresh() -> None:
    with pytest.raises(ValidationError, match=r"checked_afresh only items of the line.*he-1"):
        LineEntry(**ENTRY, checked_afresh=("he-1",))


def test_the_form_forgets_an_item_that_is_no_longer_ticked() -> None:
    fill = fill_of(a_line(recognises=False, checked_afresh=("mr-1", "fr-1")))
    fill["items"] = ["fr-1"]

    values = entered(fill).values

    assert (values["recognises"], values["checked_afresh"]) == (False, ("fr-1",))
