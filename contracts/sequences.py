"""Messages about the order of a queue: what is missing, and what will never come (4.4).

Each queue of a department counts its messages from 1 in header x-seq. A reader holds back what is
ahead of a gap, asks for the gap, and goes on when it is filled or declared void.
"""

from enum import StrEnum
from typing import Self

from pydantic import Field, model_validator

from contracts.vocabulary import Wire

MOST_AT_ONCE = 1000
"""How many sequences one request may ask for; the rest is asked for next."""
_MOST = 2**31 - 1


class QueueKind(StrEnum):
    """Which of its two queues a department speaks of."""

    TASKS = "tasks"
    EVENTS = "events"


class VoidReason(StrEnum):
    """Why a sequence will not come: not kept any longer, or never given to a message."""

    NOT_KEPT = "not-kept"
    NEVER_SENT = "never-sent"


class _Range(Wire):
    queue: QueueKind
    first: int = Field(ge=1, le=_MOST)
    last: int = Field(ge=1, le=_MOST)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.last < self.first:
            raise ValueError("last lies before first")
        return self


class ResendRequested(_Range):
    """A department misses these sequences of one of its queues, both ends included."""


class SequencesVoided(_Range):
    """These sequences will not come, both ends included: the reader goes on behind them.

    It is obeyed as soon as it arrives, also ahead of a gap, which may be the one it closes.
    """

    reason: VoidReason
