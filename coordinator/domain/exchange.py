"""Exchange with the public platforms (2.7): records, batches, receipts, daily reconciliation."""

import csv
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any, Final, NoReturn

from contracts.draw_proof import canonical_json, hash_of
from contracts.envelope import places_of_nul
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import EXCHANGE_MOVES, ExchangeState, move
from coordinator.domain.policy import ExchangeKind

ANSWERS: Final = {"accepted": ExchangeState.ACCEPTED, "refused": ExchangeState.REFUSED}
RECORD, DIGEST, STATE, REASON = "record", "digest", "state", "reason"
_LONGEST_LINE: Final = 10_000
"""Characters of a line of a list: a record and its digest. What the csv module takes is a setting
of the whole process, which imports change."""


@dataclass(frozen=True, kw_only=True)
class ExchangeRecord:
    """One thing on its way to one platform; `body` is its canonical JSON, `digest` its SHA-256.

    `attempt` counts how often it was made ready to leave; `batch` is the last one it left in.
    """

    record_id: str
    platform: str
    kind: ExchangeKind
    subject: str
    title: str
    body: str
    digest: str
    state: ExchangeState
    made_at: datetime
    attempt: int = 1
    batch: int | None = None
    sent_at: datetime | None = None
    answered_at: datetime | None = None
    reason: str | None = None
    note: str | None = None


@dataclass(frozen=True, kw_only=True)
class ExchangeDigest:
    """What is compared of a record: all but its content, which may be long."""

    record_id: str
    platform: str
    state: ExchangeState
    digest: str


@dataclass(frozen=True, kw_only=True)
class ExchangeBatch:
    """One file of records to a platform, numbered from 1; `written_at`: since when it lies there.

    Until then it keeps its bytes, so that a file whose writing broke off is written as it was.
    `silent_at`: since when it is on record that it can't be written, or that nobody answers.
    """

    batch_id: str
    platform: str
    number: int
    file_name: str
    content: bytes
    digest: str
    number_of_records: int
    made_at: datetime
    written_at: datetime | None = None
    answered_at: datetime | None = None
    silent_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class PlatformReply:
    """A receipt file as it was taken in: how many records it accepts and refuses, what is odd."""

    reply_id: str
    platform: str
    file_name: str
    digest: str
    received_at: datetime
    accepted: int = 0
    refused: int = 0
    unknown: tuple[str, ...] = ()
    problem: str | None = None


@dataclass(frozen=True, kw_only=True)
class Reconciliation:
    """A platform's list of a day compared with ours: missing there, unknown here, different."""

    reconciliation_id: str
    platform: str
    day: date
    file_name: str
    digest: str
    made_by: str
    made_at: datetime
    ours: int
    theirs: int
    missing: tuple[str, ...]
    unknown: tuple[str, ...]
    different: tuple[str, ...]

    @property
    def is_clean(self) -> bool:
        """Whether both sides hold the same."""
        return not (self.missing or self.unknown or self.different)


@dataclass(frozen=True)
class Answer:
    """What a platform says of one record: which content it means, taken or not, and why not."""

    record_id: str
    digest: str
    state: ExchangeState
    reason: str


def record_id(platform: str, kind: ExchangeKind, subject: str) -> str:
    """Name what goes to a platform: once per subject and its version."""
    return f"{platform}.{kind.value}.{subject}"


def body_of(data: Mapping[str, Any]) -> str:
    """Give the canonical JSON of what is told; truth values are not part of it."""
    return canonical_json(data).decode()


def with_body(record: ExchangeRecord, body: str) -> ExchangeRecord:
    """Give a record the content that it leaves with."""
    return replace(record, body=body, digest=hash_of(body.encode()))


def batch_lines(head: Mapping[str, Any], records: Sequence[ExchangeRecord]) -> bytes:
    """Write a batch as JSON lines: what it is first, then each record with its digest."""
    lines = [canonical_json(head)]
    lines += [
        canonical_json(
            {
                RECORD: record.record_id,
                "kind": record.kind.value,
                DIGEST: record.digest,
                "data": json.loads(record.body),
            }
        )
        for record in records
    ]
    return b"\n".join(lines) + b"\n"


def read_answers(file: str, content: bytes) -> tuple[Answer, ...]:
    """Read a receipt file of JSON lines; EXCHANGE_FILE_UNREADABLE names row and field."""
    return tuple(
        _answer(file, row, line)
        for row, line in enumerate(_text(file, content).splitlines(), start=1)
        if line.strip()
    )


def answered(record: ExchangeRecord, answer: Answer, at: datetime) -> ExchangeRecord:
    """Give a record with what the platform said of it; what is about another content is ignored.

    A receipt that comes twice, or of an attempt before, changes nothing.
    """
    if answer.digest != record.digest or record.state is not ExchangeState.SENT:
        return record
    state = move(EXCHANGE_MOVES, record.state, answer.state, of=record.record_id)
    reason = answer.reason if state is ExchangeState.REFUSED else None
    return replace(record, state=state, answered_at=at, reason=reason)


def read_list(file: str, content: bytes) -> dict[str, str]:
    """Read a platform's list, CSV of record and digest below a head; gives digest by record.

    EXCHANGE_FILE_UNREADABLE names row and field; a list without even its head is none.
    """
    head, *rows = _rows(file, content) or [[]]
    if head[:2] != [RECORD, DIGEST]:
        _refuse(file, 1, "head", f"{RECORD},{DIGEST}", ",".join(head))
    found: dict[str, str] = {}
    for number, cells in enumerate(rows, start=2):
        if not any(cells):
            continue
        if len(cells) < len((RECORD, DIGEST)) or not cells[0]:
            _refuse(file, number, RECORD, f"{RECORD},{DIGEST}", ",".join(cells))
        if cells[0] in found:
            _refuse(file, number, RECORD, "each record once", cells[0])
        found[cells[0]] = cells[1]
    return found


def compare(ours: Mapping[str, str], theirs: Mapping[str, str]) -> tuple[tuple[str, ...], ...]:
    """Give what is missing there, unknown here, and different, each sorted by record."""
    return (
        tuple(sorted(ours.keys() - theirs.keys())),
        tuple(sorted(theirs.keys() - ours.keys())),
        tuple(sorted(key for key in ours.keys() & theirs.keys() if ours[key] != theirs[key])),
    )


def is_silent(batch: ExchangeBatch, now: datetime, hours: int) -> bool:
    """Say whether a batch has lain with the platform for too long without any receipt, or here."""
    waits_since = batch.written_at or batch.made_at
    return batch.answered_at is None and now - waits_since > timedelta(hours=hours)


def digest_of_file(content: bytes) -> str:
    """Give the SHA-256 of a file as `sha256sum` prints it."""
    return sha256(content).hexdigest()


def _answer(file: str, row: int, line: str) -> Answer:
    try:
        said = json.loads(line)
    except json.JSONDecodeError:
        _refuse(file, row, "line", "JSON", line[:80])
    if not isinstance(said, dict):
        _refuse(file, row, "line", "{…}", line[:80])
    if not _is_storable(said):
        _refuse(file, row, "line", "text", line[:80])
    for field in (RECORD, DIGEST, STATE):
        if not isinstance(said.get(field), str):
            _refuse(file, row, field, "text", str(said.get(field)))
    if said[STATE] not in ANSWERS:
        _refuse(file, row, STATE, " | ".join(ANSWERS), said[STATE])
    state, reason = ANSWERS[said[STATE]], str(said.get(REASON) or "").strip()
    if state is ExchangeState.REFUSED and not reason:
        _refuse(file, row, REASON, "text", "")
    return Answer(said[RECORD], said[DIGEST], state, reason)


def _is_storable(said: Mapping[str, Any]) -> bool:
    """Say whether a database keeps these words: neither NUL nor half a character."""
    try:
        json.dumps(said, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return not any(places_of_nul(said))


def _rows(file: str, content: bytes) -> list[list[str]]:
    lines = _text(file, content).splitlines(keepends=True)
    for row, line in enumerate(lines, start=1):
        if len(line) > _LONGEST_LINE:
            _refuse(file, row, "line", f"<= {_LONGEST_LINE}", str(len(line)))
    try:
        read = list(csv.reader(lines))
    except csv.Error as error:
        _refuse(file, 1, "line", "CSV", str(error))
    return [[cell.strip() for cell in row] for row in read]


def _text(file: str, content: bytes) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        _refuse(file, 1, "line", "UTF-8", content[:16].hex())
    before, nul, _rest = text.partition("\0")
    if nul:
        _refuse(file, before.count("\n") + 1, "line", "UTF-8", "NUL")
    return text


def _refuse(file: str, row: int, field: str, expected: str, found: str) -> NoReturn:
    raise RuleBrokenError(
        Rule.EXCHANGE_FILE_UNREADABLE,
        file=file,
        row=row,
        field=field,
        expected=expected,
        found=found,
    )
