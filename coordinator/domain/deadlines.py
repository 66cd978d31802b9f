"""Stored deadlines in working days, and what they become when the calendar changes."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypeVar

from coordinator.domain.working_days import Basis, WorkingDays

V = TypeVar("V")


@dataclass(frozen=True, kw_only=True)
class DeadlineFields:
    """Where a stored value keeps one deadline: its date, its flag, and what it came from."""

    due_date: str
    provisional: str
    basis: str


@dataclass(frozen=True)
class Moved:
    """A deadline that changed: the date before and after, and whether it may change again."""

    before: date
    after: date
    provisional: bool


def recomputed(value: V, fields: DeadlineFields, calendar: WorkingDays) -> tuple[V, Moved] | None:
    """Give the value with its deadline by this calendar, and what moved; None when nothing did.

    A value without a basis (no deadline yet, or one that somebody named) stays as it is.
    """
    basis: Basis | None = getattr(value, fields.basis)
    if basis is None:
        return None
    deadline = calendar.after(basis.start, basis.working_days)
    before: date = getattr(value, fields.due_date)
    flagged: bool = getattr(value, fields.provisional)
    if (before, flagged) == (deadline.due_date, deadline.provisional):
        return None
    changed: Any = {
        fields.due_date: deadline.due_date,
        fields.provisional: deadline.provisional,
    }
    moved = Moved(before, deadline.due_date, deadline.provisional)
    return replace(value, **changed), moved  # type: ignore[type-var] # stored values are dataclasses
