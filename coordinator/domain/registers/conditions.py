"""Conditions on objects: whom a line draws from, what a section supervises."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date

from coordinator.domain.registers.values import InspectionObject
from coordinator.domain.working_days import months_later

CREDIT = "credit"  # strata by credit risk class; any other name is a grading scheme
UNGRADED = "-"
ABNORMAL, SERIOUS = "abnormal", "serious"
_NARROWING = ("affiliations", "scales", "risk_classes", "events", "lists", "objects")


@dataclass(frozen=True, kw_only=True)
class Conditions:
    """Which objects are meant; an empty condition accepts all.

    Inside a condition any of its values fits; regions and industries are prefixes of codes; `-`
    among risk classes or grading values stands for objects without one. `events` are kinds of
    dated events within `event_months` before the reference day; `lists` are `abnormal`,
    `serious`, `undisturbed`, `random` and `focus`; `objects` names objects one by one.
    """

    tags: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    industries: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    risk_classes: tuple[str, ...] = ()
    affiliations: tuple[str, ...] = ()
    scales: tuple[str, ...] = ()
    gradings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    events: tuple[str, ...] = ()
    event_months: int = 12
    key_unit: bool | None = None
    lists: tuple[str, ...] = ()
    objects: tuple[str, ...] = ()

    def accept(self, thing: InspectionObject, day: date) -> bool:
        """Say whether an object meets every condition; `day` is the end of the event months."""
        return (
            _any_of(self.tags, thing.tags)
            and _is_in(self.kinds, thing.kind)
            and _begins_with(self.industries, thing.industry)
            and _begins_with(self.regions, thing.region)
            and _is_in(self.objects, thing.object_id)
            and self._accept_standing(thing)
            and self._accept_history(thing, day)
        )

    @property
    def is_narrowed(self) -> bool:
        """Whether the line aims at some of those it supervises: such a line is directed."""
        named = any(getattr(self, name) for name in _NARROWING)
        return named or bool(self.gradings) or self.key_unit is not None

    @property
    def supervised(self) -> "Conditions":
        """Give the conditions without what aims at some: everybody of these tags and places."""
        return Conditions(
            tags=self.tags, kinds=self.kinds, industries=self.industries, regions=self.regions
        )

    def _accept_standing(self, thing: InspectionObject) -> bool:
        return (
            _is_in(self.affiliations, thing.affiliation)
            and _is_in(self.scales, thing.scale)
            and _is_in(self.risk_classes, thing.risk_class or UNGRADED)
            and self.key_unit in (None, thing.key_unit)
            and _any_of(self.lists, lists_of(thing))
        )

    def _accept_history(self, thing: InspectionObject, day: date) -> bool:
        graded = all(
            _is_in(values, grading_of(thing, scheme)) for scheme, values in self.gradings.items()
        )
        first_day = months_before(day, self.event_months)
        happened = {each.kind for each in thing.events if first_day <= each.date <= day}
        return graded and _any_of(self.events, happened)


def grading_of(thing: InspectionObject, scheme: str) -> str:
    """Give the value that a scheme's latest grading has; `-` where there is none."""
    latest = max(
        ((each.date, each.value) for each in thing.gradings if each.scheme == scheme), default=None
    )
    return UNGRADED if latest is None else latest[1]


def lists_of(thing: InspectionObject) -> set[str]:
    """Give the names of the lists an object is on."""
    marks = {ABNORMAL: thing.abnormal_list, SERIOUS: thing.serious_list}
    found = {name for name, is_on in marks.items() if is_on}
    return found if thing.supervision_list is None else {*found, thing.supervision_list.value}


def months_before(day: date, months: int) -> date:
    """Go back by months; a day that the earlier month lacks becomes its last one."""
    return months_later(day, -months)


def months_reaching(day: date, first_day: date) -> int:
    """Give how many months to go back from a day to reach an earlier one; at least 1."""
    months = (day.year - first_day.year) * 12 + day.month - first_day.month
    return max(1, months if months_before(day, months) <= first_day else months + 1)


def _any_of(wanted: Collection[str], found: Collection[str]) -> bool:
    return not wanted or bool(set(wanted) & set(found))


def _is_in(wanted: Collection[str], found: str) -> bool:
    return not wanted or found in wanted


def _begins_with(wanted: Collection[str], found: str) -> bool:
    return not wanted or any(found.startswith(prefix) for prefix in wanted)
