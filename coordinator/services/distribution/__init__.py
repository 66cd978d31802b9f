"""Distribution: departments of a visit and subscribers get results, and answer for them."""

from coordinator.services.distribution.sharing import (
    distribute_result,
    receive_acknowledgement,
    resend_share,
    share_with_subscribers,
)
from coordinator.services.distribution.subscribing import end_subscription, subscribe_results
from coordinator.services.distribution.watching import (
    SilentShare,
    note_silent_receivers,
    silence_hours,
    silent_shares,
)

__all__ = [
    "SilentShare",
    "distribute_result",
    "end_subscription",
    "note_silent_receivers",
    "receive_acknowledgement",
    "resend_share",
    "share_with_subscribers",
    "silence_hours",
    "silent_shares",
    "subscribe_results",
]
