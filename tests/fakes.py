"""Fakes of the coordinator's ports: a clock that tests move, chance that repeats, a shelf.

The in-memory Work is the one of the web tests, held closer to the port here: audit takes a fact
named `subject`, number series are gap-free, and its collections answer as stored ones do
(tests/integration/sqlite/test_repository_parity.py).
"""

import hashlib
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import AbstractContextManager, asynccontextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import Enum
from types import SimpleNamespace
from typing import Any, TypeVar

from typing_extensions import override

from coordinator.adapters.clock import BusinessClock
from coordinator.adapters.record_shelf import FolderShelf
from coordinator.adapters.seed_sources import SystemChance
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lottery.frames import Content
from coordinator.domain.lottery.progress import Progress
from coordinator.services.ports import Actor, AuditEntry, Page, Query
from tests.integration.web import fake_work as web
from tests.integration.web.fake_work import KEYS

V = TypeVar("V")

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
        self.records: dict[str, Mapping[str, Content]] = {}
        self.files: dict[str, bytes] = {}

    @override
    def keep_evidence(self, sha256: str, body: bytes) -> None:
        self.files[sha256] = body

    @override
    def evidence(self, sha256: str) -> bytes | None:
        return self.files.get(sha256)

    @override
    def drop_evidence(self, sha256: str) -> None:
        self.files.pop(sha256, None)

    @override
    def publish(self, round_id: str, files: Mapping[str, Content]) -> str:
        self.records[round_id] = dict(files)
        return f"memory:{round_id}"

    @override
    def verify(self, folder: str, keys: Mapping[str, Any]) -> str:
        return "ok"

    @override
    def working(self, round_id: str, begun: Progress) -> AbstractContextManager[Any]:
        return nullcontext(SimpleNamespace(tell=lambda *_step, **_how_far: None))

    @override
    def progress(self, round_id: str) -> Progress | None:
        return None


class FakeCollection(web.FakeCollection[V]):
    """A collection in memory that answers as a stored one does."""

    @override
    async def add(self, values: Iterable[V]) -> None:
        new = list(values)
        keys = [self._of(value) for value in new]
        if len(set(keys)) < len(keys) or set(keys) & self.values.keys():
            raise RuleBrokenError(Rule.ALREADY_EXISTS, kind=self._kind)
        await self.save(*new)

    @override
    async def page(self, query: Query) -> Page[V]:
        found = await self.where(**query.equals)
        chosen = [v for v in found if _holds(v, query) and web.is_narrowed(v, query)]
        if query.order:
            chosen.sort(
                key=lambda value: _with_nulls_first(getattr(value, query.order)),
                reverse=query.descending,
            )
        elif query.descending:
            chosen.reverse()
        window = chosen[query.offset : query.offset + query.limit]
        return Page(tuple(window), len(chosen))


@dataclass
class FakeStore(web.FakeStore):
    """What lasts from one transaction to the next, with gap-free number series."""

    collections: dict[str, web.FakeCollection[Any]] = field(
        default_factory=lambda: {kind: FakeCollection(kind, key) for kind, key in KEYS.items()}
    )
    series: Counter[str] = field(default_factory=Counter)

    @override
    @asynccontextmanager
    async def open_work(self, actor: Actor, *, writes: bool = True) -> AsyncIterator[Any]:
        numbers, sent = Counter(self.series), list(self.post.sent)
        try:
            async with super().open_work(actor, writes=writes):
                yield FakeWork(self, actor)
        except BaseException:
            self.series, self.post.sent = numbers, sent
            raise


class FakeWork(web.FakeWork):
    """The Work of one actor on a FakeStore."""

    def __init__(self, store: FakeStore, actor: Actor) -> None:
        super().__init__(store, actor)
        self._numbers = store

    @override
    async def audit(self, tag: str, subject: str, /, **facts: object) -> None:
        number = await self.next_number("audit")
        entry = AuditEntry(
            number=number,
            at=self.now(),
            actor=self.actor.name,
            tag=tag,
            subject=subject,
            facts=facts,
            previous="",
            digest=f"{number:064x}",
        )
        await self.audit_entries.add([entry])

    @override
    async def next_number(self, series: str) -> int:
        self._numbers.series[series] += 1
        return self._numbers.series[series]


def _holds(value: object, query: Query) -> bool:
    texts = [
        each
        for name, each in vars(value).items()
        if isinstance(each, str) and (not query.within or name in query.within)
    ]
    text = query.text.lower()
    return not text or any(text in _plain(each).lower() for each in texts)


def _plain(text: str) -> str:
    return str(text.value) if isinstance(text, Enum) else text


def _with_nulls_first(value: Any) -> tuple[bool, Any]:
    return (False, 0) if value is None else (True, value)
