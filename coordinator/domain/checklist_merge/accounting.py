"""The account of a round's checks: each ends exactly once, and nothing vanishes (2.3 rule 1)."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from coordinator.domain.errors import Rule, RuleBrokenError

CheckKey = tuple[str, str, str, str]
"""One check: (object, line, department, item); the line is empty where no lot drew the check."""

_NAMED = 5  # checks that an error names by line and item: the object may be a covert target


class Outcome(StrEnum):
    """How a check ends; recognised counts as finished, deferred as unfinished, publicly."""

    VISITED = "visited"
    DESK = "desk"
    RECOGNISED = "recognised"
    DEFERRED = "deferred"


class Ending(NamedTuple):
    """How a check ended; `reference`: the visit, the result that was recognised, or why not."""

    outcome: Outcome
    reference: str


@dataclass(frozen=True)
class Account:
    """The ending of every check of a round; the numbers of all outcomes add up to the checks."""

    endings: Mapping[CheckKey, Ending]

    @classmethod
    def of(cls, owed: Iterable[CheckKey], ended: Iterable[tuple[CheckKey, Ending]]) -> "Account":
        """Give the account of the checks that are owed.

        CHECKS_UNACCOUNTED where one has no ending (`lost`), two (`doubled`), or was never owed.
        """
        endings: dict[CheckKey, Ending] = {}
        doubled: list[CheckKey] = []
        for key, ending in ended:
            if key in endings:
                doubled.append(key)
            endings[key] = ending
        known = set(owed)
        _require_none("lost", known - endings.keys())
        _require_none("doubled", doubled)
        _require_none("not-owed", endings.keys() - known)
        return cls(endings)

    @property
    def number_of_checks(self) -> int:
        """All checks, however they ended."""
        return len(self.endings)

    @property
    def numbers(self) -> dict[Outcome, int]:
        """The number of checks by outcome, all four of them."""
        found = Counter(ending.outcome for ending in self.endings.values())
        return {outcome: found[outcome] for outcome in Outcome}

    def references(self, outcome: Outcome) -> dict[str, int]:
        """Give how many checks of an outcome have each reference: why, by which visit or result."""
        found = Counter(e.reference for e in self.endings.values() if e.outcome is outcome)
        return dict(sorted(found.items()))


def _require_none(kind: str, checks: Iterable[CheckKey]) -> None:
    found = sorted(checks)
    if found:
        raise RuleBrokenError(
            Rule.CHECKS_UNACCOUNTED,
            kind=kind,
            number=len(found),
            checks=[f"{line}|{item}" for _, line, _, item in found[:_NAMED]],
        )
