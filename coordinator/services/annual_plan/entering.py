"""How often a place is entered for turns of lines that draw it: by the merge itself."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from contracts.vocabulary import Mode
from coordinator.domain.annual_plan import PlanLine, Window, item_draw_of
from coordinator.domain.annual_plan.burden import fewest_visits
from coordinator.domain.annual_plan.turns import TurnKey, Windows
from coordinator.domain.checklist_merge import Check, MergePolicy, Visit, merge_checks
from coordinator.domain.policy import Policy
from coordinator.domain.registers import CheckItem

_PLACE = "place"
_MOST_KEPT = 200_000


@dataclass
class Entries:
    """Merges the checks of turns at one place; every answer is kept, for many are asked again.

    Items that are not known yet count as one check of no minutes; of drawn items those count that
    take longest.
    """

    lines: Mapping[str, PlanLine]
    items: Mapping[str, CheckItem]
    policy: Policy
    families: Mapping[str, str] = field(default_factory=dict)
    _known: dict[frozenset[object], tuple[Visit, ...]] = field(default_factory=dict)
    _known_sizes: dict[str, tuple[int, bool]] = field(default_factory=dict)

    def number(self, windows: Windows) -> int:
        """Give the visits of turns in one round; desk tasks enter nothing.

        Where the minutes fit into one visit only days count, which is much faster to tell; and
        turns that are not linked by days share no visit, so each group of linked ones stands alone.
        """
        entering = {turn: days for turn, days in windows.items() if self._sizes(turn[0])[1]}
        limit = self.policy.merge.max_minutes
        if limit is None or self._minutes(entering) <= limit:
            return fewest_visits(list(entering.values()))
        return sum(
            sum(not visit.desk for visit in self.visits(group))
            if self._minutes(group) > limit
            else fewest_visits(list(group.values()))
            for group in _linked(entering)
        )

    def visits(self, windows: Windows) -> tuple[Visit, ...]:
        """Give the visits and desk tasks of turns in one round; lines stand as `line#turn`."""
        key = frozenset(windows.items())
        if key not in self._known:
            if len(self._known) >= _MOST_KEPT:
                self._known.clear()
            checks = [check for turn in sorted(windows) for check in self._checks(turn, windows)]
            self._known[key] = merge_checks(checks, self.limits).visits
        return self._known[key]

    def _minutes(self, windows: Windows) -> int:
        return sum(self._sizes(code)[0] for code, _ in windows)

    def _sizes(self, code: str) -> tuple[int, bool]:
        """Give the minutes that a line's checks take on a visit, and whether any needs entry."""
        if code not in self._known_sizes:
            desk = self.limits.desk_methods
            asked = [each for each in self._asked(self.lines[code]) if each[3] not in desk]
            self._known_sizes[code] = sum(each[2] for each in asked), bool(asked)
        return self._known_sizes[code]

    @property
    def limits(self) -> MergePolicy:
        """The figures of the merge."""
        merge = self.policy.merge
        return MergePolicy(merge.max_minutes, frozenset(merge.desk_methods))

    def _checks(self, turn: TurnKey, windows: Windows) -> Iterable[Check]:
        code, number = turn
        line, window = self.lines[code], windows[turn]
        for department, item, minutes, method in self._asked(line):
            yield Check(
                object=_PLACE,
                place=_PLACE,
                line=f"{code}#{number}",
                department=department,
                item=item,
                window_start=window.from_date,
                window_end=window.to_date,
                minutes=minutes,
                mode=Mode.ANNOUNCED.value,  # turns of one round are of one mode
                method=method,
            )

    def _asked(self, line: PlanLine) -> Sequence[tuple[str, str, int, str]]:
        known = [self.items[code] for code in _items_of(line, self.items)]
        if not known:
            return [(line.lead or _PLACE, line.code, 0, _PLACE)]
        desk = self.policy.merge.desk_methods
        return [
            (
                self.organ_of(line, item),
                item.code,
                item.estimated_minutes,
                item.method_on_visit(desk),
            )
            for item in known
        ]

    def organ_of(self, line: PlanLine, item: CheckItem) -> str:
        """Give the line's organ that checks an item; `families` maps organs to departments."""
        own = (code for code in line.departments if self.families.get(code) == item.department)
        return item.department if item.department in line.departments else next(own, line.lead)


def _linked(windows: Windows) -> Iterable[Windows]:
    """Divide windows where no day of an earlier one reaches a later one."""
    group: dict[TurnKey, Window] = {}
    end = date.min
    for turn, days in sorted(windows.items(), key=lambda each: (each[1].from_date, each[0])):
        if group and days.from_date > end:
            yield group
            group = {}
        group[turn] = days
        end = max(end, days.to_date)
    if group:
        yield group


def _items_of(line: PlanLine, items: Mapping[str, CheckItem]) -> list[str]:
    draw = item_draw_of(line)
    drawable = [code for code in draw.candidates if code in items]
    longest = sorted(drawable, key=lambda code: (-items[code].estimated_minutes, code))
    # A draft may name an item twice; adoption refuses that, the count must stand it.
    return list(dict.fromkeys([*filter(items.__contains__, draw.always), *longest[: draw.choose]]))
