"""Linking rows of the joint list to published items: by name, by alias, else by a person."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from rapidfuzz import fuzz

from coordinator.domain.registers.departments import plain_text
from coordinator.domain.registers.values import CheckItem, JointListRow


class LinkState(StrEnum):
    """What became of a row: linked, like some items (a person chooses), or like none."""

    LINKED = "linked"
    NEAR = "near"
    UNLINKED = "unlinked"


@dataclass(frozen=True)
class ItemAlias:
    """A person's decision that the joint list's wording means a published item."""

    written: str
    department: str
    item_name: str
    object_type: str | None = None


@dataclass(frozen=True)
class MatchingPolicy:
    """How alike (0 to 100) a name must be to be suggested, and how many suggestions a row shows."""

    near_score: int
    number_of_suggestions: int


@dataclass(frozen=True)
class Suggestion:
    """An item whose name is like the row's text; score 0 to 100, 100 = equal."""

    item_code: str
    item_name: str
    department: str
    score: int


@dataclass(frozen=True)
class LinkedRow:
    """A row after matching, with the way it was linked or the suggestions for a person."""

    row: JointListRow
    linked_by: str | None = None
    suggestions: tuple[Suggestion, ...] = ()

    @property
    def state(self) -> LinkState:
        """Tell linked from near from unlinked."""
        if self.row.linked_items:
            return LinkState.LINKED
        return LinkState.NEAR if self.suggestions else LinkState.UNLINKED


class ItemMatcher:
    """Finds the published items that a joint-list row means; deterministic for equal input."""

    def __init__(
        self, items: Iterable[CheckItem], policy: MatchingPolicy, aliases: Iterable[ItemAlias] = ()
    ) -> None:
        self._policy = policy
        self._by_name: dict[str, list[CheckItem]] = defaultdict(list)
        self._by_department: dict[str, list[CheckItem]] = defaultdict(list)
        for item in sorted(items, key=lambda item: item.code):
            self._by_name[_name(item.name)].append(item)
            self._by_department[item.department].append(item)
        self._aliases: dict[str, list[ItemAlias]] = defaultdict(list)
        for alias in aliases:
            self._aliases[_name(alias.written)].append(alias)

    def link(self, row: JointListRow) -> LinkedRow:
        """Link one row by exact name, then by alias; else give the nearest items of its leads."""
        for linked_by, found in (
            ("name", self._by_exact_name(row)),
            ("alias", self._by_alias(row)),
        ):
            if found:
                codes = tuple(item.code for item in found)
                return LinkedRow(row.model_copy(update={"linked_items": codes}), linked_by)
        return LinkedRow(row, suggestions=self._suggest(row))

    def unresolved_aliases(self) -> tuple[ItemAlias, ...]:
        """Give the aliases that point to no published item, for the report."""
        every = [alias for aliases in self._aliases.values() for alias in aliases]
        return tuple(alias for alias in every if not self._items_of(alias))

    def _by_exact_name(self, row: JointListRow) -> list[CheckItem]:
        found = [i for i in self._by_name[_name(row.item_text)] if i.department in _leads(row, i)]
        return found if _one_per_department(found) else _of_object_type(found, row.object_type)

    def _by_alias(self, row: JointListRow) -> list[CheckItem]:
        aliases = self._aliases[_name(row.item_text)]
        found = {item.code: item for alias in aliases for item in self._items_of(alias)}
        return [
            found[code]
            for code in sorted(found)
            if found[code].department in _leads(row, found[code])
        ]

    def _items_of(self, alias: ItemAlias) -> list[CheckItem]:
        items = [
            i for i in self._by_name[_name(alias.item_name)] if i.department == alias.department
        ]
        return items if alias.object_type is None else _of_object_type(items, alias.object_type)

    def _suggest(self, row: JointListRow) -> tuple[Suggestion, ...]:
        """Give the best-named items; equal scores go by domain and object type, then code."""
        candidates = {item.code: item for item in self._by_name[_name(row.item_text)]}
        for department in row.lead_departments:
            candidates |= {item.code: item for item in self._by_department[department]}
        scored = [(_score(row, item), item) for item in candidates.values()]
        scored = [(score, item) for score, item in scored if score >= self._policy.near_score]
        scored.sort(key=lambda pair: (-pair[0], -_context(row, pair[1]), pair[1].code))
        return tuple(
            Suggestion(item.code, item.name, item.department, score)
            for score, item in scored[: self._policy.number_of_suggestions]
        )


def with_former_links(former: JointListRow | None, row: JointListRow) -> JointListRow:
    """Give a row that comes again with the links it has: people's choices outlive an import.

    A row that says something else now, or had no link, takes the links it comes with.
    """
    if former is None or not former.linked_items or _meaning(former) != _meaning(row):
        return row
    return row.model_copy(update={"linked_items": former.linked_items})


def count_states(rows: Iterable[LinkedRow]) -> dict[LinkState, int]:
    """Count rows by what became of them; every state is present, zeros included."""
    counts = dict.fromkeys(LinkState, 0)
    for row in rows:
        counts[row.state] += 1
    return counts


def _meaning(row: JointListRow) -> tuple[str, ...]:
    return row.domain, row.item_text, row.object_type, *row.lead_departments


def _leads(row: JointListRow, item: CheckItem) -> Sequence[str]:
    """Give the departments whose items the row may mean; a row without leads may mean any."""
    return row.lead_departments or (item.department,)


def _one_per_department(items: Sequence[CheckItem]) -> bool:
    return len({item.department for item in items}) == len(items)


def _of_object_type(items: Iterable[CheckItem], object_type: str) -> list[CheckItem]:
    return [item for item in items if _name(item.object_type) == _name(object_type)]


def _score(row: JointListRow, item: CheckItem) -> int:
    """Compare with the name, and with object type and name (many "fire safety checks")."""
    names = (item.name, _name(item.object_type) + item.name)
    return max(_likeness(row.item_text, name) for name in names)


def _context(row: JointListRow, item: CheckItem) -> int:
    return _likeness(row.domain, item.category) + _likeness(row.object_type, item.object_type)


def _likeness(left: str, right: str) -> int:
    return round(fuzz.ratio(_name(left), _name(right)))


def _name(text: str) -> str:
    return plain_text(text).rstrip("。.;")
