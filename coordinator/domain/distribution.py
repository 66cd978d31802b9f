"""Who receives whose results: every organ of a visit, those of all others (2-rules.md 2.8)."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class Share:
    """One department's results on their way to another, until acknowledged."""

    share_id: str
    round_id: str
    visit_id: str
    from_department: str
    to_department: str
    version: int
    shared_at: datetime
    acknowledged_at: datetime | None = None


def receivers(departments: tuple[str, ...], sender: str) -> tuple[str, ...]:
    """Give the departments of a visit that get the sender's results."""
    return tuple(code for code in departments if code != sender)


def share_id(visit_id: str, sender: str, receiver: str, version: int) -> str:
    """Name one sharing: it happens once per report version."""
    return f"{visit_id}.{sender}.{receiver}.{version}"
