"""The states of what is published, and of its records on their way to other platforms."""

from collections.abc import Mapping
from enum import StrEnum


class ExemptionState(StrEnum):
    """A request not to publish one result 不予公示: asked by one person, decided by another."""

    REQUESTED = "requested"
    APPROVED = "approved"
    REFUSED = "refused"


class PublicationState(StrEnum):
    """A published penalty 处罚公示: it waits for its result or its severity, shows, and ends.

    `not-shown` 不予公示: light by the dated rules, and its organ chose not to show it.
    """

    WAITING = "waiting"
    SHOWN = "shown"
    NOT_SHOWN = "not-shown"
    ENDED = "ended"


class ExchangeState(StrEnum):
    """A record on its way to a public platform (2-rules.md 2.7).

    `cancelled` 不再报送: withdrawn before it left, so that the platform never hears of it.
    """

    PENDING = "pending"
    SENT = "sent"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    CANCELLED = "cancelled"


EXEMPTION_MOVES: Mapping[ExemptionState, frozenset[ExemptionState]] = {
    ExemptionState.REQUESTED: frozenset({ExemptionState.APPROVED, ExemptionState.REFUSED}),
    ExemptionState.APPROVED: frozenset(),
    ExemptionState.REFUSED: frozenset(),
}


PUBLICATION_MOVES: Mapping[PublicationState, frozenset[PublicationState]] = {
    PublicationState.WAITING: frozenset(
        {PublicationState.SHOWN, PublicationState.NOT_SHOWN, PublicationState.ENDED}
    ),
    PublicationState.SHOWN: frozenset({PublicationState.ENDED, PublicationState.WAITING}),
    PublicationState.NOT_SHOWN: frozenset({PublicationState.ENDED}),
    PublicationState.ENDED: frozenset(),
}


# A platform may take its word back, and what it lost or holds otherwise is sent again.
EXCHANGE_MOVES: Mapping[ExchangeState, frozenset[ExchangeState]] = {
    ExchangeState.PENDING: frozenset({ExchangeState.SENT, ExchangeState.CANCELLED}),
    ExchangeState.SENT: frozenset(
        {ExchangeState.ACCEPTED, ExchangeState.REFUSED, ExchangeState.PENDING}
    ),
    ExchangeState.ACCEPTED: frozenset({ExchangeState.PENDING}),
    ExchangeState.REFUSED: frozenset({ExchangeState.PENDING}),
    ExchangeState.CANCELLED: frozenset(),
}
