"""The states of listings, corrections, measures and repairs, and their moves."""

from collections.abc import Mapping
from enum import StrEnum


class ListingState(StrEnum):
    """An entry of a serious-violation list, with its due process.

    Repaired, expired and revoked ones still stand on the list until their delisting is done.
    """

    PROPOSED = "proposed"
    NOTIFIED = "notified"
    DECIDED = "decided"
    LISTED = "listed"
    CORRECTED = "corrected"
    REPAIRED = "repaired"
    EXPIRED = "expired"
    REVOKED = "revoked"
    DELISTED = "delisted"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class CorrectionState(StrEnum):
    """A correction 更正 of an entry: proposed by one person, confirmed by another."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"


class OrderState(StrEnum):
    """A joint-punishment measure ordered from one department."""

    ORDERED = "ordered"
    ANSWERED = "answered"
    LIFTING = "lifting"
    LIFTED = "lifted"


class RepairState(StrEnum):
    """An application for credit repair: verified by one person, decided by another."""

    APPLIED = "applied"
    VERIFIED = "verified"
    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


_BEFORE_LISTING = frozenset({ListingState.REJECTED, ListingState.WITHDRAWN})
_AFTER_LISTING = frozenset(
    {
        ListingState.CORRECTED,
        ListingState.REPAIRED,
        ListingState.EXPIRED,
        ListingState.REVOKED,
    }
)

LISTING_MOVES: Mapping[ListingState, frozenset[ListingState]] = {
    ListingState.PROPOSED: _BEFORE_LISTING | {ListingState.NOTIFIED},
    ListingState.NOTIFIED: _BEFORE_LISTING | {ListingState.DECIDED},
    ListingState.DECIDED: frozenset({ListingState.LISTED, ListingState.REJECTED}),
    ListingState.LISTED: _AFTER_LISTING,
    ListingState.CORRECTED: _AFTER_LISTING,
    ListingState.REPAIRED: frozenset({ListingState.DELISTED}),
    ListingState.EXPIRED: frozenset({ListingState.DELISTED}),
    ListingState.REVOKED: frozenset(
        {
            ListingState.DELISTED,
            ListingState.EXPIRED,
            ListingState.LISTED,
            ListingState.CORRECTED,
        }
    ),
    ListingState.DELISTED: frozenset(),
    ListingState.REJECTED: frozenset(),
    ListingState.WITHDRAWN: frozenset(),
}


CORRECTION_MOVES: Mapping[CorrectionState, frozenset[CorrectionState]] = {
    CorrectionState.PROPOSED: frozenset({CorrectionState.CONFIRMED, CorrectionState.REJECTED}),
    CorrectionState.CONFIRMED: frozenset(),
    CorrectionState.REJECTED: frozenset(),
}


ORDER_MOVES: Mapping[OrderState, frozenset[OrderState]] = {
    OrderState.ORDERED: frozenset({OrderState.ANSWERED, OrderState.LIFTING}),
    OrderState.ANSWERED: frozenset({OrderState.ANSWERED, OrderState.LIFTING}),
    OrderState.LIFTING: frozenset({OrderState.LIFTED}),
    OrderState.LIFTED: frozenset(),
}


REPAIR_MOVES: Mapping[RepairState, frozenset[RepairState]] = {
    RepairState.APPLIED: frozenset({RepairState.VERIFIED, RepairState.WITHDRAWN}),
    RepairState.VERIFIED: frozenset(
        {RepairState.GRANTED, RepairState.REFUSED, RepairState.WITHDRAWN}
    ),
    RepairState.GRANTED: frozenset(),
    RepairState.REFUSED: frozenset(),
    RepairState.WITHDRAWN: frozenset(),
}
