"""Fresh identifiers: UUIDv7, ordered by time of making (RFC 9562)."""

import secrets
import time
import uuid

_VERSION = 0x7
_VARIANT = 0b10


def new_uuid7() -> str:
    """Give a fresh UUIDv7 as text."""
    milliseconds = time.time_ns() // 1_000_000
    value = milliseconds << 80 | _VERSION << 76 | secrets.randbits(12) << 64
    return str(uuid.UUID(int=value | _VARIANT << 62 | secrets.randbits(62)))
