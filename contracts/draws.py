"""Messages of the lottery ceremony: commit, receipts, reveals, published record (3-draw.md 3.2)."""

from pydantic import AwareDatetime

from contracts.vocabulary import DrawOutcome, Wire


class EntropyRequested(Wire):
    """The office asks a department for the head of a fresh hash chain for one round."""

    round_id: str
    title: str
    attempts: int
    deadline_at: AwareDatetime


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
