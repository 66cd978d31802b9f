"""The two times of an agent: business time, which a rehearsal may shift, and machine time."""

import json
import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

from typing_extensions import override

# Dates on forms are dates of the one legal time of the country (GB/T 7408).
LEGAL_TIME = ZoneInfo("Asia/Shanghai")


class Clock(Protocol):
    """Where time comes from; both moments are aware UTC."""

    def now(self) -> datetime:
        """Business time: what records, deadlines and forms go by."""
        ...

    def machine_now(self) -> datetime:
        """Machine time: what leases, back-off and login sessions go by."""
        ...


class MachineClock:
    """Business time is machine time."""

    def now(self) -> datetime:
        """Give machine time."""
        return datetime.now(UTC)

    def machine_now(self) -> datetime:
        """Give machine time."""
        return datetime.now(UTC)


class RehearsalClock(MachineClock):
    """Business time is machine time plus `offset_seconds` of a file that the rehearsal advances."""

    def __init__(self, offset_file: Path) -> None:
        self._file = offset_file
        self._seen: tuple[int, int] | None = None
        self._offset = timedelta(0)

    @override
    def now(self) -> datetime:
        """Give the shifted time; the file is read again when it was replaced or written."""
        return self.machine_now() + self._current_offset()

    def _current_offset(self) -> timedelta:
        try:
            stat = os.stat(self._file)  # noqa: PTH116 - one call gives both parts of the mark
        except FileNotFoundError:
            return self._offset
        mark = (stat.st_mtime_ns, stat.st_ino)
        if mark != self._seen:
            offset = json.loads(self._file.read_text())["offset_seconds"]
            self._offset, self._seen = timedelta(seconds=offset), mark
        return self._offset


def legal_date(moment: datetime) -> date:
    """Give the date of a moment in the legal time of the country."""
    return moment.astimezone(LEGAL_TIME).date()


def clock_for(*, rehearsal: bool, offset_file: Path | None) -> Clock:
    """Give the clock of this run; only a rehearsal may have an offset file."""
    if rehearsal and offset_file is not None:
        return RehearsalClock(offset_file)
    return MachineClock()
