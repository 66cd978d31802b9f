"""Breaches of one line in itself, one per rule."""

from datetime import date

from contracts.vocabulary import Mode
from coordinator.domain.annual_plan import (
    Conditions,
    LineSource,
    ListPublicity,
    Selection,
)
from coordinator.domain.errors import Rule
from tests.builders import FIRE
from tests.unit.annual_plan.planting import Case, under

LINE_CASES: list[Case] = [
    (Rule.LINE_CODE_INVALID, {"code": "L.7"}, {}, {}, {"action": "change-code"}),
    (Rule.LINE_NAME_MISSING, {"name": " "}, {}, {}, {"action": "name-line"}),
    (
        Rule.LINE_NAME_TOO_LONG,
        {"name": "查" * 212},
        {},
        {"found": 212, "maximum": 200},
        {"action": "shorten-name", "by": 12},
    ),
    (
        Rule.WINDOW_INVERTED,
        {"window_from": date(2026, 5, 16), "window_to": date(2026, 5, 15)},
        {},
        {"from": "2026-05-16", "to": "2026-05-15"},
        {"action": "swap-dates"},
    ),
    (
        Rule.WINDOW_OUTSIDE_YEAR,
        {"window_to": date(2027, 1, 8)},
        {},
        {"from": "2026-04-07", "to": "2027-01-08", "year": 2026},
        {"action": "move-window", "year": 2026},
    ),
    (
        Rule.WINDOW_PAST,
        {},
        {"today": date(2026, 5, 16)},
        {"from": "2026-04-07", "to": "2026-05-15", "today": "2026-05-16"},
        {"action": "move-window", "today": "2026-05-16"},
    ),
    (
        Rule.TIMES_WITHOUT_WINDOWS,
        {"times_a_year": 3},
        {},
        {"times": 3, "found": 1},
        {"action": "add-windows", "missing": 2},
    ),
    (
        Rule.STRATUM_WITHOUT_RULE,
        {"strata": {}},
        {},
        {"stratum": "*"},
        {"action": "add-ratio", "stratum": "*"},
    ),
    (
        Rule.LINE_WITHOUT_OBJECTS,
        {"selection": Selection.FIXED, "items": ("mr-key", "fr-key")},
        {},
        {},
        {"action": "name-objects"},
    ),
    (
        Rule.UNDIRECTED_LINE_NARROWED,
        {"directed": False, "conditions": Conditions(events=("complaint",))},
        {},
        {},
        {"action": "make-directed"},
    ),
    (
        Rule.QUOTA_TOO_SMALL,
        {"quotas": {FIRE: 1}},
        {},
        {"department": FIRE, "found": 1, "wanted": 2},
        {"action": "raise-quota", "by": 1},
    ),
    (
        Rule.LEADER_RULE_UNKNOWN,
        {"leader_rule": "eldest"},
        {},
        {"found": "eldest", "known": ["drawn", "by-duty", "by-profile"]},
        {"action": "choose-leader-rule"},
    ),
    (
        Rule.COVERT_LIST_TOO_EARLY,
        {"mode": Mode.COVERT, "list_publicity": ListPublicity.ON_DRAW},
        {},
        {"found": "on-draw"},
        {"action": "publish-list", "when": "after-round"},
    ),
    (
        Rule.TEMPORARY_WITHOUT_REASON,
        {"source": LineSource.TEMPORARY},
        {},
        {},
        {"action": "state-reason"},
    ),
    (
        Rule.METHOD_NOT_ALLOWED,
        {"method": "现场"},
        under(methods=("书面",)),
        {"found": "现场", "known": ["书面"]},
        {"action": "choose-method"},
    ),
    (
        Rule.EXEMPTION_UNKNOWN,
        {"exemption": "curiosity"},
        {},
        {"found": "curiosity"},
        {"action": "choose-exemption"},
    ),
]
