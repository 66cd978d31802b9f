"""The audit chain: walking it from the first entry on, and checkpoints that anchor it elsewhere.

A chain of digests alone shows changes inside; whoever may write the database could cut its end off
or compute the whole chain anew. Signed checkpoints of number and digest, copied out of the
database, show that too.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, PositiveInt

from contracts.draw_proof import canonical_json, hash_of

START = ""
MOST_FLAWS = 100  # of a chain that is broken everywhere, the first say enough
_KIND = "onevisit-audit-checkpoint/v1"


class FlawKind(StrEnum):
    """What is wrong with a chain, as it shows."""

    CHANGED = "changed"
    REMOVED = "removed"
    INSERTED = "inserted"
    UNLINKED = "unlinked"
    REWRITTEN = "rewritten"
    END_REMOVED = "end-removed"
    CHECKPOINT_FORGED = "checkpoint-forged"
    CHECKPOINT_REMOVED = "checkpoint-removed"


class AuditRules(BaseModel):
    """How often the chain is anchored: minutes of business time between two checkpoints."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    checkpoint_minutes: PositiveInt


@dataclass(frozen=True, slots=True)
class Link:
    """What of an entry makes the chain; `expected` is the digest that its content gives."""

    number: int
    previous: str
    digest: str
    expected: str


@dataclass(frozen=True, kw_only=True)
class Flaw:
    """A place where the chain is not whole: the entries (or checkpoints) `number`…`until`."""

    kind: FlawKind
    number: int
    until: int


@dataclass(frozen=True, kw_only=True)
class Checkpoint:
    """The office's word that entry `number` had this digest; `previous` hashes the one before."""

    checkpoint: int
    number: int
    digest: str
    made_at: datetime
    previous: str
    signature: str = ""

    @property
    def statement(self) -> bytes:
        """The bytes that are signed: RFC 8785 JSON."""
        return canonical_json(
            {
                "kind": _KIND,
                "checkpoint": self.checkpoint,
                "number": self.number,
                "digest": self.digest,
                "made_at": self.made_at.astimezone(UTC).isoformat(),
                "previous": self.previous,
            }
        )

    @property
    def fingerprint(self) -> str:
        """What the next checkpoint names this one by."""
        return hash_of(self.statement)


@dataclass(frozen=True, kw_only=True)
class ChainState:
    """What a walk over the chain found; `anchored` is the last entry that a checkpoint vouches for.

    `flaws` are the first of them, `number_of_flaws` counts all.
    """

    number_of_entries: int
    last: int
    digest: str
    number_of_checkpoints: int
    anchored: int
    flaws: tuple[Flaw, ...] = ()
    number_of_flaws: int = 0

    @property
    def whole(self) -> bool:
        """Whether nothing was found."""
        return not self.number_of_flaws


@dataclass(frozen=True, kw_only=True)
class ChainVerification:
    """A verification on record: who let the chain be walked when, and what came of it."""

    verification_id: str
    verified_at: datetime
    verified_by: str
    state: ChainState
    whole: bool


@dataclass
class ChainWalk:
    """Follows the entries in the order of their numbers; says at the end what is wrong.

    `anchors` are digests of entries, by number, that somebody vouched for.
    """

    anchors: dict[int, set[str]] = field(default_factory=dict)
    _flaws: list[Flaw] = field(default_factory=list)
    _number_of_flaws: int = 0
    _number_of_entries: int = 0
    _last: int = 0
    _digest: str = START
    _anchored: int = 0

    def follow(self, links: Iterable[Link]) -> None:
        """Take the next entries."""
        for link in links:
            self._number_of_entries += 1
            changed = link.digest != link.expected
            self._place(link, linked=changed or link.previous == self._digest)
            if changed:
                self._note(FlawKind.CHANGED, link.number)
            self._anchor(link)
            self._last, self._digest = max(self._last, link.number), link.digest

    def end(
        self,
        given: int | None = None,
        checkpoints: Sequence[Flaw] = (),
        given_by_now: int | None = None,
    ) -> ChainState:
        """Say how the chain stands.

        `given` is how many numbers had been given to entries when the walk began, `given_by_now`
        when it ended: what was done meanwhile may have been seen or not.
        """
        missed = max([given or 0, *self.anchors])
        if missed > self._last:
            self._note(FlawKind.END_REMOVED, self._last + 1, missed)
        most = given if given_by_now is None else given_by_now
        if most is not None and self._last > most:
            self._note(FlawKind.INSERTED, most + 1, self._last)
        for flaw in checkpoints:
            self._note(flaw.kind, flaw.number, flaw.until)
        return ChainState(
            number_of_entries=self._number_of_entries,
            last=self._last,
            digest=self._digest,
            number_of_checkpoints=sum(len(each) for each in self.anchors.values()),
            anchored=self._anchored,
            flaws=tuple(self._flaws),
            number_of_flaws=self._number_of_flaws,
        )

    def _place(self, link: Link, *, linked: bool) -> None:
        due = self._last + 1
        if link.number > due:
            self._note(FlawKind.REMOVED, due, link.number - 1)
        elif link.number < due:
            self._note(FlawKind.INSERTED, link.number)
        elif not linked:
            self._note(FlawKind.UNLINKED, link.number)

    def _anchor(self, link: Link) -> None:
        vouched = self.anchors.get(link.number)
        if vouched is None:
            return
        if vouched == {link.digest}:
            self._anchored = link.number
        else:
            self._note(FlawKind.REWRITTEN, link.number)

    def _note(self, kind: FlawKind, number: int, until: int | None = None) -> None:
        self._number_of_flaws += 1
        if len(self._flaws) < MOST_FLAWS:
            self._flaws.append(Flaw(kind=kind, number=number, until=until or number))


def anchors_of(checkpoints: Iterable[Checkpoint]) -> dict[int, set[str]]:
    """Give what the checkpoints vouch for."""
    anchors: dict[int, set[str]] = {}
    for each in checkpoints:
        anchors.setdefault(each.number, set()).add(each.digest)
    return anchors


def missing_checkpoints(checkpoints: Sequence[Checkpoint]) -> list[Flaw]:
    """Name the checkpoints that are not there, or do not continue the one before."""
    known = {each.checkpoint: each for each in checkpoints}
    flaws = []
    before = ""
    for number in range(1, max(known, default=0) + 1):
        found = known.get(number)
        if found is None:
            flaws.append(Flaw(kind=FlawKind.CHECKPOINT_REMOVED, number=number, until=number))
        elif number - 1 in known and found.previous != before:
            flaws.append(Flaw(kind=FlawKind.CHECKPOINT_FORGED, number=number, until=number))
        before = "" if found is None else found.fingerprint
    return flaws
