"""Fakes of the coordinator's ports: a clock that tests move, chance that repeats, a shelf in memory.

The in-memory Work is the one the web tests use; its collection is held to the stored one by
tests/unit/database/test_repository_parity.py.
"""

import hashlib
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta

from typing_extensions import override

from coordinator.adapters.clock import BusinessClock
from coordinator.adapters.record_shelf import FolderShelf
from coordinator.adapters.seed_sources import SystemChance
from tests.unit.web.fake_work import FakeCollection, FakeStore, FakeWork

__all__ = ["FakeChance", "FakeCollection", "FakeShelf", "FakeStore", "FakeWork", "MovableClock"]

_MORNING = time(1, 30, tzinfo=UTC)  # 09:30 in the county


class MovableClock(BusinessClock):
    """Business and machine time stand still until a test moves them."""

    def __init__(self, at: datetime) -> None:
        super().__init__("Asia/Shanghai")
        self.at = at

    @property
    @override
    def rehearsal(self) -> bool:
        return True

    @override
    def machine_now(self) -> datetime:
        return self.at

    def pass_time(self, **how_long: int) -> None:
        self.at += timedelta(**how_long)

    def go_to(self, day: date) -> None:
        """Go to the morning of a day."""
        self.at = datetime.combine(day, _MORNING)


class FakeChance(SystemChance):
    """Secrets that repeat: the n-th is the hash of name and n."""

    def __init__(self, name: str = "chance") -> None:
        self._name = name
        self._given = 0

    @override
    def secret(self) -> bytes:
        self._given += 1
        return hashlib.sha256(f"{self._name}|{self._given}".encode()).digest()

    @override
    def code(self) -> str:
        return self.secret().hex()[:10].upper()


class FakeShelf(FolderShelf):
    """Keeps published records in memory and calls all of them good."""

    def __init__(self) -> None:
        self.records: dict[str, Mapping[str, bytes]] = {}

    @override
    def publish(self, round_id: str, files: Mapping[str, bytes]) -> str:
        self.records[round_id] = dict(files)
        return f"memory:{round_id}"

    @override
    def verify(self, folder: str) -> str:
        return "ok"
