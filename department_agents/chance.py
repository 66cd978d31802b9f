"""Where an agent's chance comes from: chain secrets, message ids, desk tokens, jitter."""

import secrets
from datetime import datetime
from uuid import UUID

SECRET_BYTES = 32


def fresh_secret() -> bytes:
    """Give the 32 random bytes at the bottom of a hash chain or of a signing key."""
    return secrets.token_bytes(SECRET_BYTES)


def fresh_token() -> str:
    """Give a 256-bit token for the desk, as text that fits in a header and a form."""
    return secrets.token_urlsafe(SECRET_BYTES)


def message_id(at: datetime) -> str:
    """Give a UUIDv7 (RFC 9562): milliseconds of `at`, then 74 random bits."""
    milliseconds = int(at.timestamp() * 1000) & (1 << 48) - 1
    value = milliseconds << 80 | secrets.randbits(80)
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return str(UUID(int=value))


def jitter(seconds: float) -> float:
    """Spread a delay over its upper half, so that many agents do not return at once."""
    return seconds * (0.5 + secrets.randbelow(1000) / 2000)
