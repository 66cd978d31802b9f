"""Visits that the merge made unnecessary (减少入企户次), per object, place, department and line."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from itertools import groupby
from operator import attrgetter
from typing import Any, NamedTuple

from coordinator.domain.checklist_merge.values import Merge


class HeldCheck(NamedTuple):
    """A check with the visit (or desk task) that holds it, as far as savings are counted."""

    visit: str
    desk: bool
    place: str
    object: str
    department: str
    line: str


class SavingsOf(StrEnum):
    """What savings are counted for; each is a field of HeldCheck."""

    OBJECT = "object"
    PLACE = "place"
    DEPARTMENT = "department"
    LINE = "line"


@dataclass(frozen=True, slots=True)
class Savings:
    """How often one would go alone and together, desk tasks counted among both as 3.7 does.

    `separate_visits`: distinct (object, department, line). `visits`: those that hold one of the
    checks, `joint_visits` the ones among them with more than one department. `share`: visits again,
    but each parted equally among the codes it holds checks of (two departments: a half each), so
    that the shares, and what is saved, add up over all codes to the figures of the whole.
    """

    checks: int
    separate_visits: int
    visits: int
    desk_tasks: int
    joint_visits: int
    share: Fraction

    @property
    def saved(self) -> Fraction:
        """Visits that merging made unnecessary; negative where windows tear one trip apart."""
        return self.separate_visits - self.share


def savings_of(held: Sequence[HeldCheck], by: SavingsOf) -> dict[str, Savings]:
    """Return the savings of each object, place, department or line, by its code ascending."""
    code: Callable[[HeldCheck], Any] = attrgetter(by.value)
    joint = _parties(held, attrgetter(SavingsOf.DEPARTMENT.value))
    parties = _parties(held, code)
    groups = groupby(sorted(held, key=code), key=code)
    return {each: _savings(list(group), joint, parties) for each, group in groups}


def savings_in_all(held: Sequence[HeldCheck]) -> Savings:
    """Return the savings of all checks together."""
    joint = _parties(held, attrgetter(SavingsOf.DEPARTMENT.value))
    return _savings(held, joint, {check.visit: 1 for check in held})


def held_checks(merge: Merge) -> Iterator[HeldCheck]:
    """Give what a merge on paper holds; a visit is `place#number` as in 3.7."""
    for visit in merge.visits:
        name = f"{visit.place}#{visit.number}"
        for check in visit.checks:
            yield HeldCheck(
                name, visit.desk, visit.place, check.object, check.department, check.line
            )


def _parties(held: Sequence[HeldCheck], code: Callable[[HeldCheck], Any]) -> Mapping[str, int]:
    """Count the codes that each visit holds checks of."""
    return Counter(visit for visit, _ in {(check.visit, code(check)) for check in held})


def _savings(
    held: Sequence[HeldCheck], joint: Mapping[str, int], parties: Mapping[str, int]
) -> Savings:
    visits = {check.visit for check in held}
    alike = Counter(parties[visit] for visit in visits)
    return Savings(
        checks=len(held),
        separate_visits=len({(check.object, check.department, check.line) for check in held}),
        visits=len(visits),
        desk_tasks=len({check.visit for check in held if check.desk}),
        joint_visits=sum(joint[visit] > 1 for visit in visits),
        share=sum((Fraction(number, among) for among, number in alike.items()), Fraction(0)),
    )
