"""Breaches of a plan as a whole, one per rule."""

from fractions import Fraction

from coordinator.domain.annual_plan import (
    CoverageGap,
    GroupShare,
    SectionFigures,
    Selection,
)
from coordinator.domain.annual_plan.breaches.values import LookBack
from coordinator.domain.annual_plan.forecasts import BurdenGroup, LevelVisits
from coordinator.domain.errors import Rule
from coordinator.domain.policy import BurdenPolicy
from coordinator.domain.registers.organisation import Level
from coordinator.domain.registers.sections import Section
from tests.builders import FIRE, MARKET
from tests.unit.annual_plan.facts import a_policy
from tests.unit.annual_plan.planting import ALONE, PERIOD, SECTION, Case, under

PLAN_CASES: list[Case] = [
    (
        Rule.TOO_FEW_JOINT_LINES,
        ALONE,
        under(joint_lines_min=2),
        {"found": 0, "wanted": 2},
        {"action": "add-joint-line", "add": 2},
    ),
    (
        Rule.JOINT_RATE_TOO_LOW,
        ALONE,
        under(joint_rate_min=Fraction(3, 5)),
        {"joint": 0, "lines": 1, "found": "0 %", "wanted": "60 %"},
        {"action": "make-joint", "add": 1},
    ),
    (
        Rule.RANDOM_SHARE_TOO_LOW,
        {"selection": Selection.ALL, "items": ("mr-key", "fr-key")},
        under(random_share_min=Fraction(3, 10)),
        {"random": 0, "visits": 200, "found": "0 %", "wanted": "30 %"},
        {"action": "add-random-visits", "add": 60},
    ),
    (
        Rule.RANDOM_SHARE_FALLS,
        {"selection": Selection.ALL, "items": ("mr-key", "fr-key")},
        under(random_share_not_below_last_year=True) | {"last_year_random_share": Fraction(2, 5)},
        {"random": 0, "visits": 200, "found": "0 %", "wanted": "40 %"},
        {"action": "add-random-visits", "add": 80},
    ),
    (
        Rule.VISITS_OVER_CAP,
        {},
        {
            "crowded": [
                BurdenGroup(
                    places=3, lines=("L1", "L2"), departments=(FIRE, MARKET), certain=6, most=7
                )
            ]
        },
        {
            "places": 3,
            "lines": ["L1", "L2"],
            "departments": [FIRE, MARKET],
            "found": 6,
            "maximum": 4,
        },
        {"action": "join-windows", "save": 2},
    ),
    (
        Rule.VISITS_OVER_LEVEL_CAP,
        {},
        {
            "policy": a_policy().model_copy(
                update={"burden": BurdenPolicy(visits_per_year=4, visits_per_level=2)}
            ),
            "crowded": [
                BurdenGroup(
                    places=3,
                    lines=("L1", "L2", "L3"),
                    departments=(FIRE, MARKET),
                    certain=4,
                    most=4,
                    levels=(
                        LevelVisits(level=Level.CITY, lines=("L3",), certain=1),
                        LevelVisits(level=Level.COUNTY, lines=("L1", "L2"), certain=3),
                    ),
                )
            ],
        },
        {"places": 3, "lines": ["L1", "L2"], "level": "county", "found": 3, "maximum": 2},
        {"action": "join-windows", "save": 1},
    ),
    (
        Rule.SECTION_SHARE_TOO_LOW,
        {"section": "food"},
        under(section_object_share_min=Fraction(1, 20))
        | {"section_figures": [SectionFigures(**SECTION, supervised=400, drawn=8)]},
        {
            **SECTION,
            "drawn": 8,
            "supervised": 400,
            "found": "2 %",
            "wanted": "5 %",
            "basis": "lines",
            "measured": "planned",
        },
        {"action": "add-objects", "add": 12},
    ),
    (
        Rule.SECTION_WITHOUT_JOINT_LINE,
        {"section": "food"},
        under(section_joint_lines_min=1)
        | {"sections": [Section(code="drugs", department=MARKET, name="药品", duties=("监管",))]},
        {
            "department": MARKET,
            "section": "drugs",
            "found": 0,
            "wanted": 1,
            "measured": "planned",
        },
        {"action": "add-joint-line", "section": "drugs", "add": 1},
    ),
    (
        Rule.KEY_UNITS_UNCOVERED,
        {},
        under(key_unit_visits_per_year=1)
        | {"gaps": [CoverageGap(group="key-unit", half=0, members=30, uncovered=12)]},
        {"members": 30, "found": 18, "times": 1, "measured": "certain"},
        {"action": "add-full-line", "group": "key-unit", "add": 12},
    ),
    (
        Rule.EVENTS_UNCOVERED,
        {},
        {"gaps": [CoverageGap(group="accident", half=2, members=5, uncovered=5)]},
        {
            "event": "accident",
            "half": 2,
            "members": 5,
            "found": 0,
            "times": 1,
            "measured": "certain",
        },
        {"action": "add-full-line", "group": "accident", "half": 2, "add": 5},
    ),
    (
        Rule.EVENTS_OUT_OF_SIGHT,
        {},
        {
            "gaps": [
                CoverageGap(
                    group="accident",
                    half=2,
                    members=5,
                    uncovered=3,
                    look_back=LookBack(lapsed=3, lines=("L1",), months=12, needed=23),
                )
            ]
        },
        {
            "event": "accident",
            "half": 2,
            "members": 5,
            "found": 2,
            "lapsed": 3,
            "lines": ["L1"],
            "months": 12,
        },
        {"action": "look-back-further", "lines": ["L1"], "half": 2, "needed": 23},
    ),
    (
        Rule.GROUP_RATIO_NOT_HIGHER,
        {},
        {"group_shares": [GroupShare(group="complaint", members=50, ratio=Fraction(1, 10))]},
        {"event": "complaint", "members": 50, "found": "10 %", "average": "10 %"},
        {"action": "add-directed-line", "event": "complaint", "above": "1/10"},
    ),
    (
        Rule.KEY_PERIOD_WITHOUT_LINE,
        {},
        under(key_periods=(PERIOD,)),
        {"period": "汛期", "from": "07-01", "to": "08-31", "found": 0, "wanted": 1},
        {"action": "add-directed-line", "period": "summer", "add": 1},
    ),
]
