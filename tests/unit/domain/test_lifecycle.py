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
    "REPORT_MOVES": "awaited>drafted drafted>drafted drafted>issued issued>drafted",
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
        "accepted>pending-review accepted>awaiting-test accepted>withdrawn "
        "awaiting-test>awaiting-test awaiting-test>pending-review pending-review>pending-review "
        "pending-review>awaiting-test pending-review>pending-disclosure pending-review>returned "
        "pending-review>rejected returned>pending-review returned>awaiting-test rejected>accepted "
        "pending-disclosure>disclosed pending-disclosure>not-disclosed "
        "pending-disclosure>returned disclosed>returned not-disclosed>returned"
    ),
    "CASE_MOVES": (
        "clue>filed clue>not-filed clue>transferred filed>decided filed>no-penalty "
        "filed>transferred decided>executed decided>revoked no-penalty>closed "
        "no-penalty>revoked executed>closed executed>revoked revoked>filed revoked>closed "
        "transferred>clue transferred>filed transferred>closed closed>revoked"
    ),
    "RECTIFICATION_MOVES": (
        "ordered>reported ordered>revoked reported>closed reported>ordered reported>revoked "
        "closed>ordered"
    ),
    "TRANSFER_MOVES": "sent>accepted sent>returned accepted>closed",
    "COPY_NOTICE_MOVES": "sent>answered sent>withdrawn",
    "HAZARD_MOVES": (
        "registered>stopped registered>rejected stopped>removed removed>stopped "
        "removed>reviewed removed>closed reviewed>resumed reviewed>stopped resumed>closed"
    ),
    "SAMPLE_MOVES": (
        "taken>preliminary taken>final preliminary>final final>retesting final>closed "
        "retesting>closed"
    ),
    "ABNORMAL_MOVES": "proposed>entered proposed>rejected entered>removed",
    "EXEMPTION_MOVES": "requested>approved requested>refused",
    "PUBLICATION_MOVES": (
        "waiting>shown waiting>not-shown waiting>ended shown>ended shown>waiting not-shown>ended"
    ),
    "EXCHANGE_MOVES": (
        "pending>sent pending>cancelled sent>accepted sent>refused sent>pending "
        "accepted>pending refused>pending"
    ),
    "LISTING_MOVES": (
        "proposed>notified proposed>rejected proposed>withdrawn notified>decided "
        "notified>rejected notified>withdrawn decided>listed decided>rejected "
        "listed>corrected listed>repaired listed>expired listed>revoked "
        "corrected>corrected corrected>repaired corrected>expired corrected>revoked "
        "repaired>delisted expired>delisted revoked>delisted revoked>expired revoked>listed "
        "revoked>corrected"
    ),
    "EVIDENCE_MOVES": "kept>destroyed destroyed>dropped",
    "PACKAGE_MOVES": (
        "kept>destruction-proposed destruction-proposed>kept destruction-proposed>destroyed"
    ),
    "UNLISTED_MOVES": "proposed>approved proposed>refused approved>reported",
    "COMPLAINT_MOVES": (
        "received>examined received>withdrawn examined>answered examined>withdrawn"
    ),
    "CORRECTION_MOVES": "proposed>confirmed proposed>rejected",
    "ORDER_MOVES": (
        "ordered>answered ordered>lifting answered>answered answered>lifting lifting>lifted"
    ),
    "REPAIR_MOVES": (
        "applied>verified applied>withdrawn verified>granted verified>refused verified>withdrawn"
    ),
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
