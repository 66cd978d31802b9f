"""The chain of transcripts, read from the stored bytes and not from what was noted of them."""

from datetime import datetime

from contracts.draw_proof import hash_of
from contracts.draw_record import Commit, Transcript
from coordinator.domain.errors import given
from coordinator.domain.lottery.chaining import AttemptKey, ChainEntry, ChainLink, read_chain
from coordinator.domain.lottery.transcript import TRANSCRIPT
from coordinator.services.ports import Work

_COMMIT = "commit.json"
_NEVER_ANNOUNCED = ""


async def transcript_chain(work: Work) -> list[ChainEntry]:
    """Give every ended attempt of every round in its place, whatever of it is still closed."""
    announced = await _announced(work)
    commits = {
        (file.round_id, file.attempt): Commit.model_validate_json(file.body)
        for file in await work.record_files.where(name=_COMMIT)
    }
    links = []
    for file in await work.record_files.where(name=TRANSCRIPT):
        key = (file.round_id, file.attempt)
        committed_at = datetime.fromisoformat(commits[key].published_at)
        told, concluded_at = announced.get(key, (_NEVER_ANNOUNCED, committed_at))
        links.append(
            ChainLink(
                round_id=file.round_id,
                attempt=file.attempt,
                outcome=Transcript.model_validate_json(file.body).outcome,
                committed_at=committed_at,
                concluded_at=concluded_at,
                transcript_hash=hash_of(file.body),
                announced_hash=told,
                previous=commits[key].previous,
            )
        )
    return read_chain(links)


async def _announced(work: Work) -> dict[AttemptKey, tuple[str, datetime]]:
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
