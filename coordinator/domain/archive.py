"""Archive packages: one per visit, chained by hash so that none can vanish or change in silence."""

import hashlib
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class Package:
    """The whole task of one visit as canonical JSON, with its place in the chain."""

    number: int
    visit_id: str
    round_id: str
    body: bytes
    previous: str
    digest: str
    signature: str
    archived_at: datetime


def chain_digest(previous: str, body: bytes) -> str:
    """Give the hex SHA-256 of the previous digest and the body."""
    return hashlib.sha256(previous.encode() + b"\n" + body).hexdigest()
