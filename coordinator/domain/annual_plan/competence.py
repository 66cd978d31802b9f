"""Which organs of a line may check its items where: an item needs one at every place (2.0).

The organ of a check is the one whose level the line's draw level names and whose region contains
the object; where none is, nobody may check. Such an object is told of with the plan, stays out of
the frame, and where registers have changed after the freeze its check is deferred.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from coordinator.domain.annual_plan.lines import PlanLine
from coordinator.domain.registers import CheckItem
from coordinator.domain.registers.organisation import (
    Department,
    Designation,
    common_reach,
    reach_of,
)

NO_ORGAN = "no-organ"
"""Why a check is deferred that no organ of its line may make at the object's place."""


@dataclass(frozen=True, kw_only=True)
class OrganGap:
    """Objects that a line meets and at which none of its organs may check a department's items."""

    line: str
    department: str
    items: tuple[str, ...]
    objects: int


def organs_of_item(
    line: PlanLine, department: str, organs: Iterable[Department]
) -> list[Department]:
    """Give a line's organs of the department that an item belongs to."""
    return [
        organ
        for organ in organs
        if organ.code in line.departments and department in (organ.code, organ.family)
    ]


def reach_by_department(
    line: PlanLine,
    items: Mapping[str, CheckItem],
    organs: Sequence[Department],
    designations: Sequence[Designation],
) -> dict[str, tuple[str, ...]]:
    """Give for each department with items in a line the regions where its organs may check them.

    A department without any organ in the line is left out: that is a breach of its own.
    """
    departments = sorted({items[code].department for code in line.items if code in items})
    found = {code: organs_of_item(line, code, organs) for code in departments}
    return {
        code: reach_of(own, line.window_from, designations) for code, own in found.items() if own
    }


def reach_of_line(
    line: PlanLine,
    items: Mapping[str, CheckItem],
    organs: Sequence[Department],
    designations: Sequence[Designation],
) -> tuple[str, ...]:
    """Give the regions where every item of a line has an organ that may check it."""
    whole = reach_of(
        [organ for organ in organs if organ.code in line.departments],
        line.window_from,
        designations,
    )
    return common_reach([whole, *reach_by_department(line, items, organs, designations).values()])
