"""What `onevisit merge compute --details` tells beyond the summary of 3.7."""

from collections.abc import Mapping
from dataclasses import asdict
from fractions import Fraction
from typing import Any

from coordinator.domain.checklist_merge import (
    LargeGroup,
    Merge,
    Savings,
    SavingsOf,
    held_checks,
    savings_in_all,
    savings_of,
)

_PLURAL = {
    SavingsOf.OBJECT: "objects",
    SavingsOf.PLACE: "places",
    SavingsOf.DEPARTMENT: "departments",
    SavingsOf.LINE: "lines",
}


def details_of(merge: Merge) -> dict[str, Any]:
    """Give outcomes and savings, and of each group that first fit decided how good it is.

    `at_most_above` 0 means proven minimum, as are all groups that are not named.
    """
    held = list(held_checks(merge))
    desk = sum(check.desk for check in held)
    savings: dict[str, Any] = {"all": _figures(savings_in_all(held))}
    for by in SavingsOf:
        savings[_PLURAL[by]] = _each(savings_of(held, by))
    return {
        "outcomes": {"visited": len(held) - desk, "desk": desk, "recognised": 0, "deferred": 0},
        "savings": savings,
        "at_most_above": merge.at_most_above,
        "large_groups": [_large(group) for group in merge.large_groups],
    }


def _each(savings: Mapping[str, Savings]) -> dict[str, dict[str, float]]:
    return {code: _figures(figures) for code, figures in savings.items()}


def _figures(savings: Savings) -> dict[str, float]:
    rounded = {"share": _number(savings.share), "saved": _number(savings.saved)}
    return {**asdict(savings), **rounded}


def _number(exact: Fraction) -> float:
    return exact.numerator if exact.denominator == 1 else round(float(exact), 4)


def _large(group: LargeGroup) -> dict[str, Any]:
    return {**asdict(group), "at_most_above": group.at_most_above}
