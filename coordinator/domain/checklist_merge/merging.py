"""Merge the checks of a round into visits and desk tasks (2.3, 3.2.6, 3.7)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from coordinator.domain.checklist_merge.packing import visit_numbers
from coordinator.domain.checklist_merge.reading import require_sound
from coordinator.domain.checklist_merge.values import (
    Check,
    Merge,
    MergePolicy,
    MergeSummary,
    Visit,
)
from coordinator.domain.errors import Rule, RuleBrokenError


def merge_checks(checks: Iterable[Check], policy: MergePolicy) -> Merge:
    """Put every check into exactly one visit, with the fewest visits per place.

    The order of the input does not matter. Groups of one place, mode and desk class are
    independent, and numbering by first appearance over the whole place orders the visits of a
    group as numbering inside the group does; so the smallest sequence of the place consists of
    the smallest sequences of its groups, each proved in `packing`. Raises RuleBrokenError
    CHECK_INVALID with the check's position from 1 as `row`.
    """
    given = list(checks)
    _require_sound_and_distinct(given)
    by_place: dict[str, list[Check]] = defaultdict(list)
    for check in sorted(given, key=lambda check: check.tie_order):
        by_place[check.place].append(check)
    visits = [
        visit for place in sorted(by_place) for visit in _visits_of(place, by_place[place], policy)
    ]
    return Merge(tuple(visits), _summary(given, visits))


def _require_sound_and_distinct(checks: Sequence[Check]) -> None:
    first_rows: dict[tuple[str, str, str, str], int] = {}
    for row, check in enumerate(checks, 1):
        require_sound(check, row)
        identity = (check.object, check.line, check.department, check.item)
        first_row = first_rows.setdefault(identity, row)
        if first_row != row:
            raise RuleBrokenError(
                Rule.CHECK_INVALID,
                row=row,
                field="item",
                expected="unique",
                found=check.item,
                first_row=first_row,
            )


def _visits_of(place: str, checks: Sequence[Check], policy: MergePolicy) -> list[Visit]:
    """Return the place's visits, numbered; checks are in tie order."""
    classes: dict[tuple[str, bool], list[Check]] = defaultdict(list)
    for check in checks:
        classes[check.mode, check.method in policy.desk_methods].append(check)
    groups = [
        (desk, members)
        for (_, desk), alike in classes.items()
        for members in _grouped(alike, policy.max_minutes)
    ]
    # Visits that agree in all four fields of the number's order keep the tie order.
    groups.sort(key=lambda group: group[1][0].tie_order)
    groups.sort(key=lambda group: _numbering_key(group[1]))
    return [
        Visit(place, number, desk, *_days(members), tuple(members))
        for number, (desk, members) in enumerate(groups, 1)
    ]


def _grouped(checks: Sequence[Check], max_minutes: int | None) -> list[list[Check]]:
    groups: dict[int, list[Check]] = defaultdict(list)
    for check, number in zip(checks, visit_numbers(checks, max_minutes), strict=True):
        groups[number].append(check)
    return list(groups.values())


def _days(checks: Sequence[Check]) -> tuple[date, date]:
    return max(check.window_start for check in checks), min(check.window_end for check in checks)


def _numbering_key(checks: Sequence[Check]) -> tuple[date, date, str, str]:
    first_line = min(check.line for check in checks)
    first_item = min(check.item for check in checks)
    return (*_days(checks), first_line, first_item)


def _summary(checks: Sequence[Check], visits: Sequence[Visit]) -> MergeSummary:
    separate_visits = len({(check.object, check.department, check.line) for check in checks})
    visits_of_object: dict[str, int] = defaultdict(int)
    for visit in visits:
        for object_id in {check.object for check in visit.checks}:
            visits_of_object[object_id] += 1
    return MergeSummary(
        checks=len(checks),
        separate_visits=separate_visits,
        visits=len(visits),
        desk_tasks=sum(visit.desk for visit in visits),
        saved=separate_visits - len(visits),
        per_object_maximum=max(visits_of_object.values(), default=0),
    )
