"""Why drawn objects are replaced before their visit: the office's table of typed reasons."""

from enum import StrEnum

from coordinator.domain.policy.figures import CodeName


class Shown(StrEnum):
    """What of the registers proves a reason by itself; a document proves any."""

    CLOSED = "closed"
    MOVED = "moved"
    FULL = "full"
    DOCUMENT = "document"


class ObjectReason(CodeName):
    """A typed reason, and what proves it."""

    shown: Shown
