"""Values of the check-list merge: a check, the policy, a visit and what was saved."""

from dataclasses import dataclass
from datetime import date

from coordinator.domain.errors import Rule, RuleBrokenError

TieKey = tuple[date, date, str, str, str, str, str, str, int]


@dataclass(frozen=True, slots=True)
class Check:
    """One drawn item of one line at one object; the window includes both its days."""

    object: str
    place: str
    line: str
    department: str
    item: str
    window_start: date
    window_end: date
    minutes: int
    mode: str
    method: str

    @property
    def tie_order(self) -> TieKey:
        """Sort key of 3.2.6; what follows `item` only orders checks the spec leaves equal."""
        return (
            self.window_end,
            self.window_start,
            self.line,
            self.object,
            self.item,
            self.department,
            self.mode,
            self.method,
            self.minutes,
        )


@dataclass(frozen=True, slots=True)
class MergePolicy:
    """Minutes one visit may take (None: no limit) and the methods that need no entry."""

    max_minutes: int | None
    desk_methods: frozenset[str]

    def __post_init__(self) -> None:
        if self.max_minutes is not None and self.max_minutes < 1:
            raise RuleBrokenError(
                Rule.MERGE_POLICY_INVALID,
                field="max_minutes",
                expected="null | integer ≥ 1",
                found=self.max_minutes,
            )


@dataclass(frozen=True, slots=True)
class Visit:
    """Checks done together at one place; `number` counts the place's visits from 1."""

    place: str
    number: int
    desk: bool
    date_from: date
    date_to: date
    checks: tuple[Check, ...]


@dataclass(frozen=True, slots=True)
class MergeSummary:
    """What the merge saved; `separate_visits` counts distinct (object, department, line)."""

    checks: int
    separate_visits: int
    visits: int
    desk_tasks: int
    saved: int
    per_object_maximum: int


@dataclass(frozen=True, slots=True)
class Merge:
    """Visits sorted by place and number, with every check in exactly one of them."""

    visits: tuple[Visit, ...]
    summary: MergeSummary
