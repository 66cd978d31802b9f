"""The ceremony of a round: who has committed, signed and revealed, and what may happen next."""

import re
from dataclasses import dataclass
from datetime import date, datetime

from contracts.draw_files import ROUND
from contracts.draw_proof import opens_head
from contracts.draw_record import Source
from contracts.draws import Awaited
from contracts.vocabulary import OFFICE, DrawOutcome, Mode
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import RoundState

_HEAD = re.compile("[0-9a-f]{64}")
_HEX = re.compile("(?:[0-9a-f]{2})+")


@dataclass(frozen=True, kw_only=True)
class Round:
    """One lottery over plan lines whose windows begin in one period; announced or covert.

    `supplement_of` names the round whose failed departments a supplement draws again: it has no
    lines, and its attempts go on with the preimages of that round from `first_attempt`. `sources`
    are the external sources named in advance, in commit order; an attempt that registers changed
    under is frozen anew for `refreeze_reason`.
    """

    round_id: str
    title: str
    plan_id: str
    mode: Mode
    state: RoundState
    attempt: int
    lines: tuple[str, ...]
    departments: tuple[str, ...]
    opened_at: datetime
    deadline_at: datetime
    embargo_date: date
    previous: str
    public_frames: bool = False
    freeze_requested_by: str | None = None
    frozen_by: str | None = None
    frozen_at: datetime | None = None
    commit_hash: str | None = None
    draw_requested_by: str | None = None
    drawn_by: str | None = None
    drawn_at: datetime | None = None
    outcome: DrawOutcome | None = None
    reason: str | None = None
    transcript_hash: str | None = None
    concluded_at: datetime | None = None
    disclosed_at: datetime | None = None
    record_folder: str | None = None
    verify_result: str | None = None
    supplement_of: str | None = None
    first_attempt: int = 1
    sources: tuple[Source, ...] = ()
    refreeze_requested_by: str | None = None
    refreeze_reason: str | None = None


@dataclass(frozen=True, kw_only=True)
class Contributor:
    """One party of the lottery in one round; `value` stays closed until disclosure.

    Reminders count in the attempt; `duty_reminders` are those that its deadline brought so far.
    `number_silent` counts the attempts that were void for its silence.
    """

    round_id: str
    code: str
    head: str | None = None
    committed_at: datetime | None = None
    receipt_at: str | None = None
    receipt_signature: str | None = None
    receipt_attempt: int = 0
    value: str | None = None
    value_attempt: int = 0
    revealed_at: datetime | None = None
    number_of_reminders: int = 0
    duty_reminders: int = 0
    reminded_at: datetime | None = None
    number_silent: int = 0
    left_out_at: datetime | None = None
    left_out_by: str | None = None

    @property
    def takes_part(self) -> bool:
        """Tell whether the next heads hold its own: it was not left out for its silence."""
        return self.left_out_at is None


@dataclass(frozen=True, kw_only=True)
class OfficeChain:
    """The office's own secret for one round, hex; kept apart from what anybody sees."""

    round_id: str
    secret: str


@dataclass(frozen=True, kw_only=True)
class RecordFile:
    """One file of a round's record as frozen; `key` (hex) salts its leaves until disclosure.

    A large one lies on the shelf: then `body` is empty, `path` and `digest` (hex) name its bytes,
    and `counts` are its rows by kind, as (stratum, weight, status, number).
    """

    round_id: str
    attempt: int
    name: str
    body: bytes
    key: str | None = None
    root: str | None = None
    number_of_records: int = 0
    path: str | None = None
    digest: str | None = None
    counts: tuple[tuple[str, int, str, int], ...] | None = None


def check_round_id(round_id: str) -> None:
    """Refuse a round id that the files of a record can't carry (3-draw.md 3.1)."""
    if not re.fullmatch(ROUND, round_id):
        raise RuleBrokenError(
            Rule.FROZEN_FIELD_INVALID,
            file="rules.json",
            row=1,
            field="round",
            problem="not-allowed",
        )


def check_head(head: str, contributor: str) -> None:
    """Refuse what is no chain head: 64 digits of lower-case hex, as commit.json will hold it."""
    if not _HEAD.fullmatch(head):
        raise RuleBrokenError(
            Rule.FROZEN_FIELD_INVALID,
            file="commit.json",
            row=1,
            field=f"heads.{contributor}",
            problem="not-a-hash",
        )


def check_reveal(head: str, value: str, attempt: int, contributor: str) -> None:
    """Refuse a preimage whose H^attempt is not the contributor's head.

    The record knows one spelling of hex: capitals or blanks taken in here would break the draw.
    """
    raw = bytes.fromhex(value) if _HEX.fullmatch(value) else b""
    if not opens_head(raw, attempt, bytes.fromhex(head)):
        raise RuleBrokenError(
            Rule.REVEAL_DOES_NOT_MATCH, contributor=contributor, attempt=attempt, head=head
        )


def awaited_of(drawn: Round, contributor: Contributor) -> Awaited | None:
    """Say what the attempt still awaits from a contributor; the office is never waited for.

    Before all receipts are there nobody is asked to reveal: who signed in time is not silent.
    """
    if contributor.code == OFFICE or not contributor.takes_part:
        return None
    missing = {
        RoundState.OPEN: (Awaited.HEAD, contributor.head is None),
        RoundState.FROZEN: (Awaited.RECEIPT, contributor.receipt_attempt != drawn.attempt),
        RoundState.REVEALING: (Awaited.REVEAL, contributor.value_attempt != drawn.attempt),
    }
    awaited, is_missing = missing.get(drawn.state, (None, False))
    return awaited if is_missing else None


def another_person(first: str | None, second: str, action: str) -> None:
    """Refuse that one person does both halves of an act that needs two."""
    if first is None:
        raise RuleBrokenError(Rule.FIRST_PERSON_MISSING, action=action)
    if first == second:
        raise RuleBrokenError(Rule.TWO_PERSONS_NEEDED, action=action, person=first)
