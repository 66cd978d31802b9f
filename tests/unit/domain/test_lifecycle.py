"""Every move between states, allowed or refused, against tables written down a second time."""

from collections.abc import Mapping
from enum import StrEnum
from itertools import product
from typing import Any

import pytest

from coordinator.domain import lifecycle
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import move

ALLOWED = {
    "PROPOSAL_MOVES": ("proposed>merged proposed>returned proposed>withdrawn merged>proposed"),
    "LIST_MOVES": "draft>published",
    "PLAN_MOVES": "draft>submitted submitted>adopted submitted>draft",
    "ROUND_MOVES": (
        "open>frozen frozen>revealing frozen>open revealing>ready revealing>open "
        "ready>drawn ready>infeasible drawn>dispatched drawn>disclosed infeasible>drawn "
        "infeasible>disclosed dispatched>disclosed open>cancelled frozen>cancelled "
        "revealing>cancelled"
    ),
    "VISIT_MOVES": (
        "drawn>published drawn>withdrawn published>running published>withdrawn "
        "running>finished running>withdrawn"
    ),
    "TASK_MOVES": (
        "drawn>published drawn>withdrawn published>accepted published>withdrawn "
        "accepted>pending-review accepted>withdrawn pending-review>pending-disclosure "
        "pending-review>returned returned>pending-review pending-disclosure>disclosed"
    ),
    "CASE_MOVES": "clue>filed clue>not-filed filed>decided decided>executed executed>closed",
    "RECTIFICATION_MOVES": "ordered>reported reported>closed reported>ordered",
    "LISTING_MOVES": (
        "proposed>notified proposed>rejected notified>decided notified>rejected "
        "decided>listed decided>rejected listed>delisted"
    ),
    "ORDER_MOVES": "ordered>answered ordered>lifting answered>lifting lifting>lifted",
}


def table_of(name: str) -> Mapping[Any, frozenset[Any]]:
    table: Mapping[Any, frozenset[Any]] = getattr(lifecycle, name)
    return table


def pairs() -> list[tuple[str, StrEnum, StrEnum]]:
    return [(name, *pair) for name in ALLOWED for pair in product(table_of(name), repeat=2)]


@pytest.mark.parametrize(("name", "now", "wanted"), pairs(), ids=str)
def test_a_move_works_exactly_when_it_is_allowed(name: str, now: StrEnum, wanted: StrEnum) -> None:
    table = table_of(name)
    allowed = f"{now}>{wanted}" in ALLOWED[name].split()

    if allowed:
        assert move(table, now, wanted, of="this") is wanted
        return
    with pytest.raises(RuleBrokenError) as refused:
        move(table, now, wanted, of="this")

    assert refused.value.rule is Rule.MOVE_NOT_ALLOWED
    assert refused.value.facts == {
        "of": "this",
        "now": now.value,
        "wanted": wanted.value,
        "allowed": sorted(
            pair.split(">")[1] for pair in ALLOWED[name].split() if pair.startswith(f"{now}>")
        ),
    }


@pytest.mark.parametrize("name", ALLOWED)
def test_every_state_has_a_row_and_is_reached_from_the_first(name: str) -> None:
    table = table_of(name)
    first: StrEnum = next(iter(table))

    reached, new = {first}, [first]
    while new:
        new = [state for each in new for state in table[each] if state not in reached]
        reached |= set(new)

    assert reached == set(table)
