"""The states of archive packages, complaints and matters outside the lists, and their moves."""

from collections.abc import Mapping
from enum import StrEnum


class EvidenceState(StrEnum):
    """A file of evidence: destroyed on record first, then its bytes are dropped."""

    KEPT = "kept"
    DESTROYED = "destroyed"
    DROPPED = "dropped"


class PackageState(StrEnum):
    """An archive package: kept until its term is over, destroyed by two persons, or kept on."""

    KEPT = "kept"
    DESTRUCTION_PROPOSED = "destruction-proposed"
    DESTROYED = "destroyed"


class ComplaintState(StrEnum):
    """A complaint 投诉举报 about an inspection, from its receipt to the answer."""

    RECEIVED = "received"
    EXAMINED = "examined"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"


class UnlistedState(StrEnum):
    """A matter outside the lists that a law demands to look at: with basis and approver."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    REFUSED = "refused"
    REPORTED = "reported"


UNLISTED_MOVES: Mapping[UnlistedState, frozenset[UnlistedState]] = {
    UnlistedState.PROPOSED: frozenset({UnlistedState.APPROVED, UnlistedState.REFUSED}),
    UnlistedState.APPROVED: frozenset({UnlistedState.REPORTED}),
    UnlistedState.REFUSED: frozenset(),
    UnlistedState.REPORTED: frozenset(),
}


EVIDENCE_MOVES: Mapping[EvidenceState, frozenset[EvidenceState]] = {
    EvidenceState.KEPT: frozenset({EvidenceState.DESTROYED}),
    EvidenceState.DESTROYED: frozenset({EvidenceState.DROPPED}),
    EvidenceState.DROPPED: frozenset(),
}

PACKAGE_MOVES: Mapping[PackageState, frozenset[PackageState]] = {
    PackageState.KEPT: frozenset({PackageState.DESTRUCTION_PROPOSED}),
    PackageState.DESTRUCTION_PROPOSED: frozenset({PackageState.KEPT, PackageState.DESTROYED}),
    PackageState.DESTROYED: frozenset(),
}


COMPLAINT_MOVES: Mapping[ComplaintState, frozenset[ComplaintState]] = {
    ComplaintState.RECEIVED: frozenset({ComplaintState.EXAMINED, ComplaintState.WITHDRAWN}),
    ComplaintState.EXAMINED: frozenset({ComplaintState.ANSWERED, ComplaintState.WITHDRAWN}),
    ComplaintState.ANSWERED: frozenset(),
    ComplaintState.WITHDRAWN: frozenset(),
}
