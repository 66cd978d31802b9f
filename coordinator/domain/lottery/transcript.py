"""How an attempt ended, and what its record folder holds before and after disclosure.

Source: 3-draw.md 3.2.9 and 3.7.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from contracts.draw_proof import hash_of
from contracts.draw_record import (
    Commit,
    Salts,
    StratumCounts,
    Transcript,
    document_bytes,
    sums,
)
from contracts.vocabulary import DrawOutcome
from coordinator.domain.lottery.frames import Content
from coordinator.domain.lottery.freezing import COMMITTED_AFTER, roots

TRANSCRIPT = "transcript.json"
SUMS = "SHA256SUMS"
AnyContent = TypeVar("AnyContent", bound=Content)
WITHHELD_FILES = frozenset(
    {
        "SHA256SUMS",
        "SHA256SUMS.jws",
        "reveals.json",
        "salts.json",
        "checks.tsv",
        "dropped.tsv",
        "visits.tsv",
        "units.tsv",
        "replaced.tsv",
        "members.tsv",
    }
)
WITHHELD_FOLDERS = frozenset({"frames", "rosters", "bars", "drawn", "items", "teams"})


@dataclass(frozen=True)
class Ending:
    """The outcome of an attempt; `reason` says by whom or why it did not end well.

    `repairs` counts, by department, the slots given by path or levelling; `repatterns` the tries.
    """

    outcome: DrawOutcome
    reason: str | None = None
    counts: Mapping[str, Mapping[str, StratumCounts]] = field(default_factory=dict)
    repairs: Mapping[str, int] = field(default_factory=dict)
    repatterns: Mapping[str, int] = field(default_factory=dict)
    witnesses: tuple[str, ...] = ()


def build_transcript(
    files: Mapping[str, bytes], salts: Mapping[str, bytes], ending: Ending, software: str
) -> Transcript:
    """Return the transcript of an attempt whose other files are `files` (by path)."""
    commit = Commit.model_validate_json(files["commit.json"])
    units = files.get("units.tsv")
    return Transcript(
        round=commit.round,
        attempt=commit.attempt,
        commit_hash=hash_of(files["commit.json"]),
        previous=commit.previous,
        outcome=ending.outcome,
        reason=ending.reason,
        receipts_hash=hash_of(files["receipts.json"]),
        units_hash=None if units is None else hash_of(units),
        counts={line: dict(ending.counts[line]) for line in ending.counts},
        roots=roots(files, salts, COMMITTED_AFTER),
        repairs=dict(ending.repairs),
        repatterns=dict(ending.repatterns),
        witnesses=tuple(sorted(ending.witnesses)),
        software=software,
    )


def full_record(
    files: Mapping[str, AnyContent], salts: Mapping[str, bytes], transcript: Transcript
) -> dict[str, AnyContent | bytes]:
    """Return the disclosed record: all files, the keys S, the transcript and SHA256SUMS."""
    keys = Salts({path: key.hex() for path, key in salts.items()})
    complete = {
        **files,
        "salts.json": document_bytes(keys),
        TRANSCRIPT: document_bytes(transcript),
    }
    return with_sums(complete)


def undisclosed_record(record: Mapping[str, AnyContent]) -> dict[str, AnyContent | bytes]:
    """Return the part of a record that anybody may see before disclosure, with sums of its own.

    The full record's sums stay behind: they are unsalted hashes of files that a guess could meet.
    """
    return with_sums({path: record[path] for path in record if not _is_withheld(path)})


def with_sums(files: Mapping[str, AnyContent]) -> dict[str, AnyContent | bytes]:
    """Return the files with SHA256SUMS for them."""
    digests = {path: _digest(files[path]) for path in files}
    return {**files, SUMS: sums(digests)}


def sums_in(record: Mapping[str, Content]) -> bytes:
    """Return the SHA256SUMS of a record, which is what the office signs."""
    content = record[SUMS]
    if not isinstance(content, bytes):
        raise TypeError("only frames lie on the shelf")
    return content


def _digest(content: Content) -> str:
    return hash_of(content) if isinstance(content, bytes) else content.digest


def _is_withheld(path: str) -> bool:
    """Tell whether a path, of this or an earlier attempt, waits for disclosure."""
    folders = path.split("/")
    inside = folders[2:] if folders[0] == "attempts" else folders
    return inside[0] in (WITHHELD_FOLDERS if len(inside) > 1 else WITHHELD_FILES)
