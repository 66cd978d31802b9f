"""Exchange: what is published goes to the public platforms by itself, and both sides compare."""

from coordinator.services.exchange.collecting import anything_new, collect_records
from coordinator.services.exchange.reconciling import (
    PlatformList,
    note_silent_lists,
    reconcile,
    silent_lists,
)
from coordinator.services.exchange.replying import ReplyFile, take_in_reply
from coordinator.services.exchange.sending import (
    note_silent_platforms,
    note_written,
    prepare_batch,
    send_again,
    silent_batches,
    unwritten_batches,
    waiting,
)

__all__ = [
    "PlatformList",
    "ReplyFile",
    "anything_new",
    "collect_records",
    "note_silent_lists",
    "note_silent_platforms",
    "note_written",
    "prepare_batch",
    "reconcile",
    "send_again",
    "silent_batches",
    "silent_lists",
    "take_in_reply",
    "unwritten_batches",
    "waiting",
]
