"""The chain of transcripts over all rounds: which record each ended attempt continues.

A commit names the transcript before it (3-draw.md 3.2.2): whoever holds a later record holds a
hash over all earlier ones, so none can be changed or left out afterwards.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from contracts.vocabulary import DrawOutcome

AttemptKey = tuple[str, int]


@dataclass(frozen=True, kw_only=True)
class ChainLink:
    """One ended attempt; hashes in hex, of the transcript's bytes and as once announced.

    `previous` is what its commit names, empty for the office's first ever; without an outcome the
    transcript can't be read.
    """

    round_id: str
    attempt: int
    outcome: DrawOutcome | None
    committed_at: datetime
    concluded_at: datetime
    transcript_hash: str
    announced_hash: str
    previous: str

    @property
    def key(self) -> AttemptKey:
        """Round and number of the attempt."""
        return (self.round_id, self.attempt)


@dataclass(frozen=True)
class ChainEntry:
    """An attempt in its place: what it continues, and what continues it so far."""

    link: ChainLink
    follows: AttemptKey | None
    followed_by: tuple[AttemptKey, ...]
    is_changed: bool
    is_loose: bool

    @property
    def holds(self) -> bool:
        """Whether its transcript is as announced and the one before it is where it should be."""
        return not (self.is_changed or self.is_loose)


def read_chain(links: Collection[ChainLink]) -> list[ChainEntry]:
    """Give every attempt in the order in which they ended, each in its place.

    An attempt is loose when the transcript that its commit names is missing or ended after that
    commit, or when it names none although some had ended by then.
    """
    by_hash = {link.transcript_hash: link for link in links}
    ordered = sorted(
        links, key=lambda link: (link.concluded_at, _length_before(link, by_hash), link.key)
    )
    followers: dict[str, list[AttemptKey]] = defaultdict(list)
    for link in ordered:
        followers[link.previous].append(link.key)
    return [
        ChainEntry(
            link=link,
            follows=before.key if (before := by_hash.get(link.previous)) else None,
            followed_by=tuple(followers[link.transcript_hash]),
            is_changed=link.transcript_hash != link.announced_hash,
            is_loose=_is_loose(link, before, ordered),
        )
        for link in ordered
    ]


def _length_before(link: ChainLink, by_hash: Mapping[str, ChainLink]) -> int:
    """Count what stands before an attempt: of two that ended at one moment it decides the order."""
    passed: set[AttemptKey] = set()
    while link.previous in by_hash and link.key not in passed:
        passed.add(link.key)
        link = by_hash[link.previous]
    return len(passed)


def _is_loose(link: ChainLink, before: ChainLink | None, all_of_them: Sequence[ChainLink]) -> bool:
    if before is not None:
        return before.concluded_at > link.committed_at
    ended = any(other.concluded_at < link.committed_at for other in all_of_them)
    return bool(link.previous) or ended
