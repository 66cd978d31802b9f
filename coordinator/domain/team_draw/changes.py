"""Seats that changed hands after the draw: what is kept of each, and who can't take part at all."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from coordinator.domain.registers import Expert, Inspector

ACTIVE = "active"


@dataclass(frozen=True, kw_only=True)
class MemberChange:
    """One seat that somebody left after the draw; `person_in` is None while nobody can take it.

    `round_id` is the round whose record holds the department's teams, `visit_id` the visit for
    which it was asked and `unit` what the seat was drawn for; `number` counts the replacements of
    the slot from 1; `obstacles` counts by kind what kept everybody else out.
    """

    change_id: str
    round_id: str
    visit_id: str
    unit: str
    department: str
    slot: int
    number: int
    person_out: str
    person_in: str | None
    reason: str
    note: str
    changed_at: datetime
    changed_by: str
    obstacles: Mapping[str, int] = field(default_factory=dict)

    @property
    def is_open(self) -> bool:
        """Whether the seat still waits for somebody."""
        return self.person_in is None


class Unfit(StrEnum):
    """Why a drawn person can't take part; codes of the reason table.

    The registers of today say so, or the visit needs a competence that nobody else there has.
    """

    OFF_DUTY = "off-duty"
    CERTIFICATE = "certificate"
    LEAVE = "leave"
    RECUSAL = "recusal"
    COMPETENCE = "competence"


@dataclass(frozen=True)
class Days:
    """The days on which a visit may still take place, both included."""

    first: date
    last: date

    @classmethod
    def left(cls, first: date, last: date, today: date) -> "Days":
        """Give the days of a window that are left today, at least its last one."""
        return cls(min(max(first, today), last), last)


def why_unfit(
    person: Inspector | Expert | None, days: Days, *, is_barred: bool, is_officer: bool = True
) -> Unfit | None:
    """Say why somebody can't take part on these days; None when they can (2-rules.md 2.0, 2.4).

    An officer's certificate must be valid on every day, who only comes along needs none; an absence
    counts when no day is left without it.
    """
    if person is None:
        return Unfit.OFF_DUTY
    if is_barred:
        return Unfit.RECUSAL
    return None if isinstance(person, Expert) else _why_unfit(person, days, is_officer=is_officer)


def _why_unfit(person: Inspector, days: Days, *, is_officer: bool) -> Unfit | None:
    if person.status != ACTIVE:
        return Unfit.OFF_DUTY
    if is_officer and not person.is_certified(days.first, days.last):
        return Unfit.CERTIFICATE
    number = (days.last - days.first).days + 1
    away = all(person.is_absent(days.first + timedelta(days=n)) for n in range(number))
    return Unfit.LEAVE if away else None


def reasons_counted(changes: Iterable[MemberChange]) -> dict[str, int]:
    """Count done replacements by reason, as the public sees them."""
    return dict(sorted(Counter(each.reason for each in changes if not each.is_open).items()))
