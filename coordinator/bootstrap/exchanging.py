"""The exchange with public platforms on the wired coordinator: collect, send, take in, compare."""

import asyncio
from collections import Counter
from collections.abc import Mapping
from datetime import date
from itertools import groupby

import structlog

from contracts.amqp.back_off import BackOff
from coordinator.adapters.db.unit_of_work import transaction
from coordinator.adapters.exchange_files import ExchangeFolder
from coordinator.bootstrap import Coordinator
from coordinator.bootstrap.failures import Failures
from coordinator.domain.errors import RuleBrokenError
from coordinator.services import exchange
from coordinator.services.ports import Actor, Role
from coordinator.services.ports.exchange import ArrivedFile, PlatformChannel

log = structlog.get_logger(__name__)

_ACTOR = Actor(name="exchange", role=Role.OFFICE)
_PAUSE_SECONDS = 10.0  # a rehearsal's day may pass in a minute


async def exchange_once(
    parts: Coordinator, channel: PlatformChannel | None = None
) -> Mapping[str, int]:
    """Send what is new, take in what came back; gives the numbers of each.

    A platform whose folder can't be had keeps none of the others; its error is raised at the end.
    """
    way = channel or ExchangeFolder(parts.settings.exchange_folder)
    done: Counter[str] = Counter()
    async with transaction(parts.around, _ACTOR, writes=False) as work:
        platforms = [each.code for each in work.policies.platforms()]
        is_new = await exchange.anything_new(work)
    if is_new:
        async with transaction(parts.around, _ACTOR) as work:
            done["collected"] = await exchange.collect_records(work)
    for platform in platforms:
        while await _prepare(parts, platform):
            done["batches"] += 1
    failures = Failures("platform")
    await _write(parts, way, failures)
    for platform in platforms:
        with failures.passed_over(platform):
            done["replies"] += await _take_in(parts, way, platform)
            done["lists"] += await _compare(parts, way, platform)
    failures.tell()
    return done


async def run_exchange(parts: Coordinator) -> None:
    """Exchange with the public platforms until cancelled; a broken way or store is waited out."""
    back_off = BackOff()
    while True:
        try:
            done = {name: number for name, number in (await exchange_once(parts)).items() if number}
        except Exception as error:
            # No traceback: its locals may hold what is not public yet.
            log.error("exchange_failed", error=type(error).__name__)  # noqa: TRY400
            await asyncio.sleep(back_off.next_pause())
        else:
            if done:
                log.info("exchanged", **done)
            back_off.reset()
            await asyncio.sleep(_PAUSE_SECONDS)


async def _prepare(parts: Coordinator, platform: str) -> bool:
    async with transaction(parts.around, _ACTOR, writes=False) as work:
        if not await exchange.waiting(work, platform):
            return False
    async with transaction(parts.around, _ACTOR) as work:
        return await exchange.prepare_batch(work, platform) is not None


async def _write(parts: Coordinator, way: PlatformChannel, failures: Failures) -> None:
    """Write every batch that may not lie there yet, and note each: the same file twice is one."""
    async with transaction(parts.around, _ACTOR, writes=False) as work:
        waiting = await exchange.unwritten_batches(work)
    for platform, batches in groupby(waiting, key=lambda each: each.platform):
        with failures.passed_over(platform):
            for batch in batches:
                await asyncio.to_thread(
                    way.write_batch, platform, batch.file_name, batch.content, batch.digest
                )
                async with transaction(parts.around, _ACTOR) as work:
                    await exchange.note_written(work, batch.batch_id)


async def _take_in(parts: Coordinator, way: PlatformChannel, platform: str) -> int:
    arrived = await asyncio.to_thread(way.replies, platform)
    for file in arrived:
        async with transaction(parts.around, _ACTOR) as work:
            reply = await exchange.take_in_reply(
                work, exchange.ReplyFile(platform, file.name, file.content)
            )
        await asyncio.to_thread(way.put_away, file, read=reply.problem is None)
    return len(arrived)


async def _compare(parts: Coordinator, way: PlatformChannel, platform: str) -> int:
    arrived = await asyncio.to_thread(way.lists, platform)
    for file in arrived:
        await asyncio.to_thread(way.put_away, file, read=await _compared(parts, file))
    return len(arrived)


async def _compared(parts: Coordinator, file: ArrivedFile) -> bool:
    """Compare one daily list; one that can't be read is put aside and told."""
    try:
        async with transaction(parts.around, _ACTOR) as work:
            await exchange.reconcile(work, platform_list(file, work.today()))
    except RuleBrokenError as error:
        if error.is_out_of_service:
            raise
        log.warning("exchange_list_unreadable", file=file.name, error=error.rule.value)
        return False
    return True


def platform_list(file: ArrivedFile, today: date) -> exchange.PlatformList:
    """Give a daily list; its day is in its name (`2026-05-20.csv`), else it is of today."""
    try:
        day = date.fromisoformat(file.name.removesuffix(".csv"))
    except ValueError:
        day = today
    return exchange.PlatformList(file.platform, day, file.name, file.content)
