"""A back office that exchanges JSON files with us in a shared folder.

`to_department/<message id>-<Type>.json` is written whole or not at all. Answers are read from
`from_department/*.json` and move to `done/`, or to `refused/` with a `.error.json` beside.
"""

import asyncio
import json
import os
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

import structlog
from pydantic import BaseModel, ConfigDict, JsonValue, ValidationError

from department_agents.clock import Clock
from department_agents.counter import Counter
from department_agents.refusals import AnswerRefusedError, malformed
from department_agents.store.rows import InboxRow
from department_agents.systems.ports import Work

CONSUMER = "file_drop"

log = structlog.get_logger(__name__)


class _Reply(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    type: str
    data: dict[str, JsonValue]


class FileDrop:
    """The shared folder; a writer must move its finished file in, names with a dot are skipped."""

    def __init__(self, folder: Path, counter: Counter, clock: Clock) -> None:
        self._to = folder / "to_department"
        self._from = folder / "from_department"
        self._counter = counter
        self._clock = clock
        for needed in (self._to, self._from / "done", self._from / "refused"):
            needed.mkdir(parents=True, exist_ok=True)

    async def hand_over(self, work: Work) -> None:
        """Write the message's file; written again after a crash it is the same file."""
        content = {"type": work.type, "message_id": work.message_id, "data": json.loads(work.body)}
        file = self._to / f"{work.message_id}-{work.type}.json"
        await asyncio.to_thread(_write_whole, file, content)

    async def collect(self) -> None:
        """Settle every answer in the folder, oldest name first."""
        for file in await asyncio.to_thread(self._waiting):
            await self._settle(file)

    async def is_reachable(self) -> bool:
        """Tell whether both folders are there and may be written to: a share may be gone."""
        return await asyncio.to_thread(self._is_writable)

    def _is_writable(self) -> bool:
        return all(os.access(folder, os.W_OK | os.X_OK) for folder in (self._to, self._from))

    def _waiting(self) -> list[Path]:
        return sorted(file for file in self._from.glob("*.json") if not file.name.startswith("."))

    async def _settle(self, file: Path) -> None:
        content = await asyncio.to_thread(file.read_bytes)
        try:
            reply = _read(content)
            await self._counter.take(reply.type, reply.data, self._receipt(file, content))
        except AnswerRefusedError as error:
            log.warning("reply_refused", file=file.name, rules=[one.flaw for one in error.refusals])
            await asyncio.to_thread(self._refuse, file, error)
        else:
            await asyncio.to_thread(file.replace, self._from / "done" / file.name)

    def _receipt(self, file: Path, content: bytes) -> InboxRow:
        """Name this very file: a crash between commit and move must not submit it twice."""
        digest = sha256(content)
        return InboxRow(
            consumer=CONSUMER,
            message_id=f"{file.name}:{digest.hexdigest()}",
            body_hash=digest.digest(),
            received_at=self._clock.machine_now(),
        )

    def _refuse(self, file: Path, error: AnswerRefusedError) -> None:
        errors = {"file": file.name, "errors": [one.as_json() for one in error.refusals]}
        _write_whole(self._from / "refused" / f"{file.stem}.error.json", errors)
        file.replace(self._from / "refused" / file.name)


def _read(content: bytes) -> _Reply:
    try:
        return _Reply.model_validate_json(content)
    except ValidationError as error:
        raise malformed(error) from None


def _write_whole(file: Path, content: Mapping[str, object]) -> None:
    """Write beside, flush to the disk, rename: a reader sees all of it or nothing."""
    draft = file.with_name(f".{file.name}.part")
    with draft.open("w", encoding="utf-8") as stream:
        json.dump(content, stream, ensure_ascii=False, indent=2)
        stream.flush()
        os.fsync(stream.fileno())
    draft.replace(file)
