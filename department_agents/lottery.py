"""A contributor's duties in the lottery: head, one receipt per attempt, reveal, later check.

Source: 3-draw.md 3.2. A refusal is permanent and parks the message; what is missing because it was
not published yet is transient and tried again.
"""

from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from contracts.amqp.ports import PermanentFailure
from contracts.draw_files import MalformedRecordError
from contracts.draw_proof import (
    CHAIN_LENGTH,
    chain_head,
    chain_step,
    hash_of,
    opens_head,
    preimage,
)
from contracts.draw_record import Commit, read_document, receipt_payload
from contracts.draws import (
    CommitReceived,
    EntropyCommitted,
    EntropyRequested,
    EntropyRevealed,
    Receipt,
    RevealRequested,
    RoundFrozen,
    SeedRevealed,
)
from contracts.signing import SignatureRefusedError, SigningKey, sign, verify
from contracts.vocabulary import OFFICE
from department_agents.ceremonies import chain_key
from department_agents.chance import fresh_secret
from department_agents.clock import Clock
from department_agents.keys import PublishedKeys
from department_agents.notices import keep_notice
from department_agents.post import About, Letter, Post, check_office_signature
from department_agents.store.lottery_rows import ChainRow, SignedCommitRow

RowT = TypeVar("RowT")


class KeyNotPublishedError(Exception):
    """A contributor's key is not in the published key set yet: its receipt can't be checked."""


@dataclass(frozen=True, slots=True)
class Contributor:
    """What a contributor needs at hand."""

    code: str
    key: SigningKey
    published: PublishedKeys
    post: Post
    clock: Clock


class Lottery:
    """One department's part in the ceremony; every method runs in the message's transaction."""

    def __init__(self, contributor: Contributor) -> None:
        self._own = contributor

    async def publish_head(self, session: AsyncSession, letter: Letter[EntropyRequested]) -> None:
        """Make the round's chain once and publish its head, the same one however often asked."""
        request = letter.message
        if request.attempts != CHAIN_LENGTH:
            raise PermanentFailure(f"chain of {request.attempts} asked, expected {CHAIN_LENGTH}")
        key = chain_key(request.round_id, request.first_attempt)
        chain = await session.get(ChainRow, key)
        if chain is None:
            made_at = self._own.clock.now()
            chain = ChainRow(round_id=key, secret=fresh_secret(), made_at=made_at)
            session.add(chain)
        head = chain_head(chain.secret).hex()
        answer = EntropyCommitted(round_id=request.round_id, head=head)
        await self._own.post.send(session, answer, _about(request.round_id))

    async def sign_receipt(self, session: AsyncSession, letter: Letter[RoundFrozen]) -> None:
        """Sign the office's commit for this attempt, if it is the first one and holds our head."""
        frozen = letter.message
        commit = self._checked_commit(frozen)
        commit_hash = hash_of(frozen.commit.encode())
        signed = await session.get(SignedCommitRow, (frozen.round_id, frozen.attempt))
        if signed is None:
            chain = await self._chain_of(session, commit)
            await _refuse_step_back(session, chain, frozen.attempt)
            signed = self._sign(frozen, chain, commit_hash)
            session.add(signed)
        elif signed.commit_hash != commit_hash:
            raise PermanentFailure("another commit was signed for this round and attempt")
        await self._own.post.send(session, receipt_message(signed), _about(frozen.round_id))

    async def reveal(self, session: AsyncSession, letter: Letter[RevealRequested]) -> None:
        """Give our preimage once everybody's receipt for our commit and the office's are seen."""
        request = letter.message
        signed = _present(
            await session.get(SignedCommitRow, (request.round_id, request.attempt)),
            "no commit was signed for this round and attempt",
        )
        if signed.commit_hash != request.commit_hash:
            raise PermanentFailure("reveal asked for another commit than the signed one")
        commit = _read_commit(signed.commit_text)
        self._check_receipts(commit, request)
        _check_office_value(commit, request)
        chain = _present(await session.get(ChainRow, signed.chain_round_id), "no chain")
        signed.revealed = True
        session.add(signed)
        answer = reveal_message(signed, chain)
        await self._own.post.send(session, answer, _about(request.round_id))

    async def check_disclosure(self, session: AsyncSession, letter: Letter[SeedRevealed]) -> None:
        """Keep the disclosed preimages; one that does not open its head raises an alarm."""
        seed = letter.message
        signed = await session.get(SignedCommitRow, (seed.round_id, seed.attempt))
        if signed is None:
            await keep_notice(session, letter, self._own.clock.now())
            return
        heads = _read_commit(signed.commit_text).heads
        wrong = sorted(
            {code for code, head in heads.items() if not _opens(seed, code, head)}
            | (seed.values.keys() - heads.keys())
        )
        alarm = f"values do not open the heads of: {', '.join(wrong)}" if wrong else None
        await keep_notice(session, letter, self._own.clock.now(), alarm)

    def _checked_commit(self, frozen: RoundFrozen) -> Commit:
        check_office_signature(
            frozen.commit.encode(), frozen.signature, self._own.published.current()
        )
        commit = _read_commit(frozen.commit)
        if (commit.round, commit.attempt) != (frozen.round_id, frozen.attempt):
            raise PermanentFailure("the commit names another round or attempt than the message")
        return commit

    async def _chain_of(self, session: AsyncSession, commit: Commit) -> ChainRow:
        """Find our chain by the head in the commit: a supplement round uses its round's chain."""
        base, _, _ = commit.round.rpartition(".T")
        for round_id in filter(None, (commit.round, base)):
            chain = await session.get(ChainRow, chain_key(round_id, commit.attempt))
            if chain is not None and chain_head(chain.secret).hex() == commit.heads.get(
                self._own.code
            ):
                return chain
        raise PermanentFailure("the commit does not hold the head published for this round")

    def _sign(self, frozen: RoundFrozen, chain: ChainRow, commit_hash: str) -> SignedCommitRow:
        at = signing_time(self._own.clock)
        payload = receipt_payload(self._own.code, commit_hash, at)
        return SignedCommitRow(
            round_id=frozen.round_id,
            attempt=frozen.attempt,
            chain_round_id=chain.round_id,
            commit_text=frozen.commit,
            commit_hash=commit_hash,
            receipt_at=at,
            receipt_signature=sign(payload, self._own.key),
        )

    def _check_receipts(self, commit: Commit, request: RevealRequested) -> None:
        receipts = {receipt.contributor: receipt for receipt in request.receipts}
        missing = sorted(commit.heads.keys() - receipts.keys())
        if missing:
            raise PermanentFailure(f"receipts are missing: {', '.join(missing)}")
        for code in sorted(commit.heads):
            self._check_receipt(receipts[code], request.commit_hash)

    def _check_receipt(self, receipt: Receipt, commit_hash: str) -> None:
        code = receipt.contributor
        if receipt.commit_hash != commit_hash:
            raise PermanentFailure(f"the receipt of {code} is for another commit")
        keys = self._own.published.ever()
        if code not in keys:
            raise KeyNotPublishedError(code)
        payload = receipt_payload(code, commit_hash, receipt.at)
        try:
            verify(payload, receipt.signature, {code: keys[code]})
        except SignatureRefusedError as error:
            raise PermanentFailure(f"the receipt of {code} is not valid: {error}") from None


def signing_time(clock: Clock) -> str:
    """Give the time as it is signed, to the second."""
    return clock.now().isoformat(timespec="seconds").replace("+00:00", "Z")


def receipt_message(signed: SignedCommitRow) -> CommitReceived:
    """Give the receipt of a commit that was signed."""
    return CommitReceived(
        round_id=signed.round_id,
        attempt=signed.attempt,
        commit_hash=signed.commit_hash,
        at=signed.receipt_at,
        signature=signed.receipt_signature,
    )


def reveal_message(signed: SignedCommitRow, chain: ChainRow) -> EntropyRevealed:
    """Give the preimage that a signed commit asks for."""
    return EntropyRevealed(
        round_id=signed.round_id,
        attempt=signed.attempt,
        commit_hash=signed.commit_hash,
        value=preimage(chain.secret, chain_step(signed.attempt)).hex(),
    )


def _about(round_id: str) -> About:
    return About(round_id, round_id)


def _read_commit(text: str) -> Commit:
    try:
        return read_document(Commit, text.encode(), "commit.json")
    except MalformedRecordError as error:
        raise PermanentFailure(str(error)) from None


def _present(row: RowT | None, reason: str) -> RowT:
    if row is None:
        raise PermanentFailure(reason)
    return row


async def _refuse_step_back(session: AsyncSession, chain: ChainRow, attempt: int) -> None:
    query = select(func.max(col(SignedCommitRow.attempt))).where(
        SignedCommitRow.chain_round_id == chain.round_id
    )
    last: int | None = (await session.exec(query)).one()
    if last is not None and attempt <= last:
        raise PermanentFailure(f"attempt {attempt} after attempt {last} was signed")


def _check_office_value(commit: Commit, request: RevealRequested) -> None:
    head = commit.heads.get(OFFICE)
    if head is None:
        raise PermanentFailure("the commit holds no head of the office")
    if not _opens_hex(request.office_value, request.attempt, head):
        raise PermanentFailure("the office's value does not open its head")


def _opens(seed: SeedRevealed, code: str, head: str) -> bool:
    return _opens_hex(seed.values.get(code, ""), seed.attempt, head)


def _opens_hex(value: str, attempt: int, head: str) -> bool:
    try:
        raw = bytes.fromhex(value)
    except ValueError:
        return False
    return raw.hex() == value and opens_head(raw, attempt, bytes.fromhex(head))
