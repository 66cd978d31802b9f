"""Records on their way to public platforms, the batches they leave in, and the receipts."""

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter
from fastapi.responses import Response

from coordinator.domain.lifecycle import EXCHANGE_MOVES, ExchangeState
from coordinator.services import exchange
from coordinator.services.ports import AuditEntry, Query, Work
from coordinator.web.console.exchange.lists import (
    TABS,
    batch_alarms,
    batches_spec,
    platforms_of,
    records_spec,
    replies_spec,
)
from coordinator.web.console.exchange.reach import require_overseer
from coordinator.web.console.frame import InConsole

router = APIRouter()


@dataclass(frozen=True)
class PlatformCounts:
    """How many records of one platform are in each state."""

    name: str
    code: str
    numbers: Sequence[tuple[ExchangeState, int]]


@router.get("/console/exchange")
async def records(console: InConsole) -> Response:
    """List the records of all platforms, with how many are in each state."""
    require_overseer(console)
    async with console.reading() as work:
        platforms = platforms_of(work)
        return await console.show_list(
            work,
            work.exchange_records,
            records_spec(platforms),
            template="exchange/records.html",
            tabs=TABS,
            counts=await _counts(work),
        )


@router.get("/console/exchange/records/{record_id}")
async def one_record(record_id: str, console: InConsole) -> Response:
    """Show a record with what leaves, what the platform said, and where it is now."""
    require_overseer(console)
    async with console.reading() as work:
        found = await work.exchange_records.get(record_id)
        again = ExchangeState.PENDING in EXCHANGE_MOVES[found.state]
        wanted = ("send-record-again",) if again else ()
        return await console.show(
            work,
            "exchange/record.html",
            found=found,
            platform=platforms_of(work).get(found.platform, found.platform),
            acts=console.buttons(*wanted, record_id=record_id),
            log=await _log(work, record_id),
        )


@router.get("/console/exchange/batches")
async def batches(console: InConsole) -> Response:
    """List the files that went to platforms, and which have no receipt."""
    require_overseer(console)
    async with console.reading() as work:
        alarm = " ".join(batch_alarms(await exchange.silent_batches(work)))
        return await console.show_list(
            work,
            work.exchange_batches,
            batches_spec(platforms_of(work)),
            template="lists/tabbed.html",
            tabs=TABS,
            alarm=alarm,
        )


@router.get("/console/exchange/replies")
async def replies(console: InConsole) -> Response:
    """List the receipts of platforms, those that can't be read too."""
    require_overseer(console)
    async with console.reading() as work:
        return await console.show_list(
            work,
            work.platform_replies,
            replies_spec(platforms_of(work)),
            template="lists/tabbed.html",
            tabs=TABS,
        )


async def _counts(work: Work) -> list[PlatformCounts]:
    return [
        PlatformCounts(
            name,
            code,
            [
                (state, await work.exchange_records.count(platform=code, state=state))
                for state in ExchangeState
            ],
        )
        for code, name in platforms_of(work).items()
    ]


async def _log(work: Work, subject: str) -> Sequence[AuditEntry]:
    query = Query(equals={"subject": subject}, order="number", descending=True, limit=20)
    return (await work.audit_entries.page(query)).values
