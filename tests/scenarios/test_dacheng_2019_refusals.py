"""大城 2019, plans that are refused: too little by lot, somebody or some season left out (2.13)."""

from dataclasses import replace
from typing import Any

import pytest

from coordinator.domain.annual_plan import PlanLine, Selection
from coordinator.domain.errors import Rule
from tests.play import PLAN
from tests.scenarios import dacheng
from tests.scenarios.lists import share_of
from tests.scenarios.localities import Locality, told

ALL: dict[str, Any] = {"selection": Selection.ALL, "strata": {}, "items_drawn": None}
HALF: dict[str, Any] = {"selection": Selection.RANDOM, "strata": share_of(1, 2)}


async def test_less_than_thirty_per_cent_random_is_refused_with_figures_and_remedy(
    dacheng_draft: Locality,
) -> None:
    lines = await dacheng_draft.lines(PLAN)
    wholly = [
        replace(lines[code], **ALL) for code in (dacheng.CHEMICAL_LINE, dacheng.FIREWORK_LINE)
    ]

    refused = await dacheng_draft.refusal(PLAN, *wholly)

    figures = {"random": 16, "visits": 100, "found": "16 %", "line": "*"}
    assert told(refused, Rule.RANDOM_SHARE_TOO_LOW) == [
        {**figures, "wanted": "30 %", "remedy": {"action": "add-random-visits", "add": 14}}
    ]


async def test_a_smaller_random_share_than_last_year_is_refused_with_figures_and_remedy(
    dacheng_draft: Locality,
) -> None:
    lines = await dacheng_draft.lines(PLAN)

    refused = await dacheng_draft.refusal(PLAN, replace(lines[dacheng.FIREWORK_LINE], **ALL))

    assert [each.rule for each in refused] == [Rule.RANDOM_SHARE_FALLS]
    figures = {"random": 36, "visits": 80, "found": "45 %", "wanted": "57.5 %", "line": "*"}
    assert told(refused, Rule.RANDOM_SHARE_FALLS) == [
        {**figures, "remedy": {"action": "add-random-visits", "add": 10}}
    ]


async def test_key_units_are_visited_once_a_year_or_the_plan_is_refused(
    dacheng_draft: Locality,
) -> None:
    line = (await dacheng_draft.lines(PLAN))[dacheng.KEY_LINE]

    refused = await dacheng_draft.refusal(PLAN, replace(line, **HALF))

    assert told(refused, Rule.KEY_UNITS_UNCOVERED) == [
        {
            "members": 6,
            "found": 0,
            "times": 1,
            "measured": "certain",
            "line": "*",
            "remedy": {"action": "add-full-line", "group": "key-unit", "add": 6},
        }
    ]


@pytest.mark.parametrize(
    ("line", "event", "members", "half"),
    [
        (dacheng.RECORD_LINE, "complaint", 3, 1),
        (dacheng.RECORD_LINE, "complaint", 3, 2),
        (dacheng.RECORD_LINE, "accident", 1, 2),
        (dacheng.RECORD_LINE, "penalty", 2, 2),
        (dacheng.RECORD_LINE, "serious-record", 1, 2),
        (dacheng.BLACK_LINE, "blacklist", 2, 1),
        (dacheng.BLACK_LINE, "blacklist", 2, 2),
    ],
)
async def test_a_bad_record_without_a_visit_in_one_half_year_is_refused(
    dacheng_draft: Locality, line: str, event: str, members: int, half: int
) -> None:
    twice = (await dacheng_draft.lines(PLAN))[line]
    once = replace(twice.at_turn(2 - half), times_a_year=1)

    refused = await dacheng_draft.refusal(PLAN, once)

    found = told(refused, Rule.EVENTS_UNCOVERED)
    assert [each for each in found if each["event"] == event] == [
        {
            "event": event,
            "half": half,
            "members": members,
            "found": 0,
            "times": 1,
            "measured": "certain",
            "line": "*",
            "remedy": {"action": "add-full-line", "group": event, "add": members, "half": half},
        }
    ]


async def test_a_line_that_looks_back_too_few_months_is_refused_for_the_half_year_it_misses(
    dacheng_draft: Locality,
) -> None:
    """The records are of June 2025: in October 2026 a line of twelve months sees none of them."""
    line = (await dacheng_draft.lines(PLAN))[dacheng.RECORD_LINE]
    short = replace(line, conditions=replace(line.conditions, event_months=12))

    refused = await dacheng_draft.refusal(PLAN, short)

    assert {each.rule for each in refused} == {Rule.EVENTS_OUT_OF_SIGHT}
    assert [
        (each["event"], each["half"], each["members"], each["lapsed"])
        for each in told(refused, Rule.EVENTS_OUT_OF_SIGHT)
    ] == [
        ("complaint", 2, 3, 3),
        ("accident", 2, 1, 1),
        ("penalty", 2, 2, 2),
        ("serious-record", 2, 1, 1),
    ]
    first = told(refused, Rule.EVENTS_OUT_OF_SIGHT)[0]
    assert (first["found"], first["months"], first["lines"]) == (0, 12, [dacheng.RECORD_LINE])
    # A member's record may be of 15 December 2024, and the autumn turn begins in October 2026.
    assert first["remedy"] == {
        "action": "look-back-further",
        "lines": [dacheng.RECORD_LINE],
        "half": 2,
        "needed": 23,
    }
    enough = replace(line, conditions=replace(line.conditions, event_months=23))
    still = await dacheng_draft.refusal(PLAN, enough, undirected(await dacheng_draft.lines(PLAN)))
    assert {each.rule for each in still} == {Rule.KEY_PERIOD_WITHOUT_LINE}


def undirected(lines: dict[str, PlanLine]) -> PlanLine:
    """Give a line that alone breaks its own rule, so that a plan is refused whatever else holds."""
    return replace(lines[dacheng.FIREWORK_LINE], directed=False)


@pytest.mark.parametrize(
    ("line", "period", "name"),
    [
        (dacheng.FIREWORK_LINE, "spring-festival", "元旦春节（烟花爆竹旺季）"),
        (dacheng.CHEMICAL_LINE, "summer", "汛期高温"),
        (dacheng.COVERT_LINE, "national-day", "国庆假期"),
    ],
)
async def test_a_key_period_without_a_directed_line_is_refused(
    dacheng_draft: Locality, line: str, period: str, name: str
) -> None:
    undirected = replace((await dacheng_draft.lines(PLAN))[line], directed=False)

    refused = await dacheng_draft.refusal(PLAN, undirected)

    [breach] = refused
    assert breach.rule is Rule.KEY_PERIOD_WITHOUT_LINE
    assert (breach.facts["period"], breach.facts["found"], breach.facts["wanted"]) == (name, 0, 1)
    assert breach.remedy == {"action": "add-directed-line", "period": period, "add": 1}
