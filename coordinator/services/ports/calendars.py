"""What a calendar document is made from."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class CalendarEvent:
    """One event of a calendar; `number` rises with every change, times are aware."""

    uid: str
    number: int
    changed_at: datetime
    begins_at: datetime
    ends_at: datetime
    summary: str
    place: str = ""
    note: str = ""
