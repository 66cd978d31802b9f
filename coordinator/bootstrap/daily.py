"""The daily duties on the wired coordinator: what is open today is done once."""

import asyncio
from collections import Counter
from collections.abc import Mapping

import structlog

from contracts.amqp.back_off import BackOff
from coordinator.adapters.db.unit_of_work import transaction
from coordinator.bootstrap import Coordinator, auditing
from coordinator.bootstrap.failures import Failures
from coordinator.services import archive, duties, lottery, retention, sequences
from coordinator.services.ports import Actor, DutyRun, Role

log = structlog.get_logger(__name__)

_ACTOR = Actor(name="daily-duties", role=Role.OFFICE)
_PAUSE_SECONDS = 10.0  # a rehearsal's day may pass in a minute


async def do_open_duties(parts: Coordinator) -> list[DutyRun]:
    """Do what is open today, each duty in a transaction of its own; gives what was done here.

    A duty that fails stays open and keeps none of the others; its error is raised when all is done.
    """
    failures = Failures("duty")
    async with transaction(parts.around, _ACTOR, writes=False) as work:
        names = await duties.open_duties(work)
    with failures.passed_over("remind-contributors"):
        await remind_contributors(parts)
    with failures.passed_over("resend-unheard"):
        await resend_unheard(parts)
    done = []
    for name in names:
        with failures.passed_over(name):
            pieces = await do_one_by_one(parts, name, failures)
            done += await _do(parts, name, pieces)
    with failures.passed_over("drop-destroyed-evidence"):
        await drop_destroyed_evidence(parts)
    with failures.passed_over("seal-when-due"):
        await auditing.seal_when_due(parts)
    with failures.passed_over("examine-opened-records"):
        await examine_opened_records(parts)
    failures.tell()
    return done


async def _do(parts: Coordinator, name: str, pieces: int) -> list[DutyRun]:
    """Do a duty with what belongs to it; gives nothing where somebody has done it today."""
    async with transaction(parts.around, _ACTOR) as work:
        run = await duties.do_duty(work, name, pieces)
    if run is None:
        return []
    log.info("duty_done", duty=run.duty, day=run.day.isoformat())
    if name == duties.FORGETTING:
        await forget_old_messages(parts)
    if name == duties.SEALING:
        await auditing.verify(parts)
    return [run]


async def do_one_by_one(parts: Coordinator, name: str, failures: Failures) -> int:
    """Do what of a duty is done piece by piece, each in a transaction: one that fails keeps nobody.

    What is done stays done if the process ends. The duty finds what failed, fails too, stays open.
    Gives how many were done; one that had nothing to do any more says False.
    """
    done = 0
    for kind in duties.ONE_BY_ONE.get(name, ()):
        async with transaction(parts.around, _ACTOR, writes=False) as work:
            waiting = await kind.waiting(work)
        for each in waiting:
            with failures.passed_over(f"{name}:{each}"):
                async with transaction(parts.around, _ACTOR) as work:
                    changed = await kind.do(work, each)
                done += changed is not False
    return done


async def examine_opened_records(parts: Coordinator) -> list[str]:
    """Verify and audit every record that was opened; gives the rounds.

    Nobody waits meanwhile: transactions that only read hold nobody up, and messages are taken in
    while a further thread reads the frames.
    """
    shelf = parts.around.shelf
    async with transaction(parts.around, _ACTOR, writes=False) as work:
        waiting = await lottery.opened_rounds(work)
    for round_id in waiting:
        async with transaction(parts.around, _ACTOR, writes=False) as work:
            opened = await lottery.gather_opened(work, round_id)
        found = await asyncio.to_thread(lottery.examine, shelf, opened)
        async with transaction(parts.around, _ACTOR) as work:
            await lottery.keep_examination(work, found)
    return waiting


async def forget_old_messages(parts: Coordinator) -> Mapping[str, int]:
    """Forget what is over and old, a batch in each transaction; gives the numbers by kind."""
    total: Counter[str] = Counter()
    while True:
        async with transaction(parts.around, _ACTOR) as work:
            numbers = await retention.forget_old_messages(work)
        total.update(numbers)
        if not any(numbers.values()):
            return total


async def drop_destroyed_evidence(parts: Coordinator) -> int:
    """Remove the bytes of evidence whose destruction stands on record; gives the files."""
    async with transaction(parts.around, _ACTOR, writes=False) as work:
        if not await archive.files_to_drop(work):
            return 0
    async with transaction(parts.around, _ACTOR) as work:
        return await archive.drop_files(work)


async def resend_unheard(parts: Coordinator) -> int:
    """Send again what the last of a queue were lost with; gives how many messages leave."""
    async with transaction(parts.around, _ACTOR, writes=False) as work:
        if not await sequences.unheard(work):
            return 0
    async with transaction(parts.around, _ACTOR) as work:
        return await sequences.resend_unheard(work)


async def remind_contributors(parts: Coordinator) -> int:
    """Remind whom the deadlines of lotteries want reminded; gives how many reminders went out."""
    async with transaction(parts.around, _ACTOR, writes=False) as work:
        if not await lottery.reminders_due(work):
            return 0
    async with transaction(parts.around, _ACTOR) as work:
        return await lottery.remind_when_due(work)


async def run_duties(parts: Coordinator) -> None:
    """Do the duties of every business day until cancelled; a broken store is waited out."""
    back_off = BackOff()
    while True:
        try:
            await do_open_duties(parts)
        except Exception as error:
            # No traceback: its locals may hold personal data.
            log.error("duties_failed", error=type(error).__name__)  # noqa: TRY400
            await asyncio.sleep(back_off.next_pause())
        else:
            back_off.reset()
            await asyncio.sleep(_PAUSE_SECONDS)
