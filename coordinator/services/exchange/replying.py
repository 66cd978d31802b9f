"""Receipts: a platform's word on every record, taken in once per file, nothing half."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from coordinator.domain.errors import RuleBrokenError
from coordinator.domain.exchange import (
    Answer,
    PlatformReply,
    answered,
    digest_of_file,
    read_answers,
)
from coordinator.domain.lifecycle import ExchangeState
from coordinator.services.access import require_office
from coordinator.services.exchange.sending import note_written, platform_named
from coordinator.services.ports import Work


@dataclass(frozen=True)
class ReplyFile:
    """A receipt file as it lies there."""

    platform: str
    name: str
    content: bytes


async def take_in_reply(work: Work, file: ReplyFile) -> PlatformReply:
    """Take in a receipt file; a file that can't be read is kept with its problem, for people.

    The same bytes again change nothing.
    """
    require_office(work)
    platform_named(work, file.platform)
    digest = digest_of_file(file.content)
    key = f"{file.platform}.{digest}"
    known = await work.platform_replies.find(key)
    if known is not None:
        return known
    reply = PlatformReply(
        reply_id=key,
        platform=file.platform,
        file_name=file.name,
        digest=digest,
        received_at=work.now(),
    )
    try:
        answers = read_answers(file.name, file.content)
    except RuleBrokenError as error:
        reply = replace(reply, problem=_words(error))
    else:
        reply = await _apply(work, reply, answers)
    await work.platform_replies.add([reply])
    await work.audit(
        "exchange:reply:received",
        key,
        file=file.name,
        accepted=reply.accepted,
        refused=reply.refused,
        unknown=len(reply.unknown),
        problem=reply.problem,
    )
    return reply


async def _apply(work: Work, reply: PlatformReply, answers: Sequence[Answer]) -> PlatformReply:
    ids = {each.record_id for each in answers}
    await _note_answered_early(work, reply.platform, answers)
    found = await work.exchange_records.where(record_id=ids, platform=reply.platform)
    records = {each.record_id: each for each in found}
    for answer in answers:
        if answer.record_id in records:
            record = records[answer.record_id]
            records[answer.record_id] = answered(record, answer, work.now())
    await work.exchange_records.save(*records.values())
    await _note_batches(work, reply.platform, {each.batch for each in records.values()})
    return replace(
        reply,
        accepted=sum(each.state is ExchangeState.ACCEPTED for each in answers),
        refused=sum(each.state is ExchangeState.REFUSED for each in answers),
        unknown=tuple(sorted(ids - records.keys())),
    )


async def _note_answered_early(work: Work, platform: str, answers: Sequence[Answer]) -> None:
    """Note batches as written that are answered already: the platform was faster than our note."""
    digests = {each.record_id: each.digest for each in answers}
    waiting = await work.exchange_records.where(
        record_id=set(digests), platform=platform, state=ExchangeState.PENDING
    )
    early = {each.batch for each in waiting if each.digest == digests[each.record_id]} - {None}
    for batch in await work.exchange_batches.where(platform=platform, number=early):
        await note_written(work, batch.batch_id)


async def _note_batches(work: Work, platform: str, numbers: set[int | None]) -> None:
    """End the clock of every batch of which nothing waits for an answer any more."""
    wanted = {number for number in numbers if number is not None}
    for batch in await work.exchange_batches.where(
        platform=platform, number=wanted, answered_at=None
    ):
        waiting = await work.exchange_records.count(
            platform=platform, batch=batch.number, state=ExchangeState.SENT
        )
        if not waiting:
            await work.exchange_batches.save(replace(batch, answered_at=work.now()))


def _words(error: RuleBrokenError) -> str:
    """Keep what was wrong as facts; pages word them."""
    return "; ".join(f"{name}: {fact}" for name, fact in error.facts.items())
