"""Messages of the lottery ceremony: commit, receipts, reveals, published record (3-draw.md 3.2)."""

from enum import StrEnum

from pydantic import AwareDatetime, Field

from contracts.vocabulary import DrawOutcome, Wire


class EntropyRequested(Wire):
    """The office asks a department for the head of a fresh hash chain for one round.

    A chain serves `attempts` attempts from `first_attempt` on; then another one is asked for.
    """

    round_id: str
    title: str
    attempts: int
    deadline_at: AwareDatetime
    first_attempt: int = Field(default=1, ge=1, exclude_if=lambda first: first == 1)


class EntropyCommitted(Wire):
    """A department publishes its chain head H^16(s), hex, for one round."""

    round_id: str
    head: str


class RoundFrozen(Wire):
    """The signed commit document of one attempt; `commit` is commit.json to the byte."""

    round_id: str
    attempt: int
    commit: str
    signature: str


class CommitReceived(Wire):
    """A contributor's signed receipt for one commit hash; `at` as signed."""

    round_id: str
    attempt: int
    commit_hash: str
    at: str
    signature: str


class Receipt(Wire):
    """One entry of receipts.json."""

    contributor: str
    commit_hash: str
    at: str
    signature: str


class RevealRequested(Wire):
    """All receipts and the office's own preimage: from now on a contributor may reveal."""

    round_id: str
    attempt: int
    commit_hash: str
    receipts: tuple[Receipt, ...]
    office_value: str


class EntropyRevealed(Wire):
    """A contributor's preimage for one commit, hex; shown nowhere before disclosure."""

    round_id: str
    attempt: int
    commit_hash: str
    value: str


class RevealAccepted(Wire):
    """The office confirms a reveal: public proof against a false claim of silence."""

    round_id: str
    attempt: int
    commit_hash: str
    contributor: str
    accepted_at: AwareDatetime


class DrawRecordPublished(Wire):
    """The attempt is final; `transcript_hash` is the hash of transcript.json."""

    round_id: str
    attempt: int
    outcome: DrawOutcome
    transcript_hash: str


class SeedRevealed(Wire):
    """All preimages of the round, hex by contributor, at disclosure."""

    round_id: str
    attempt: int
    values: dict[str, str]


class Awaited(StrEnum):
    """What the ceremony still awaits from a contributor."""

    HEAD = "head"
    RECEIPT = "receipt"
    REVEAL = "reveal"


class EntropyReminded(Wire):
    """The office reminds a department of what it still owes an attempt; `number` counts them.

    Past the deadline the department may say why it was silent: the attempt is void without it.
    """

    round_id: str
    title: str
    attempt: int = Field(ge=1)
    awaited: Awaited
    deadline_at: AwareDatetime
    number: int = Field(ge=1)


class RoundCancelled(Wire):
    """The office gives a round up before its draw: nothing more is asked of anybody for it.

    `attempt` was the standing one. Where that was frozen, its void record is published too.
    """

    round_id: str
    attempt: int = Field(ge=1)


class SilenceExplained(Wire):
    """A contributor's signed statement why it was silent in an attempt, for the public record.

    `at` is as signed; the signature is over contracts.draw_record.statement_payload.
    """

    round_id: str
    attempt: int = Field(ge=1)
    statement: str = Field(min_length=1, max_length=500)
    at: str
    signature: str
