"""Sending: pending records leave in numbered batches, each written as a file and then noted.

A batch is kept with its bytes before its file is written, and noted as written afterwards: where
that breaks off in between, the very same file is written again.
"""

from collections.abc import Sequence
from dataclasses import replace

from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.exchange import (
    ExchangeBatch,
    ExchangeRecord,
    batch_lines,
    body_of,
    digest_of_file,
    is_silent,
    with_body,
)
from coordinator.domain.lifecycle import EXCHANGE_MOVES, ExchangeState, move
from coordinator.domain.policy import Platform
from coordinator.services.access import require_office
from coordinator.services.exchange.sources import told_now
from coordinator.services.exchange.told import told_after
from coordinator.services.ports import Query, Work


async def waiting(work: Work, platform_code: str) -> int:
    """Count the records of a platform that no batch has taken yet."""
    return await work.exchange_records.count(
        platform=platform_code, state=ExchangeState.PENDING, batch=None
    )


async def prepare_batch(work: Work, platform_code: str) -> ExchangeBatch | None:
    """Put pending records of a platform into its next batch; None where nothing waits."""
    require_office(work)
    platform = platform_named(work, platform_code)
    query = Query(
        equals={"platform": platform.code, "state": ExchangeState.PENDING, "batch": None},
        order="made_at",
        limit=platform.batch_records,
    )
    found = (await work.exchange_records.page(query)).values
    records = sorted(found, key=lambda each: (each.made_at, told_after(each.kind)))
    if not records:
        return None
    number = await work.next_number(f"exchange:{platform.code}")
    batch = _batch(work, platform.code, number, records)
    await work.exchange_batches.add([batch])
    await work.exchange_records.save(*(replace(each, batch=number) for each in records))
    return batch


async def unwritten_batches(work: Work) -> Sequence[ExchangeBatch]:
    """Give the batches whose files are not known to be written, the first first."""
    found = await work.exchange_batches.where(written_at=None)
    return sorted(found, key=lambda each: (each.platform, each.number))


async def note_written(work: Work, batch_id: str) -> ExchangeBatch:
    """Note that a batch lies with its platform: its records are sent."""
    require_office(work)
    batch = await work.exchange_batches.get(batch_id)
    if batch.written_at is not None:
        return batch
    records = await work.exchange_records.where(platform=batch.platform, batch=batch.number)
    await work.exchange_records.save(
        *(
            replace(
                each,
                state=move(EXCHANGE_MOVES, each.state, ExchangeState.SENT, of=each.record_id),
                sent_at=work.now(),
            )
            for each in records
        )
    )
    batch = replace(batch, written_at=work.now(), content=b"", silent_at=None)
    await work.exchange_batches.save(batch)
    await work.audit(
        "exchange:batch:sent",
        batch.batch_id,
        file=batch.file_name,
        records=batch.number_of_records,
        digest=batch.digest,
    )
    return batch


async def send_again(work: Work, record_key: str, note: str) -> ExchangeRecord:
    """Make a record ready to leave once more, as its source stands now; `note` says what was done.

    Raises NOT_FOUND where the source is not public any more.
    """
    actor = require_office(work)
    if not note.strip():
        raise RuleBrokenError(Rule.REASON_MISSING, record=record_key)
    record = await work.exchange_records.get(record_key)
    state = move(EXCHANGE_MOVES, record.state, ExchangeState.PENDING, of=record_key)
    told = await told_now(work, record.kind, record.subject)
    record = replace(
        with_body(record, body_of(told.data)),
        title=told.title,
        state=state,
        batch=None,
        attempt=record.attempt + 1,
        note=note,
    )
    await work.exchange_records.save(record)
    await work.audit("exchange:record:again", record_key, note=note, by=actor.name)
    return record


async def silent_batches(work: Work, **which: object) -> list[ExchangeBatch]:
    """Give the batches that a platform has not answered, or that can't be written, for too long.

    Of a platform that is not in the table any more nothing is awaited.
    """
    hours = {each.code: each.silence_hours for each in work.policies.platforms()}
    waiting = await work.exchange_batches.where(answered_at=None, **which)
    return [
        each
        for each in waiting
        if each.platform in hours and is_silent(each, work.now(), hours[each.platform])
    ]


async def note_silent_platforms(work: Work) -> list[str]:
    """Put every batch on record, once, that has waited for too long."""
    require_office(work)
    found = await silent_batches(work, silent_at=None)
    for batch in found:
        await work.exchange_batches.save(replace(batch, silent_at=work.now()))
        written = batch.written_at is not None
        await work.audit("exchange:platform:silent", batch.batch_id, written=written)
    return [each.batch_id for each in found]


def platform_named(work: Work, code: str) -> Platform:
    """Give a platform by code, or PLATFORM_UNKNOWN."""
    found = next((each for each in work.policies.platforms() if each.code == code), None)
    if found is None:
        raise RuleBrokenError(Rule.PLATFORM_UNKNOWN, platform=code)
    return found


def _batch(
    work: Work, platform: str, number: int, records: Sequence[ExchangeRecord]
) -> ExchangeBatch:
    head = {
        "platform": platform,
        "batch": number,
        "records": len(records),
        "made_at": work.now().isoformat(),
        "rehearsal": int(work.rehearsal),
    }
    content = batch_lines(head, records)
    return ExchangeBatch(
        batch_id=f"{platform}.{number}",
        platform=platform,
        number=number,
        file_name=f"{platform}-{number:06d}.jsonl",
        content=content,
        digest=digest_of_file(content),
        number_of_records=len(records),
        made_at=work.now(),
    )
