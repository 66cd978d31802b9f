"""The states of what follows a finding, and their moves."""

from collections.abc import Mapping
from enum import StrEnum


class CaseState(StrEnum):
    """An enforcement case 立案查处; a revoked decision leads back to a new one, or to the end."""

    CLUE = "clue"
    FILED = "filed"
    NOT_FILED = "not-filed"
    DECIDED = "decided"
    NO_PENALTY = "no-penalty"
    EXECUTED = "executed"
    REVOKED = "revoked"
    TRANSFERRED = "transferred"
    CLOSED = "closed"


class RectificationState(StrEnum):
    """A rectification order 责令限期整改."""

    ORDERED = "ordered"
    REPORTED = "reported"
    CLOSED = "closed"
    REVOKED = "revoked"


class TransferState(StrEnum):
    """A transfer 移送 to another authority: it accepts, or sends it back with a reason."""

    SENT = "sent"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    CLOSED = "closed"


class CopyNoticeState(StrEnum):
    """A copy notice 抄告 to one department, which answers it."""

    SENT = "sent"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"


class HazardState(StrEnum):
    """A major hazard 重大隐患, from the finding to the end of its supervision."""

    REGISTERED = "registered"
    REJECTED = "rejected"
    STOPPED = "stopped"
    REMOVED = "removed"
    REVIEWED = "reviewed"
    RESUMED = "resumed"
    CLOSED = "closed"


class SampleState(StrEnum):
    """A sample 样品: clocks start at the final report; the party may ask for a re-test."""

    TAKEN = "taken"
    PRELIMINARY = "preliminary"
    FINAL = "final"
    RETESTING = "retesting"
    CLOSED = "closed"


class AbnormalState(StrEnum):
    """An entry of the list of business abnormalities 经营异常名录."""

    PROPOSED = "proposed"
    REJECTED = "rejected"
    ENTERED = "entered"
    REMOVED = "removed"


CASE_MOVES: Mapping[CaseState, frozenset[CaseState]] = {
    CaseState.CLUE: frozenset({CaseState.FILED, CaseState.NOT_FILED, CaseState.TRANSFERRED}),
    CaseState.FILED: frozenset({CaseState.DECIDED, CaseState.NO_PENALTY, CaseState.TRANSFERRED}),
    CaseState.NOT_FILED: frozenset(),
    CaseState.DECIDED: frozenset({CaseState.EXECUTED, CaseState.REVOKED}),
    CaseState.NO_PENALTY: frozenset({CaseState.CLOSED, CaseState.REVOKED}),
    CaseState.EXECUTED: frozenset({CaseState.CLOSED, CaseState.REVOKED}),
    CaseState.REVOKED: frozenset({CaseState.FILED, CaseState.CLOSED}),
    CaseState.TRANSFERRED: frozenset({CaseState.CLUE, CaseState.FILED, CaseState.CLOSED}),
    CaseState.CLOSED: frozenset({CaseState.REVOKED}),
}


RECTIFICATION_MOVES: Mapping[RectificationState, frozenset[RectificationState]] = {
    RectificationState.ORDERED: frozenset(
        {RectificationState.REPORTED, RectificationState.REVOKED}
    ),
    RectificationState.REPORTED: frozenset(
        {RectificationState.CLOSED, RectificationState.ORDERED, RectificationState.REVOKED}
    ),
    # A re-inspection that was already on its way may find the problem again.
    RectificationState.CLOSED: frozenset({RectificationState.ORDERED}),
    RectificationState.REVOKED: frozenset(),
}


TRANSFER_MOVES: Mapping[TransferState, frozenset[TransferState]] = {
    TransferState.SENT: frozenset({TransferState.ACCEPTED, TransferState.RETURNED}),
    TransferState.ACCEPTED: frozenset({TransferState.CLOSED}),
    TransferState.RETURNED: frozenset(),
    TransferState.CLOSED: frozenset(),
}


COPY_NOTICE_MOVES: Mapping[CopyNoticeState, frozenset[CopyNoticeState]] = {
    CopyNoticeState.SENT: frozenset({CopyNoticeState.ANSWERED, CopyNoticeState.WITHDRAWN}),
    CopyNoticeState.ANSWERED: frozenset(),
    CopyNoticeState.WITHDRAWN: frozenset(),
}


HAZARD_MOVES: Mapping[HazardState, frozenset[HazardState]] = {
    HazardState.REGISTERED: frozenset({HazardState.STOPPED, HazardState.REJECTED}),
    HazardState.REJECTED: frozenset(),
    HazardState.STOPPED: frozenset({HazardState.REMOVED}),
    HazardState.REMOVED: frozenset({HazardState.STOPPED, HazardState.REVIEWED, HazardState.CLOSED}),
    # Reviewed by the first of two persons: the second consents to the work, or sends it back.
    HazardState.REVIEWED: frozenset({HazardState.RESUMED, HazardState.STOPPED}),
    HazardState.RESUMED: frozenset({HazardState.CLOSED}),
    HazardState.CLOSED: frozenset(),
}


SAMPLE_MOVES: Mapping[SampleState, frozenset[SampleState]] = {
    SampleState.TAKEN: frozenset({SampleState.PRELIMINARY, SampleState.FINAL}),
    SampleState.PRELIMINARY: frozenset({SampleState.FINAL}),
    SampleState.FINAL: frozenset({SampleState.RETESTING, SampleState.CLOSED}),
    SampleState.RETESTING: frozenset({SampleState.CLOSED}),
    SampleState.CLOSED: frozenset(),
}


ABNORMAL_MOVES: Mapping[AbnormalState, frozenset[AbnormalState]] = {
    AbnormalState.PROPOSED: frozenset({AbnormalState.ENTERED, AbnormalState.REJECTED}),
    AbnormalState.REJECTED: frozenset(),
    AbnormalState.ENTERED: frozenset({AbnormalState.REMOVED}),
    AbnormalState.REMOVED: frozenset(),
}
