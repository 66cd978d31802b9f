"""Breaches of a line's organs, items and section, one per rule."""

from coordinator.domain.annual_plan import (
    Conditions,
    DrawLevel,
    OrganGap,
    Selection,
    StratumRule,
)
from coordinator.domain.errors import Rule
from coordinator.domain.registers.organisation import Level
from tests.builders import FIRE, HEALTH, MARKET
from tests.unit.annual_plan.facts import ORGANS
from tests.unit.annual_plan.planting import (
    CLASS_D,
    DELEGATED,
    HALF,
    TOO_MUCH,
    Case,
    by_organ,
    under,
    with_item,
)

ORGAN_AND_ITEM_CASES: list[Case] = [
    (
        Rule.JOINT_LINE_ALONE,
        {"participants": (MARKET,), "items": ("mr-1",)},
        {},
        {"lead": MARKET},
        {"action": "add-participant"},
    ),
    (
        Rule.ORGAN_NOT_REGISTERED,
        {},
        {"departments": {MARKET: ORGANS[MARKET]}},
        {"department": FIRE},
        {"action": "register-organ"},
    ),
    (
        Rule.DELEGATION_MISSING,
        {},
        {"departments": ORGANS | {FIRE: DELEGATED}},
        {"department": FIRE},
        {"action": "register-delegation"},
    ),
    (
        Rule.ORGAN_LEVEL_DOES_NOT_FIT,
        {"draw_level": DrawLevel.COUNTY_COUNTY},
        by_organ(FIRE, level=Level.CITY),
        {
            "department": FIRE,
            "level": "city",
            "needed_level": "county",
            "draw_level": "county-county",
        },
        {"action": "choose-organ", "level": "county"},
    ),
    (
        Rule.ORGAN_OUTSIDE_REGION,
        {"conditions": Conditions(regions=("640221",))},
        by_organ(FIRE, region="640222"),
        {"department": FIRE, "own": "640222", "region": "640221", "date": "2026-04-07"},
        {"action": "designate", "region": "640221"},
    ),
    (
        Rule.OBJECTS_WITHOUT_ORGAN,
        {},
        {
            "organ_gaps": [
                OrganGap(line=code, department=FIRE, items=("fr-1",), objects=7)
                for code in ("L1", "L7")
            ]
        },
        {"department": FIRE, "items": ["fr-1"], "found": 7, "date": "2026-04-07"},
        {"action": "designate", "department": FIRE},
    ),
    (
        Rule.ITEM_NOT_PUBLISHED,
        {"items": ("mr-1", "fr-1", "gone")},
        {},
        {"item": "gone"},
        {"action": "drop-item", "item": "gone"},
    ),
    (
        Rule.ITEM_OF_OTHER_DEPARTMENT,
        {"items": ("mr-1", "fr-1", "he-1")},
        {},
        {"item": "he-1", "department": HEALTH},
        {"action": "add-participant", "department": HEALTH},
    ),
    (
        Rule.ITEM_NOT_VALID,
        {"items": ("mr-short", "fr-1")},
        {},
        {
            "item": "mr-short",
            "valid_from": "2026-01-01",
            "valid_to": "2026-05-14",
            "first_day": "2026-04-07",
            "last_day": "2026-05-15",
        },
        {"action": "drop-item", "item": "mr-short"},
    ),
    (
        Rule.ITEM_OF_OTHER_LEVEL,
        {},
        with_item("fr-1", levels=(Level.CITY,)),
        {"item": "fr-1", "department": FIRE, "level": "county", "known": ["city"]},
        {"action": "choose-organ", "levels": ["city"]},
    ),
    (
        Rule.ITEM_OF_NAMED_ORGANS,
        {},
        with_item("fr-1", named_organs=("市支队",)),
        {"item": "fr-1", "department": FIRE, "known": ["市支队"]},
        {"action": "choose-organ", "organs": ["市支队"]},
    ),
    (
        Rule.ITEMS_DRAWN_OUT_OF_RANGE,
        {"items_drawn": 2},
        {},
        {"found": 2, "maximum": 1},
        {"action": "set-items-drawn", "maximum": 1},
    ),
    (
        Rule.DEPARTMENT_WITHOUT_ITEM,
        {"items": ("mr-1",)},
        {},
        {"department": FIRE},
        {"action": "add-item", "department": FIRE},
    ),
    (
        Rule.RATIO_TOO_HIGH,
        {"strata": TOO_MUCH, "items": ("mr-1", "fr-key", "fr-1")},
        {},
        {"items": ["mr-1", "fr-1"], "stratum": "D", "ratio": "11 %", "maximum": "10 %"},
        {"action": "lower-ratio", "stratum": "D", "to": "1/10"},
    ),
    (
        Rule.CLASS_RATIO_TOO_LOW,
        {
            "strata": HALF | {"D": StratumRule(numerator=1, denominator=4)},
            "items": ("fr-key", "mr-key"),
        },
        under(class_ratios=(CLASS_D,)),
        {"stratum": "D", "found": "25 %", "wanted": "30 %"},
        {"action": "raise-ratio", "stratum": "D", "to": "3/10"},
    ),
    (
        Rule.SECTION_NOT_RANDOM,
        {
            "selection": Selection.FIXED,
            "conditions": Conditions(objects=("uscc:1", "uscc:2")),
            "items": ("mr-key", "fr-key"),
            "section": "food",
        },
        under(section_all_random=True),
        {"section": "food", "department": MARKET, "objects": 2},
        {"action": "draw-at-random"},
    ),
    (
        Rule.LINE_WITHOUT_SECTION,
        {},
        under(section_joint_lines_min=1),
        {"department": MARKET},
        {"action": "name-section"},
    ),
]
