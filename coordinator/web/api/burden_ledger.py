"""The burden ledger: a place's year of visits, typed exemptions, entries beside the rounds."""

from datetime import date

from fastapi import APIRouter
from pydantic import Field

from coordinator.domain.burden_ledger import BurdenEntry, CapExemption
from coordinator.services import checklist_merge
from coordinator.services.ports import Role, Work
from coordinator.web.acts import AREA, Act, Entry, Keys, add_acts
from coordinator.web.api.paging import Asked, FromUrl, PageOf, one_page
from coordinator.web.dependencies import Overseer
from coordinator.web.language import later
from coordinator.web.parts import Parts
from coordinator.web.reach import open_rounds

TAG = "入企频次 burden ledger"
router = APIRouter(tags=[TAG])

BESIDE_THE_ROUNDS = ""


class ExemptionEntry(Entry):
    """Why a place may be visited beyond its cap."""

    place: str = Field(title=later("场所代码"), min_length=3, max_length=55)
    year: int = Field(title=later("年度"), ge=2000, le=2100)
    code: str = Field(
        title=later("豁免情形"),
        max_length=40,
        json_schema_extra={"widget": "select", "choices": "exemption_kinds"},
    )
    reason: str = Field(
        title=later("理由和依据"),
        min_length=1,
        max_length=1000,
        json_schema_extra=AREA,
    )


class ContactEntry(Entry):
    """An entry of premises that no round drew."""

    place: str = Field(title=later("场所代码"), min_length=3, max_length=55)
    department: str = Field(
        title=later("部门"),
        max_length=63,
        json_schema_extra={"widget": "select", "choices": "departments"},
    )
    day: date = Field(title=later("入企日期"))
    code: str = Field(
        title=later("情形"),
        max_length=40,
        json_schema_extra={"widget": "select", "choices": "contact_kinds"},
    )
    note: str = Field(
        title=later("事由和依据"),
        min_length=1,
        max_length=1000,
        json_schema_extra=AREA,
    )


async def _exempt(work: Work, _keys: Keys, entry: ExemptionEntry) -> CapExemption:
    return await checklist_merge.request_exemption(
        work, entry.place, entry.year, entry.code, entry.reason
    )


async def _approve(work: Work, keys: Keys, _entry: None) -> CapExemption:
    return await checklist_merge.approve_exemption(work, keys["exemption_id"])


async def _log(work: Work, _keys: Keys, entry: ContactEntry) -> BurdenEntry:
    contact = checklist_merge.Contact(**entry.model_dump())
    return await checklist_merge.log_contact(work, contact)


_BACK = "/console/burden"

ACTS = (
    Act(
        name="request-cap-exemption",
        path="/burden/exemptions",
        label=later("申请频次豁免"),
        consequence=later("须由第二人批准。批准后抽取的批次可以超出上限检查这个场所，次数另计。"),
        role=Role.OFFICE,
        run=_exempt,
        entry=ExemptionEntry,
        back=_BACK,
    ),
    Act(
        name="approve-cap-exemption",
        path="/burden/exemptions/{exemption_id}/approve",
        label=later("批准频次豁免"),
        consequence=later(
            "您作为第二人批准：此后抽取的批次可以超出上限检查这个场所，批准人记录在案。"
        ),
        role=Role.OFFICE,
        approver=True,
        run=_approve,
        danger=True,
        back=_BACK,
    ),
    Act(
        name="log-contact",
        path="/burden/entries",
        label=later("登记批次以外的入企"),
        consequence=later("投诉核查、复查、观摩调研等入企记入台账，次数另计，不占上限。"),
        role=Role.OFFICE,
        also=(Role.DEPARTMENT,),
        run=_log,
        entry=ContactEntry,
        back="/console/burden/entries/{subject}",
        origin=_BACK,
    ),
)
add_acts(router, ACTS, TAG)


class EntriesAsked(Asked):
    """Filters of the ledger."""

    place: str | None = None
    year: int | None = None
    round_id: str | None = None


@router.get("/burden/entries", summary="入企频次台账", operation_id="burden-entries")
async def entries(
    asked: FromUrl[EntriesAsked], parts: Parts, person: Overseer
) -> PageOf[BurdenEntry]:
    """Give a page of the ledger; what covert rounds hold shows once their record is open."""
    async with parts.open_work(person.actor, writes=False) as work:
        rounds = await shown_rounds(work)
        reach = tuple(each for each in rounds if asked.round_id in (None, each))
        plain = asked.model_copy(update={"round_id": None})
        return await one_page(work.burden_entries, plain, round_id=reach)


async def shown_rounds(work: Work) -> tuple[str, ...]:
    """Give the rounds whose entries may be shown, and the mark of entries beside all rounds."""
    return (BESIDE_THE_ROUNDS, *await open_rounds(work))
