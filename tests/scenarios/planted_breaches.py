"""Breaches to plant into the sample county's plan: in a line, its profile or the registers."""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from coordinator.domain.annual_plan import (
    Conditions,
    DrawLevel,
    LineKind,
    LineSource,
    ListPublicity,
    PlanFigures,
    Selection,
    StratumRule,
    Weighting,
    Window,
)
from coordinator.domain.errors import Rule
from coordinator.domain.lifecycle import PlanState
from coordinator.domain.policy import DrawWeight
from coordinator.domain.registers import DatedEvent
from coordinator.domain.registers.organisation import Designation, LegalCapacity, Level
from coordinator.domain.registers.sections import Section
from coordinator.services.ports import Work
from tests.scenarios.sample_county import PLAN

FIRST, KEY, COVERT = "L01-restaurants", "L02-hotels", "L09-emergency-covert"
FIRE, MARKET = "fire-rescue", "market-regulation"
Act = Callable[[Work], Awaitable[None]]


@dataclass(frozen=True)
class Planted:
    """One breach: a changed line, a stricter profile, or something in the registers."""

    rule: Rule
    changes: Mapping[str, Any] = field(default_factory=dict)
    line: str = FIRST
    stricter: Mapping[str, str] = field(default_factory=dict)
    registers: Act | None = None


def organ(code: str, **changes: Any) -> Act:
    async def change(work: Work) -> None:
        await work.departments.save(replace(await work.departments.get(code), **changes))

    return change


def item(code: str, **changes: Any) -> Act:
    async def change(work: Work) -> None:
        await work.items.save((await work.items.get(code)).model_copy(update=changes))

    return change


async def with_a_city_organ(work: Work) -> None:
    await organ(FIRE, level=Level.CITY)(work)
    for each in await work.items.where(department=FIRE):
        await item(each.code, levels=())(work)


async def one_next_door(work: Work) -> None:
    """Let a restaurant lie in another county, where all organs but one may check."""
    thing = next(each for each in await work.objects.where() if "restaurant" in each.tags)
    await work.objects.save(thing.model_copy(update={"region": "640222"}))
    for each in await work.departments.where():
        if each.code != FIRE:
            document = Designation(
                designation_id=f"next-door-{each.code}",
                department=each.code,
                region="640222",
                document="石政办〔2026〕1号",
                valid_from=date(2026, 1, 1),
            )
            await work.designations.save(document)


async def without_organ(work: Work) -> None:
    await work.departments.remove(FIRE)


async def with_events(work: Work, day: date = date(2026, 1, 5)) -> None:
    """Let every tenth shop, which one line draws with a low ratio, have had an accident."""
    event = DatedEvent(kind="accident", date=day, source="test")
    things = [each for each in await work.objects.where() if "retail" in each.tags]
    await work.objects.save(
        *(each.model_copy(update={"events": (event,)}) for each in things[::10])
    )


async def with_key_units(work: Work) -> None:
    things = await work.objects.where()
    await work.objects.save(*(each.model_copy(update={"key_unit": True}) for each in things[:25]))


async def with_last_year(work: Work) -> None:
    plan = await work.plans.get(PLAN)
    figures = PlanFigures(
        number_of_lines=1, joint_lines=1, visits=100, joint_visits=100, random_visits=100
    )
    former = replace(plan, plan_id="plan-2025", year=2025, state=PlanState.ADOPTED, figures=figures)
    await work.plans.save(former)


async def with_a_silent_section(work: Work) -> None:
    await in_sections(work)
    section = Section(code="toys", department=MARKET, name="玩具", duties=("监管",))
    await work.sections.save(section)


async def in_sections(work: Work) -> None:
    """Give every line the section of its lead's that its department has."""
    lines = await work.plan_lines.where(plan_id=PLAN)
    joint = [replace(line, section=f"{line.lead}-1") for line in lines]
    await work.plan_lines.save(*joint)


async def full_lines_apart(work: Work) -> None:
    """Let the hotels be checked wholly in five windows that do not meet."""
    line = await work.plan_lines.get(KEY)
    for month in range(5, 10):
        again = replace(
            line,
            code=f"H{month}",
            selection=Selection.ALL,
            items=("he-001", "he-002", "fr-003", "fr-002", "mr-005"),
            window_from=date(2026, month, 2),
            window_to=date(2026, month, 20),
        )
        await work.plan_lines.save(again)


async def all_items_key(work: Work) -> None:
    for code in ("he-001", "he-002", "fr-002", "fr-003", "mr-005"):
        await item(code, item_class="key")(work)


async def crowd(work: Work) -> None:
    await all_items_key(work)
    await full_lines_apart(work)


async def with_old_events(work: Work) -> None:
    """Let the accidents be of last June: a line of April still sees them, one of September not."""
    await all_items_key(work)
    await with_events(work, date(2025, 6, 5))


AUTUMN = Window(from_date=date(2026, 9, 1), to_date=date(2026, 9, 30))
HALF = {"*": StratumRule(numerator=1, denominator=2)}
TENTH = {"*": StratumRule(numerator=1, denominator=10)}
CLASS_D = DrawWeight(by="credit", value="D", weight=4)
TOO_HEAVY = DrawWeight(by="credit", value="D", weight=1_000_000)
FLOOD = DrawWeight(by="event", value="flood", weight=2)
WEIGHED: dict[str, Any] = {"weighting": Weighting.OWN, "weights": (CLASS_D,)}
ALONE: dict[str, Any] = {
    "kind": LineKind.INTERNAL,
    "participants": (),
    "items": ("mr-001",),
    "quotas": {},
}
PERIOD = json.dumps(
    [{"code": "x", "name": "汛期", "name_en": "Floods", "from_day": "07-10", "to_day": "08-20"}]
)
CLASSES = json.dumps([{"scheme": "credit", "value": "D", "ratio": "1/2"}])

CASES = (
    Planted(Rule.LINE_CODE_INVALID, {"code": "L.01"}),
    Planted(Rule.LINE_NAME_MISSING, {"name": ""}),
    Planted(Rule.LINE_NAME_TOO_LONG, {"name": "餐" * 201}),
    Planted(Rule.WINDOW_INVERTED, {"window_to": date(2026, 4, 5)}),
    Planted(Rule.WINDOW_OUTSIDE_YEAR, {"window_to": date(2027, 1, 5)}),
    Planted(Rule.WINDOW_PAST, {"window_from": date(2026, 2, 2), "window_to": date(2026, 3, 2)}),
    Planted(Rule.TIMES_WITHOUT_WINDOWS, {"times_a_year": 2}),
    Planted(Rule.STRATUM_WITHOUT_RULE, {"strata": {}}),
    Planted(Rule.LINE_WITHOUT_OBJECTS, {"selection": Selection.FIXED, "strata": {}}),
    Planted(
        Rule.UNDIRECTED_LINE_NARROWED, {"directed": False, "conditions": Conditions(key_unit=True)}
    ),
    Planted(Rule.QUOTA_TOO_SMALL, {"quotas": {FIRE: 1}}),
    Planted(Rule.LEADER_RULE_UNKNOWN, {"leader_rule": "eldest"}),
    Planted(Rule.COVERT_LIST_TOO_EARLY, {"list_publicity": ListPublicity.AFTER_VISIT}, line=COVERT),
    Planted(Rule.TEMPORARY_WITHOUT_REASON, {"source": LineSource.TEMPORARY}),
    Planted(Rule.METHOD_NOT_ALLOWED, {"method": "现场"}, stricter={"plan.methods": '["书面"]'}),
    Planted(Rule.EXEMPTION_UNKNOWN, {"exemption": "curiosity"}),
    Planted(Rule.JOINT_LINE_ALONE, {**ALONE, "kind": LineKind.JOINT}),
    Planted(Rule.ORGAN_NOT_REGISTERED, registers=without_organ),
    Planted(Rule.DELEGATION_MISSING, registers=organ(FIRE, legal_capacity=LegalCapacity.DELEGATED)),
    Planted(
        Rule.ORGAN_LEVEL_DOES_NOT_FIT,
        {"draw_level": DrawLevel.COUNTY_COUNTY},
        registers=with_a_city_organ,
    ),
    Planted(Rule.ORGAN_OUTSIDE_REGION, registers=organ(FIRE, region="640500")),
    Planted(
        Rule.OBJECTS_WITHOUT_ORGAN,
        {"conditions": Conditions(tags=("restaurant",))},
        registers=one_next_door,
    ),
    Planted(Rule.ITEM_NOT_PUBLISHED, {"items": ("mr-001", "fr-002", "ee-003", "gone")}),
    Planted(Rule.ITEM_OF_OTHER_DEPARTMENT, {"items": ("mr-001", "fr-002", "ee-003", "he-001")}),
    Planted(Rule.ITEM_NOT_VALID, registers=item("mr-004", valid_to=date(2026, 5, 28))),
    Planted(Rule.ITEM_OF_OTHER_LEVEL, registers=item("mr-004", levels=(Level.PROVINCE,))),
    Planted(Rule.ITEM_OF_NAMED_ORGANS, registers=item("mr-004", named_organs=("市局",))),
    Planted(Rule.ITEMS_DRAWN_OUT_OF_RANGE, {"items_drawn": 5}),
    Planted(Rule.ITEM_REPEATED, {"items": ("mr-001", "fr-002", "ee-003", "mr-001")}),
    Planted(Rule.ITEMS_ALWAYS_OF_OTHER_LINE, {"items_drawn": 1, "items_always": ("he-001",)}),
    Planted(Rule.ITEMS_ALWAYS_WITHOUT_DRAW, {"items_always": ("mr-001",)}),
    Planted(Rule.WEIGHTS_MISSING, {"weighting": Weighting.PROFILE}),
    Planted(
        Rule.WEIGHTS_AT_FULL_COVERAGE,
        {**WEIGHED, "selection": Selection.ALL},
        line=KEY,
        registers=all_items_key,
    ),
    Planted(Rule.WEIGHTS_WITHOUT_EFFECT, WEIGHED),
    Planted(Rule.WEIGHTS_MAKE_CERTAIN, {"strata": TENTH, **WEIGHED, "weights": (TOO_HEAVY,)}),
    Planted(Rule.WEIGHT_REPEATED, {"strata": TENTH, **WEIGHED, "weights": (CLASS_D, CLASS_D)}),
    Planted(Rule.WEIGHT_CODE_UNKNOWN, {**WEIGHED, "weights": (FLOOD,)}),
    Planted(Rule.DEPARTMENT_WITHOUT_ITEM, {"items": ("mr-001", "fr-002")}),
    Planted(Rule.RATIO_TOO_HIGH, {"strata": HALF}),
    Planted(
        Rule.CLASS_RATIO_TOO_LOW,
        stricter={"plan.class_ratios": CLASSES, "plan.general_ratio_max": "1/10"},
    ),
    Planted(
        Rule.SECTION_NOT_RANDOM,
        {"selection": Selection.FIXED, "conditions": Conditions(objects=("uscc:1",))},
        line=KEY,
        stricter={"plan.section_all_random": "true"},
        registers=all_items_key,
    ),
    Planted(Rule.LINE_WITHOUT_SECTION, stricter={"plan.section_joint_lines_min": "1"}),
    Planted(Rule.TOO_FEW_JOINT_LINES, stricter={"plan.joint_lines_min": "8"}),
    Planted(Rule.JOINT_RATE_TOO_LOW, stricter={"plan.joint_rate_min": "4/5"}),
    Planted(
        Rule.RANDOM_SHARE_TOO_LOW,
        {"selection": Selection.ALL},
        line=KEY,
        stricter={"plan.random_share_min": "99/100"},
        registers=all_items_key,
    ),
    Planted(
        Rule.RANDOM_SHARE_FALLS,
        {"selection": Selection.ALL},
        line=KEY,
        stricter={"plan.random_share_not_below_last_year": "true"},
        registers=with_last_year,
    ),
    Planted(Rule.VISITS_OVER_CAP, registers=crowd),
    Planted(
        Rule.VISITS_OVER_LEVEL_CAP,
        stricter={"burden.visits_per_year": "5", "burden.visits_per_level": "2"},
        registers=crowd,
    ),
    Planted(
        Rule.SECTION_SHARE_TOO_LOW,
        stricter={"plan.section_object_share_min": "1/2"},
        registers=in_sections,
    ),
    Planted(
        Rule.SECTION_WITHOUT_JOINT_LINE,
        stricter={"plan.section_joint_lines_min": "1"},
        registers=with_a_silent_section,
    ),
    Planted(
        Rule.KEY_UNITS_UNCOVERED,
        stricter={"plan.key_unit_visits_per_year": "1"},
        registers=with_key_units,
    ),
    Planted(
        Rule.EVENTS_UNCOVERED,
        stricter={"plan.half_yearly_events": '["accident"]'},
        registers=with_events,
    ),
    Planted(
        Rule.EVENTS_OUT_OF_SIGHT,
        {
            "selection": Selection.ALL,
            "conditions": Conditions(events=("accident",)),
            "times_a_year": 2,
            "later_windows": (AUTUMN,),
        },
        line=KEY,
        stricter={"plan.half_yearly_events": '["accident"]'},
        registers=with_old_events,
    ),
    Planted(
        Rule.GROUP_RATIO_NOT_HIGHER,
        stricter={"plan.higher_ratio_for": '["accident"]'},
        registers=with_events,
    ),
    Planted(Rule.KEY_PERIOD_WITHOUT_LINE, stricter={"plan.key_periods": PERIOD}),
)
