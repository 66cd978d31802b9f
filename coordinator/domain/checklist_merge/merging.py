"""Merge the checks of a round into visits and desk tasks (2.3, 3.2.6, 3.7)."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import chain
from operator import itemgetter
from typing import Any, Final

from coordinator.domain.checklist_merge.bounds import visits_needed
from coordinator.domain.checklist_merge.packing import EXACT_SEARCH_LIMIT, visits_of
from coordinator.domain.checklist_merge.reading import require_sound
from coordinator.domain.checklist_merge.values import (
    Check,
    LargeGroup,
    Merge,
    MergePolicy,
    MergeSummary,
    Visit,
    identity,
    separate_trip,
    tie_order,
)
from coordinator.domain.errors import Rule, RuleBrokenError

_OBJECT: Final = itemgetter(Check._fields.index("object"))
_PLACE: Final = itemgetter(Check._fields.index("place"))
_KIND: Final = itemgetter(slice(2, None))  # all but these two


def merge_checks(checks: Iterable[Check], policy: MergePolicy) -> Merge:
    """Put every check into exactly one visit, with the fewest visits per place.

    The order of the input does not matter. Places are independent: what comes of one depends on
    its own checks only. So are groups of one place, mode and desk class, and numbering by first
    appearance over the whole place orders the visits of a group as numbering inside the group
    does; so the smallest sequence of the place consists of the smallest sequences of its groups,
    each proved in `packing`. Raises RuleBrokenError CHECK_INVALID with the check's position from 1
    as `row`. A million checks at 300 000 places take some seconds.
    """
    given = checks if isinstance(checks, list) else list(checks)
    _require_sound_and_distinct(given)
    by_place: dict[str, list[Check]] = defaultdict(list)
    for check in given:
        by_place[check.place].append(check)
    visits: list[Visit] = []
    large: list[LargeGroup] = []
    for place in sorted(by_place):
        _add_visits(visits, large, by_place.pop(place), policy)
    return Merge(tuple(visits), _summary(given, visits), tuple(large))


def _require_sound_and_distinct(checks: Sequence[Check]) -> None:
    """Refuse the first check that is not sound; few differ in more than object and place."""
    names = set(map(_OBJECT, checks)).union(map(_PLACE, checks))
    kinds = dict(zip(map(_KIND, checks), checks, strict=True))
    if not all(map(str.strip, names)) or not all(map(_is_sound, kinds.values())):
        for row, check in enumerate(checks, 1):
            require_sound(check, row)
    if len(set(map(identity, checks))) != len(checks):
        _refuse_repeated(checks)


def _is_sound(check: Check) -> bool:
    try:
        require_sound(check, 0)
    except RuleBrokenError:
        return False
    return True


def _refuse_repeated(checks: Sequence[Check]) -> None:
    first_rows: dict[tuple[Any, ...], int] = {}
    for row, check in enumerate(checks, 1):
        first_row = first_rows.setdefault(identity(check), row)
        if first_row != row:
            raise RuleBrokenError(
                Rule.CHECK_INVALID,
                row=row,
                field="item",
                expected="unique",
                found=check.item,
                first_row=first_row,
            )


def _add_visits(
    visits: list[Visit], large: list[LargeGroup], checks: list[Check], policy: MergePolicy
) -> None:
    """Add the visits of one place, numbered, and its groups that were too large for the search."""
    if len(checks) > 1:
        checks.sort(key=tie_order)
    groups: list[tuple[bool, list[Check]]] = []
    for desk, alike in _classes(checks, policy):
        together = visits_of(alike, policy.max_minutes)
        groups += [(desk, members) for members in together]
        if policy.max_minutes is not None and len(alike) > EXACT_SEARCH_LIMIT:
            large.append(_large_group(desk, alike, len(together), policy.max_minutes))
    if len(groups) > 1:
        # Visits that agree in all four fields of the number's order keep the tie order.
        groups.sort(key=lambda group: tie_order(group[1][0]))
        groups.sort(key=lambda group: _numbering_key(group[1]))
    place = checks[0].place
    for number, (desk, members) in enumerate(groups, 1):
        visits.append(Visit(place, number, desk, *_days(members), tuple(members)))


def _classes(checks: list[Check], policy: MergePolicy) -> Iterable[tuple[bool, list[Check]]]:
    """Part the checks of a place by mode and desk class; they stay in tie order."""
    classes: dict[tuple[str, bool], list[Check]] = {}
    for check in checks:
        key = check.mode, check.method in policy.desk_methods
        if key in classes:
            classes[key].append(check)
        else:
            classes[key] = [check]
    return [(desk, alike) for (_, desk), alike in classes.items()]


def _large_group(
    desk: bool, checks: Sequence[Check], number_of_visits: int, max_minutes: int
) -> LargeGroup:
    return LargeGroup(
        place=checks[0].place,
        mode=checks[0].mode,
        desk=desk,
        checks=len(checks),
        visits=number_of_visits,
        at_least=visits_needed(checks, max_minutes),
    )


def _days(checks: Sequence[Check]) -> tuple[date, date]:
    """Give the days that all windows share; the first check in tie order ends first."""
    start, end = checks[0].window_start, checks[0].window_end
    for check in checks:
        start = max(start, check.window_start)
    return start, end


def _numbering_key(checks: Sequence[Check]) -> tuple[date, date, str, str]:
    first_line = min(check.line for check in checks)
    first_item = min(check.item for check in checks)
    return (*_days(checks), first_line, first_item)


def _summary(checks: Sequence[Check], visits: Sequence[Visit]) -> MergeSummary:
    separate_visits = len(set(map(separate_trip, checks)))
    objects = (set(map(_OBJECT, visit.checks)) for visit in visits)
    visits_of_objects = Counter(chain.from_iterable(objects))
    return MergeSummary(
        checks=len(checks),
        separate_visits=separate_visits,
        visits=len(visits),
        desk_tasks=sum(visit.desk for visit in visits),
        saved=separate_visits - len(visits),
        per_object_maximum=max(visits_of_objects.values(), default=0),
    )
