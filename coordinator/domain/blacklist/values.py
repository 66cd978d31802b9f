"""What is kept of an entry of a serious-violation list: its process, corrections and events."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from contracts.vocabulary import DelistingReason
from coordinator.domain.lifecycle import CorrectionState, ListingState
from coordinator.domain.working_days import Basis

ON_LIST = (
    ListingState.LISTED,
    ListingState.CORRECTED,
    ListingState.REPAIRED,
    ListingState.EXPIRED,
    ListingState.REVOKED,
)
"""The states in which a subject is on the list and the public sees it."""

BEFORE_LIST = (ListingState.PROPOSED, ListingState.NOTIFIED, ListingState.DECIDED)
"""The states of due process before the listing."""


class Ground(StrEnum):
    """What a proposal cites: a penalty decision of a case here, or the document of a court."""

    PENALTY = "penalty"
    COURT = "court"


class EventKind(StrEnum):
    """What credit systems and departments are told of an entry."""

    LISTED = "listed"
    CORRECTED = "corrected"
    DELISTED = "delisted"


@dataclass(frozen=True, kw_only=True)
class Listing:
    """One subject on one list, from proposal to delisting.

    `penalty_decision` is the number of the cited document, whatever its ground; `case_id` and
    `round_id` are empty where a court's document is cited. `rule_label` is the version of the
    list's rule that was in force when the decision was made. An expired entry leaves the list by
    its own decision: nobody requests or confirms that. `delisting_due` is the day by which a
    requested delisting is confirmed or rejected. `marked_objects` are objects of the register that
    this entry marked as being on a serious list.
    """

    listing_id: str
    subject: str
    subject_name: str
    list_code: str
    case_id: str
    round_id: str
    organ: str
    penalty_decision: str
    facts: str
    basis: str
    state: ListingState
    proposed_by: str
    proposed_at: datetime
    ground: Ground = Ground.PENALTY
    ground_date: date | None = None
    court: str | None = None
    consent_number: str | None = None
    consent_organ: str | None = None
    consent_date: date | None = None
    consent_by: str | None = None
    notice_number: str | None = None
    notified_by: str | None = None
    notified_at: datetime | None = None
    delivered_date: date | None = None
    delivery_way: str | None = None
    delivered_by: str | None = None
    objection_until: date | None = None
    objection_provisional: bool = False
    objection_basis: Basis | None = None
    objection: str | None = None
    objected_at: datetime | None = None
    hearing_wanted: bool = False
    hearing_date: date | None = None
    hearing_note: str | None = None
    objection_answer: str | None = None
    objection_answered_by: str | None = None
    rule_label: str | None = None
    decision_number: str | None = None
    decision_date: date | None = None
    decided_by: str | None = None
    confirmed_by: str | None = None
    listed_at: datetime | None = None
    term_until: date | None = None
    sequence: int = 0
    corrected_at: datetime | None = None
    marked_objects: tuple[str, ...] = ()
    repair_id: str | None = None
    delisting_reason: DelistingReason | None = None
    delisting_number: str | None = None
    delisting_note: str | None = None
    delisting_requested_by: str | None = None
    delisting_requested_at: datetime | None = None
    delisting_due: date | None = None
    delisting_provisional: bool = False
    delisting_basis: Basis | None = None
    delisted_by: str | None = None
    delisted_at: datetime | None = None
    ended_reason: str | None = None
    ended_by: str | None = None
    ended_at: datetime | None = None

    @property
    def is_on_list(self) -> bool:
        """Whether the subject stands on the list."""
        return self.state in ON_LIST

    def is_over(self, today: date) -> bool:
        """Say whether the term has ended: its last day is the day before `term_until`."""
        return self.term_until is not None and self.term_until <= today

    def is_valid(self, today: date) -> bool:
        """Say whether measures may rest on the entry: on the list, and within its term."""
        return self.is_on_list and not self.is_over(today)


@dataclass(frozen=True, kw_only=True)
class Correction:
    """A correction 更正 of a listed entry; `before` and `after` hold the fields that change."""

    correction_id: str
    listing_id: str
    organ: str
    number: str
    reason: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    state: CorrectionState
    proposed_by: str
    proposed_at: datetime
    ended_by: str | None = None
    ended_at: datetime | None = None
    ended_reason: str | None = None
    sequence: int = 0


@dataclass(frozen=True, kw_only=True)
class ListingEvent:
    """A change of an entry as it was told: number in the credit log, and the message per receiver.

    `departments` holds the message id by department, `systems` the credit systems told; `silent`
    and `silent_departments` are those whose silence raised an alarm. `asks_departments` tells
    whether departments acknowledge it too: what was told before they could does not.
    """

    event_id: str
    listing_id: str
    subject: str
    organ: str
    kind: EventKind
    sequence: int
    number: int
    told_at: datetime
    systems: tuple[str, ...] = ()
    departments: Mapping[str, str] = field(default_factory=dict)
    silent: tuple[str, ...] = ()
    acknowledged_at: datetime | None = None
    asks_departments: bool = False
    silent_departments: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ListingAcknowledgement:
    """A department's word that it has taken in one change of an entry."""

    acknowledgement_id: str
    event_id: str
    listing_id: str
    department: str
    acknowledged_at: datetime
