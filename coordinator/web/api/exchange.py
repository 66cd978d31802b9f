"""Exchange with the public platforms: records by state, and sending again what was refused."""

from fastapi import APIRouter
from pydantic import Field

from coordinator.domain.exchange import ExchangeRecord, Reconciliation
from coordinator.services import exchange
from coordinator.services.ports import Role, Work
from coordinator.web.acts import AREA, Act, Entry, Keys, add_acts
from coordinator.web.api.paging import Asked, FromUrl, PageOf, one_page
from coordinator.web.dependencies import Overseer
from coordinator.web.language import later
from coordinator.web.parts import Parts

TAG = "平台交换 exchange"
router = APIRouter(tags=[TAG])


class AgainEntry(Entry):
    """What was done before a record is sent once more."""

    note: str = Field(
        title=later("改正了什么"),
        description=later("写明平台退回的原因怎样消除；数据按现在公示的内容重新生成。"),
        min_length=1,
        max_length=1000,
        json_schema_extra=AREA,
    )


async def _again(work: Work, keys: Keys, entry: AgainEntry) -> ExchangeRecord:
    return await exchange.send_again(work, keys["record_id"], entry.note)


ACTS = (
    Act(
        name="send-record-again",
        path="/exchange-records/{record_id}/again",
        label=later("改正后重新发送"),
        consequence=later("这条数据按现在公示的内容重新生成，随下一批发给平台。"),
        role=Role.OFFICE,
        run=_again,
        entry=AgainEntry,
        back="/console/exchange/records/{record_id}",
    ),
)
add_acts(router, ACTS, TAG)


class RecordsAsked(Asked):
    """Filters of the exchange records."""

    platform: str | None = None
    kind: str | None = None
    state: str | None = None


@router.get("/exchange-records", summary="平台交换数据", operation_id="exchange-records")
async def records(
    asked: FromUrl[RecordsAsked], parts: Parts, person: Overseer
) -> PageOf[ExchangeRecord]:
    """Give a page of records on their way to the public platforms."""
    async with parts.open_work(person.actor, writes=False) as work:
        return await one_page(work.exchange_records, asked)


@router.get("/reconciliations", summary="平台对账", operation_id="reconciliations")
async def reconciliations(
    asked: FromUrl[Asked], parts: Parts, person: Overseer
) -> PageOf[Reconciliation]:
    """Give a page of comparisons with the lists of the public platforms."""
    async with parts.open_work(person.actor, writes=False) as work:
        return await one_page(work.reconciliations, asked)
