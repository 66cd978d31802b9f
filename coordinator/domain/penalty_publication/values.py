"""The publication of a penalty: what it holds, and what is stated and asked about it."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from coordinator.domain.lifecycle import PublicationState


class PublicationRegime(StrEnum):
    """By which rules it ends: the dated ones by severity, or as before, with its result."""

    SEVERITY = "severity"
    FORMER = "former"


class PublicationEnd(StrEnum):
    """Why a penalty is not shown any more."""

    TERM = "term"
    REPAIRED = "repaired"
    REVOKED = "revoked"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, kw_only=True)
class PenaltyPublication:
    """The publication 处罚公示 of one penalty decision; its id is its permalink.

    It waits until its result is public, and again while that is withdrawn. `shown_until` is the
    last day on which it shows, None while none is known: its severity is not stated, or its former
    regime names no end. `earliest_date` is the minimum, before which no repair ends it; `months`
    the period that the organ chose. A repair is asked by one person with what was verified, and
    decided by another. `end_document` before the end is the repair that brought it forward.
    """

    publication_id: str
    case_id: str
    result_id: str
    round_id: str
    visit_id: str
    object_id: str
    object_name: str
    subject: str
    subject_name: str
    item: str
    department: str
    decision_number: str
    decided_date: date
    penalty_kind: str
    state: PublicationState
    regime: PublicationRegime
    made_at: datetime
    rule: str | None = None
    severity: str | None = None
    months: int | None = None
    earliest_date: date | None = None
    shown_until: date | None = None
    shown_at: datetime | None = None
    times_shown: int = 0
    ended_at: datetime | None = None
    end: PublicationEnd | None = None
    end_document: str | None = None
    applicant: str | None = None
    statement: str | None = None
    evidence: str | None = None
    verification: str | None = None
    repair_asked_by: str | None = None
    repair_asked_at: datetime | None = None
    repair_number: str | None = None
    repair_reason: str | None = None
    repair_granted: bool | None = None
    repair_decided_by: str | None = None
    repair_decided_at: datetime | None = None

    @property
    def lacks_severity(self) -> bool:
        """Whether the dated rules apply and nobody has stated the severity: it can't be shown."""
        return self.regime is PublicationRegime.SEVERITY and self.severity is None

    @property
    def repair_waits(self) -> bool:
        """Whether an application for an earlier end is not decided."""
        return self.repair_asked_by is not None and self.repair_granted is None

    def is_over(self, today: date) -> bool:
        """Say whether its last day has passed."""
        return self.shown_until is not None and today > self.shown_until

    def is_public(self, today: date) -> bool:
        """Say whether the public sees it on a day, whether or not the duty has run."""
        return self.state is PublicationState.SHOWN and not self.is_over(today)


@dataclass(frozen=True, kw_only=True)
class Period:
    """What the organ that penalised states: severity and months of publication; 0 shows nothing."""

    severity: str | None
    months: int | None


@dataclass(frozen=True, kw_only=True)
class RepairRequest:
    """What the party states and shows for an earlier end, and what the organ verified of it."""

    applicant: str
    statement: str
    evidence: str
    verification: str
