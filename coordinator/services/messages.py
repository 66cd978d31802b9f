"""What operators see and do about messages: failed ones are applied or sent again, or archived.

Nothing here handles a message. Inward it goes back to the deliveries that wait, outward to the
outbox, so that it ends in one of the three ways of every message.
"""

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from contracts.catalogue import entry_of_type
from contracts.envelope import EnvelopeInvalidError, SchemaVersion, UnknownMajorError, decode
from contracts.topology import INWARD_QUEUES
from coordinator.domain.errors import Rule, RuleBrokenError, given
from coordinator.domain.lifecycle import LETTER_MOVES, LetterState, move
from coordinator.services.access import require_office
from coordinator.services.covert import require_no_covert_target
from coordinator.services.ports import ChangedLetter, DeadLetter, LetterGroup, Outgoing, Work

_UNROUTABLE = "unroutable"


async def message_counts(work: Work) -> dict[str, int]:
    """Count parked, unroutable and pending messages; all zero when nothing is stuck."""
    return {
        "parked": await work.dead_letters.count(state=LetterState.PARKED),
        "unroutable": await work.outgoing.count(state=_UNROUTABLE),
        "outbox_pending": await work.outgoing.count(state="pending"),
    }


async def letter_groups(work: Work) -> Sequence[LetterGroup]:
    """Give the parked messages that failed alike together, the largest group first."""
    return await work.failed_messages.groups()


async def retry_letter(work: Work, letter_id: int, reason: str) -> DeadLetter:
    """Let one parked message be applied or sent again."""
    require_office(work)
    reason = given(reason, "reason", str(letter_id))
    return await _retry(work, await work.dead_letters.get(letter_id), reason)


async def retry_letters(work: Work, fingerprint: str, number: int, reason: str) -> int:
    """Let all of a group go on, or all of all groups where `fingerprint` is empty.

    `number` is how many the person saw: LETTERS_CHANGED when there are others by now. A sealed
    message is passed over, since nothing of it was kept.
    """
    require_office(work)
    reason = given(reason, "reason", fingerprint or "*")
    letters = await _counted(work, fingerprint, number)
    retried = 0
    for letter in letters:
        if letter.queue not in INWARD_QUEUES or await _body_of(work, letter) is not None:
            await _retry(work, letter, reason)
            retried += 1
    return retried


async def archive_letters(work: Work, fingerprint: str, number: int, reason: str) -> int:
    """Put all of a group aside; `number` is how many the person saw."""
    require_office(work)
    reason = given(reason, "reason", fingerprint)
    letters = await _counted(work, fingerprint, number)
    for letter in letters:
        await _moved(work, letter, LetterState.ARCHIVED, reason)
    return len(letters)


async def archive_letter(work: Work, letter_id: int, reason: str) -> DeadLetter:
    """Put a parked message aside: nobody has to see to it any more."""
    require_office(work)
    letter = await work.dead_letters.get(letter_id)
    return await _moved(work, letter, LetterState.ARCHIVED, given(reason, "reason", letter.type))


async def restore_letter(work: Work, letter_id: int) -> DeadLetter:
    """Take a message back from the archive."""
    require_office(work)
    letter = await work.dead_letters.get(letter_id)
    if letter.state is not LetterState.ARCHIVED:
        raise RuleBrokenError(
            Rule.MOVE_NOT_ALLOWED, of=letter.type, now=letter.state, wanted=LetterState.PARKED
        )
    return await _moved(work, letter, LetterState.PARKED, "")


async def body_to_change(work: Work, letter_id: int) -> str:
    """Give what a parked message of a department says, as JSON to change.

    Never of a sealed message, of one with legal effect, which its sender alone can change, or of
    one about a covert round whose record is not open.
    """
    require_office(work)
    letter = await work.dead_letters.get(letter_id)
    body = await _body_of(work, letter)
    _require_changeable(letter)
    if body is None:
        raise RuleBrokenError(Rule.LETTER_SEALED, letter=letter_id)
    await require_no_covert_target(work, body)
    return json.dumps(_json_of(body), ensure_ascii=False, indent=2)


async def change_letter(work: Work, letter_id: int, text: str, reason: str) -> DeadLetter:
    """Apply a changed message in place of a parked one: a new id, linked by x-replay-of."""
    require_office(work)
    await body_to_change(work, letter_id)
    letter = await work.dead_letters.get(letter_id)
    body, message_id = _json_of(text.encode()), work.new_id()
    if not isinstance(body, dict):
        raise RuleBrokenError(Rule.LETTER_BODY_INVALID, letter=letter_id, why="no JSON object")
    changed = json.dumps({**body, "id": message_id}, ensure_ascii=False).encode()
    schema = _schema_of(letter, changed)
    await work.failed_messages.take_in_changed(
        letter_id, ChangedLetter(message_id, schema, changed)
    )
    reason = given(reason, "reason", letter.type)
    return await _moved(work, letter, LetterState.RETRIED, reason, changed_to=message_id)


async def send_unroutable(work: Work, number: int, reason: str) -> int:
    """Send everything again that found no queue; `number` is how many the person saw."""
    require_office(work)
    reason = given(reason, "reason", _UNROUTABLE)
    letters: Sequence[Outgoing] = await work.outgoing.where(state=_UNROUTABLE)
    _require_number(len(letters), number)
    for letter in letters:
        await work.failed_messages.send_again(letter.message_id, letter.recipient)
        await work.audit(
            "messages:unroutable:sent-again",
            letter.message_id,
            type=letter.type,
            recipient=letter.recipient,
            reason=reason,
        )
    return len(letters)


async def _counted(work: Work, fingerprint: str, number: int) -> Sequence[DeadLetter]:
    which = {"fingerprint": fingerprint} if fingerprint else {}
    letters = await work.dead_letters.where(state=LetterState.PARKED, **which)
    _require_number(len(letters), number)
    return letters


def _require_number(found: int, seen: int) -> None:
    if found != seen:
        raise RuleBrokenError(Rule.LETTERS_CHANGED, seen=seen, found=found)


async def _retry(work: Work, letter: DeadLetter, reason: str) -> DeadLetter:
    if letter.queue in INWARD_QUEUES:
        if await _body_of(work, letter) is None:
            raise RuleBrokenError(Rule.LETTER_SEALED, letter=letter.dead_letter_id)
        moved = await _moved(work, letter, LetterState.RETRYING, reason)
        await work.failed_messages.take_in_again(letter.dead_letter_id)
        return moved
    moved = await _moved(work, letter, LetterState.RETRIED, reason)
    if not await work.failed_messages.send_again(letter.message_id, letter.queue):
        raise RuleBrokenError(Rule.NOT_FOUND, kind="outbox", key=letter.message_id)
    return moved


async def _moved(
    work: Work, letter: DeadLetter, to: LetterState, reason: str, **facts: object
) -> DeadLetter:
    state = move(LETTER_MOVES, letter.state, to, of=letter.type)
    again = to in (LetterState.RETRYING, LetterState.RETRIED)
    moved = replace(letter, state=state, replay_count=letter.replay_count + again)
    await work.failed_messages.mark(letter.dead_letter_id, state, moved.replay_count)
    await work.audit(
        f"messages:letter:{to}",
        letter.message_id,
        type=letter.type,
        queue=letter.queue,
        reason=reason,
        **facts,
    )
    return moved


async def _body_of(work: Work, letter: DeadLetter) -> bytes | None:
    return await work.failed_messages.body_of(letter.dead_letter_id)


def _require_changeable(letter: DeadLetter) -> None:
    entry = entry_of_type(letter.type)
    if letter.queue not in INWARD_QUEUES or entry is None or entry.secret or entry.legal_effect:
        raise RuleBrokenError(Rule.LETTER_NOT_CHANGEABLE, type=letter.type, queue=letter.queue)


def _json_of(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise RuleBrokenError(Rule.LETTER_BODY_INVALID, letter="-", why=str(error)) from error


def _schema_of(letter: DeadLetter, body: bytes) -> str:
    """Give the schema a changed body follows; LETTER_BODY_INVALID says where it does not."""
    entry = given(entry_of_type(letter.type), "type", letter.type)
    version = SchemaVersion(entry.name, entry.major, entry.minor)
    try:
        decode(body, entry.model, version, version)
    except (EnvelopeInvalidError, UnknownMajorError) as error:
        raise RuleBrokenError(
            Rule.LETTER_BODY_INVALID, letter=letter.dead_letter_id, why=str(error)
        ) from error
    return entry.schema
