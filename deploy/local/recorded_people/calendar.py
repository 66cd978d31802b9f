"""The rehearsal's calendar: business time moves when this file is written."""

import json
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

_MORNING = time(9, 30)


class RehearsalCalendar:
    """Shifts business time of coordinator and agents through their offset file."""

    def __init__(self, file: Path, zone: str = "Asia/Shanghai") -> None:
        self._file = file
        self._zone = ZoneInfo(zone)

    def begin(self, day: date) -> None:
        """Begin on a day, unless the rehearsal has begun already."""
        if not self._file.exists():
            self.go_to(day)

    def go_to(self, day: date) -> None:
        """Make it the morning of a day."""
        wanted = datetime.combine(day, _MORNING, self._zone).astimezone(UTC)
        offset = wanted - datetime.now(UTC)
        self._write(offset)

    def today(self) -> date:
        """Give today's date in the rehearsal."""
        shifted = datetime.now(UTC) + (self._offset() or timedelta())
        return shifted.astimezone(self._zone).date()

    def now(self) -> datetime:
        """Give business time, aware UTC, to the second."""
        return (datetime.now(UTC) + (self._offset() or timedelta())).replace(microsecond=0)

    def _write(self, offset: timedelta) -> None:
        draft = self._file.with_suffix(".draft")
        draft.write_text(json.dumps({"offset_seconds": int(offset.total_seconds())}))
        draft.replace(self._file)

    def _offset(self) -> timedelta | None:
        if not self._file.exists():
            return None
        return timedelta(seconds=json.loads(self._file.read_text())["offset_seconds"])
