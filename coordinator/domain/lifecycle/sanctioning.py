"""The states of listings, measures and repairs, and their moves."""

from collections.abc import Mapping
from enum import StrEnum


class ListingState(StrEnum):
    """An entry of a serious-violation list, with its due process."""

    PROPOSED = "proposed"
    NOTIFIED = "notified"
    DECIDED = "decided"
    LISTED = "listed"
    DELISTED = "delisted"
    REJECTED = "rejected"


class OrderState(StrEnum):
    """A joint-punishment measure ordered from one department."""

    ORDERED = "ordered"
    ANSWERED = "answered"
    LIFTING = "lifting"
    LIFTED = "lifted"


LISTING_MOVES: Mapping[ListingState, frozenset[ListingState]] = {
    ListingState.PROPOSED: frozenset({ListingState.NOTIFIED, ListingState.REJECTED}),
    ListingState.NOTIFIED: frozenset({ListingState.DECIDED, ListingState.REJECTED}),
    ListingState.DECIDED: frozenset({ListingState.LISTED, ListingState.REJECTED}),
    ListingState.LISTED: frozenset({ListingState.DELISTED}),
    ListingState.DELISTED: frozenset(),
    ListingState.REJECTED: frozenset(),
}


ORDER_MOVES: Mapping[OrderState, frozenset[OrderState]] = {
    OrderState.ORDERED: frozenset({OrderState.ANSWERED, OrderState.LIFTING}),
    OrderState.ANSWERED: frozenset({OrderState.LIFTING}),
    OrderState.LIFTING: frozenset({OrderState.LIFTED}),
    OrderState.LIFTED: frozenset(),
}
