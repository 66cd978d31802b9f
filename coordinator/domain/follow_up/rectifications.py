"""Rectification orders 责令限期整改: deadline, extension, evidence, re-inspection (2.9)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.follow_up.evidence import EvidenceFile
from coordinator.domain.lifecycle import RectificationState


@dataclass(frozen=True, kw_only=True)
class Rectification:
    """An order to remedy a problem by a date.

    `first_due` is the date as it was ordered; an extension or a refused remedy moves `due_date`.
    `extension_granted` is None while nobody has decided. `reminded` are the days before the due
    date on which reminders have left; `case_id` the case an overdue order led to.
    """

    rectification_id: str
    round_id: str
    visit_id: str
    result_id: str
    object_id: str
    object_name: str
    item: str
    department: str
    problem: str
    article: str
    due_date: date
    state: RectificationState
    ordered_by: str
    ordered_at: datetime
    evidence: str | None = None
    reported_at: datetime | None = None
    closed_by: str | None = None
    closed_at: datetime | None = None
    order_number: str | None = None
    first_due: date | None = None
    evidence_files: tuple[EvidenceFile, ...] = ()
    refusal: str | None = None
    refused_by: str | None = None
    refused_at: datetime | None = None
    times_refused: int = 0
    extension_until: date | None = None
    extension_reason: str | None = None
    extension_asked_at: datetime | None = None
    extension_granted: bool | None = None
    extension_note: str | None = None
    extension_by: str | None = None
    extension_at: datetime | None = None
    reminded: tuple[int, ...] = ()
    overdue_noted_at: datetime | None = None
    case_id: str | None = None
    closing_note: str | None = None

    @property
    def is_open(self) -> bool:
        """Whether the remedy is still owed or looked at."""
        return self.state in (RectificationState.ORDERED, RectificationState.REPORTED)

    @property
    def extension_waits(self) -> bool:
        """Whether an extension was asked for, nobody has decided, and the remedy is still owed."""
        asked = self.extension_until is not None and self.extension_granted is None
        return asked and self.state is RectificationState.ORDERED

    def is_owed_since(self, moment: datetime | None, found: str) -> bool:
        """Say whether the remedy is owed anew, since a moment or later, for just these words."""
        at = self.refused_at
        again = self.state is RectificationState.ORDERED and self.refusal == found
        return again and at is not None and moment is not None and at >= moment

    def is_overdue(self, today: date) -> bool:
        """Say whether the date has passed without a report of the remedy."""
        return self.state is RectificationState.ORDERED and today > self.due_date


def require_due(due: date, today: date) -> None:
    """Refuse a date for a remedy that has passed already."""
    if due < today:
        raise RuleBrokenError(
            Rule.RECTIFICATION_DUE_PAST, date=due.isoformat(), today=today.isoformat()
        )


def require_extension(order: Rectification, until: date, today: date) -> None:
    """Refuse an extension after the date, one that is not later, and a second one while one waits.

    Only an order whose remedy nobody has reported can be extended.
    """
    facts = {"rectification": order.rectification_id, "due": order.due_date.isoformat()}
    if order.state is not RectificationState.ORDERED or today > order.due_date:
        raise RuleBrokenError(Rule.EXTENSION_TOO_LATE, today=today.isoformat(), **facts)
    if until <= order.due_date:
        raise RuleBrokenError(Rule.EXTENSION_NOT_LATER, until=until.isoformat(), **facts)
    if order.extension_waits:
        raise RuleBrokenError(Rule.ALREADY_EXISTS, kind="extension", key=order.rectification_id)


def due_reminders(order: Rectification, days: Sequence[int], today: date) -> tuple[int, ...]:
    """Give which reminders an order should have had by today and has not; one leaves for all."""
    if order.state is not RectificationState.ORDERED or today > order.due_date:
        return ()
    left = (order.due_date - today).days
    return tuple(day for day in days if left <= day and day not in order.reminded)
