"""Business time and machine time; in a rehearsal (演练) business time is shifted by a file."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo


class BusinessClock:
    """Tells business time; with an offset file it follows what the file says now."""

    def __init__(self, zone: str, offset_file: Path | None = None) -> None:
        self._zone = ZoneInfo(zone)
        self._offset_file = offset_file
        self._read_at_mtime = 0
        self._offset = timedelta()

    @property
    def rehearsal(self) -> bool:
        """Whether business time is rehearsal time."""
        return self._offset_file is not None

    def now(self) -> datetime:
        """Give business time, aware UTC, to the second."""
        return (self.machine_now() + self._shift()).replace(microsecond=0)

    def today(self) -> date:
        """Give today's date where the office is."""
        return self.day_of(self.now())

    def day_of(self, moment: datetime) -> date:
        """Give the date of a moment where the office is."""
        return moment.astimezone(self._zone).date()

    def machine_now(self) -> datetime:
        """Give machine time, aware UTC: for leases, sessions and back-off."""
        return datetime.now(UTC)

    def _shift(self) -> timedelta:
        if self._offset_file is None:
            return timedelta()
        mtime = self._offset_file.stat().st_mtime_ns
        if mtime != self._read_at_mtime:
            seconds = json.loads(self._offset_file.read_text())["offset_seconds"]
            self._offset, self._read_at_mtime = timedelta(seconds=seconds), mtime
        return self._offset
