"""Why a result is not published, or its publication taken back: typed reasons (2.7)."""

from coordinator.domain.policy.departures import DepartureReason


class DisclosureReason(DepartureReason):
    """A typed reason with the provision that allows it."""

    basis: str = ""
