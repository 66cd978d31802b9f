"""Dispatch: visits get number and code, every organ its task, and hears of every new team."""

from coordinator.services.dispatch.amending import announce_changes
from coordinator.services.dispatch.answering import receive_acceptance, receive_decline
from coordinator.services.dispatch.publishing import (
    open_covert,
    publish_further,
    publish_visits,
    withdraw_visit,
)

__all__ = [
    "announce_changes",
    "open_covert",
    "publish_further",
    "publish_visits",
    "receive_acceptance",
    "receive_decline",
    "withdraw_visit",
]
