"""The chain of transcripts, read from the stored bytes and not from what was noted of them."""

from datetime import datetime
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from contracts.draw_proof import hash_of
from contracts.draw_record import Commit, Transcript
from coordinator.domain.errors import given
from coordinator.domain.lottery.ceremony import RecordFile
from coordinator.domain.lottery.chaining import AttemptKey, ChainEntry, ChainLink, read_chain
from coordinator.domain.lottery.transcript import TRANSCRIPT
from coordinator.services.ports import Work

_COMMIT = "commit.json"
_NEVER_ANNOUNCED = ""
_Announced = tuple[str, datetime]
_Document = TypeVar("_Document", bound=BaseModel)


async def transcript_chain(work: Work) -> list[ChainEntry]:
    """Give every ended attempt of every round in its place, whatever of it is still closed."""
    announced = await _announced(work)
    commits = {
        (file.round_id, file.attempt): _read(Commit, file.body)
        for file in await work.record_files.where(name=_COMMIT)
    }
    links = []
    for file in await work.record_files.where(name=TRANSCRIPT):
        key = (file.round_id, file.attempt)
        told = announced.get(key, (_NEVER_ANNOUNCED, work.now()))
        links.append(_link(file, commits.get(key), told))
    return read_chain(links)


def _link(file: RecordFile, commit: Commit | None, told: _Announced) -> ChainLink:
    """Give an attempt's place; a document that says nothing any more is one that was changed."""
    announced_hash, concluded_at = told
    transcript = _read(Transcript, file.body)
    return ChainLink(
        round_id=file.round_id,
        attempt=file.attempt,
        outcome=transcript.outcome if transcript else None,
        committed_at=datetime.fromisoformat(commit.published_at) if commit else concluded_at,
        concluded_at=concluded_at,
        transcript_hash=hash_of(file.body),
        announced_hash=announced_hash if commit and transcript else _NEVER_ANNOUNCED,
        previous=commit.previous if commit else "",
    )


def _read(kind: type[_Document], body: bytes) -> _Document | None:
    try:
        return kind.model_validate_json(body)
    except ValidationError:
        return None


async def _announced(work: Work) -> dict[AttemptKey, _Announced]:
    """Map each ended attempt to the hash that was announced of it, and when."""
    told = {
        (each.round_id, each.attempt): (each.transcript_hash, each.voided_at)
        for each in await work.void_attempts.where()
    }
    for each in await work.rounds.where():
        key = (each.round_id, each.attempt)
        if each.outcome is not None and each.concluded_at is not None and key not in told:
            code = given(each.transcript_hash, "transcript_hash", each.round_id)
            told[key] = (code, each.concluded_at)
    return told
