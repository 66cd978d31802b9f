"""Collecting: whatever is public and not on record for a platform yet is made ready to leave.

Nothing has to call this when it publishes: what is there is compared with what is on record, so
that a day on which nobody sent leaves no gap.
"""

from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import replace

from coordinator.domain.exchange import ExchangeRecord, body_of, record_id, with_body
from coordinator.domain.lifecycle import EXCHANGE_MOVES, ExchangeState, move
from coordinator.domain.policy import ExchangeKind, Platform
from coordinator.services.access import require_office
from coordinator.services.exchange.sources import subjects_of, told_now
from coordinator.services.exchange.told import TAKEN_BACK, told_after
from coordinator.services.ports import Work


async def anything_new(work: Work) -> bool:
    """Say whether `collect_records` may have something to do, without writing anything."""
    platforms = work.policies.platforms()
    for kind in ExchangeKind:
        takers = [platform.code for platform in platforms if kind in platform.kinds]
        subjects = await _latest(work, kind) if takers else ()
        ids = {record_id(code, kind, subject) for code in takers for subject in subjects}
        if ids and await work.exchange_records.count(record_id=ids) < len(ids):
            return True
    return False


async def _latest(work: Work, kind: ExchangeKind) -> Sequence[str]:
    async with aclosing(subjects_of(work, kind)) as pages:
        async for subjects in pages:
            return subjects
    return ()


async def collect_records(work: Work) -> int:
    """Make a record of everything public that a platform takes and has none of; gives how many.

    Ends come first: a penalty that was withdrawn and came back since ends before it shows anew.
    """
    require_office(work)
    made = 0
    for platform in work.policies.platforms():
        for kind in sorted(platform.kinds, key=told_after):
            made += await _collect(work, platform, kind)
    return made


async def _collect(work: Work, platform: Platform, kind: ExchangeKind) -> int:
    """Go back until a page brings nothing new: older ones were collected before."""
    made = 0
    async with aclosing(subjects_of(work, kind)) as pages:
        async for subjects in pages:
            new = await _new_ones(work, platform, kind, subjects)
            await work.exchange_records.add(
                [await _record(work, platform, kind, subject) for subject in new]
            )
            made += len(new)
            if subjects and not new:
                break
    return made


async def _new_ones(
    work: Work, platform: Platform, kind: ExchangeKind, subjects: Sequence[str]
) -> list[str]:
    ids = {record_id(platform.code, kind, subject) for subject in subjects}
    known = {each.record_id for each in await work.exchange_records.where(record_id=ids)}
    return [each for each in subjects if record_id(platform.code, kind, each) not in known]


async def _has_left(work: Work, platform: Platform, told: ExchangeKind, subject: str) -> bool:
    """Say whether a platform knows what was taken back, or is about to learn of it.

    What waits for its batch must not leave any more, and stays on record as cancelled; what a
    batch holds already is written with it, and taken back by a later one. A platform that takes
    ends only is told all of them.
    """
    if told not in platform.kinds:
        return True
    result = await work.exchange_records.find(record_id(platform.code, told, subject))
    if result is None:
        return False
    if result.state is ExchangeState.PENDING and result.batch is None:
        state = move(EXCHANGE_MOVES, result.state, ExchangeState.CANCELLED, of=result.record_id)
        await work.exchange_records.save(replace(result, state=state))
    return result.sent_at is not None or result.batch is not None


async def _record(
    work: Work, platform: Platform, kind: ExchangeKind, subject: str
) -> ExchangeRecord:
    """Make what is told now; a withdrawal of what never left is kept on record and not sent."""
    told = await told_now(work, kind, subject)
    before = TAKEN_BACK.get(kind)
    leaves = before is None or await _has_left(work, platform, before, subject)
    record = ExchangeRecord(
        record_id=record_id(platform.code, kind, subject),
        platform=platform.code,
        kind=kind,
        subject=subject,
        title=told.title,
        body="",
        digest="",
        state=ExchangeState.PENDING if leaves else ExchangeState.CANCELLED,
        made_at=work.now(),
    )
    return with_body(record, body_of(told.data))
