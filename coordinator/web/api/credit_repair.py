"""Credit repair: the party applies, one person verifies, another decides."""

from fastapi import APIRouter
from pydantic import Field

from coordinator.domain.credit_repair import Repair
from coordinator.domain.lifecycle import RepairState
from coordinator.services import credit_repair, handlers
from coordinator.services.ports import Role, Work
from coordinator.web.acts import AREA, Act, Entry, Keys, add_acts
from coordinator.web.api.paging import Asked, FromUrl, PageOf, one_page
from coordinator.web.dependencies import Reader
from coordinator.web.language import later
from coordinator.web.parts import Parts
from coordinator.web.reach import own_matters

TAG = "信用修复 credit repair"
router = APIRouter(tags=[TAG])

_BACK = "/console/repairs/{repair_id}"


class ApplicationEntry(Entry):
    """What the party states and shows."""

    applicant: str = Field(title=later("申请人"), min_length=1, max_length=200)
    statement: str = Field(
        title=later("纠正违法行为、履行义务、消除影响的情况"),
        min_length=1,
        max_length=4000,
        json_schema_extra=AREA,
    )
    evidence: str = Field(
        title=later("证明材料"), min_length=1, max_length=4000, json_schema_extra=AREA
    )


class FindingsEntry(Entry):
    """What the first person found."""

    findings: str = Field(
        title=later("核实情况"), min_length=1, max_length=4000, json_schema_extra=AREA
    )


class RepairDecisionEntry(Entry):
    """What the second person decides."""

    granted: bool = Field(
        title=later("决定"), json_schema_extra={"widget": "select", "choices": "words:granted"}
    )
    number: str = Field(title=later("修复决定书文号"), min_length=1, max_length=100)
    reason: str = Field(title=later("理由"), min_length=1, max_length=2000, json_schema_extra=AREA)


class WithdrawalEntry(Entry):
    """Why the party takes its application back."""

    reason: str = Field(title=later("理由"), min_length=1, max_length=2000, json_schema_extra=AREA)


async def _apply(work: Work, keys: Keys, entry: ApplicationEntry) -> object:
    application = credit_repair.Application(**dict(entry))
    return await credit_repair.apply_for_repair(work, keys["listing_id"], application)


async def _verify(work: Work, keys: Keys, entry: FindingsEntry) -> object:
    return await credit_repair.verify_repair(work, keys["repair_id"], entry.findings)


async def _decide(work: Work, keys: Keys, entry: RepairDecisionEntry) -> object:
    return await handlers.decide_repair(
        work, keys["repair_id"], entry.number, entry.reason, granted=entry.granted
    )


async def _withdraw(work: Work, keys: Keys, entry: WithdrawalEntry) -> object:
    return await credit_repair.withdraw_repair(work, keys["repair_id"], entry.reason)


ACTS = (
    Act(
        name="apply-for-repair",
        path="/listings/{listing_id}/repair",
        label=later("登记信用修复申请"),
        consequence=later("办理期限从今日起算；当事人暂时仍在名单上。"),
        role=Role.DEPARTMENT,
        run=_apply,
        entry=ApplicationEntry,
        back="/console/repairs/{subject}",
        origin="/console/listings/{listing_id}",
    ),
    Act(
        name="verify-repair",
        path="/repairs/{repair_id}/verify",
        label=later("核实修复申请"),
        consequence=later("您作为第一人核实；须由另一名审批人决定。"),
        role=Role.DEPARTMENT,
        run=_verify,
        entry=FindingsEntry,
        back=_BACK,
    ),
    Act(
        name="decide-repair",
        path="/repairs/{repair_id}/decide",
        label=later("决定信用修复"),
        consequence=later(
            "同意修复的，主体立即移出名单，公示、登记库标记和全部惩戒措施随之撤下，信用平台和各部门收到通知。"
        ),
        role=Role.DEPARTMENT,
        approver=True,
        run=_decide,
        entry=RepairDecisionEntry,
        danger=True,
        back=_BACK,
    ),
    Act(
        name="withdraw-repair",
        path="/repairs/{repair_id}/withdraw",
        label=later("撤回修复申请"),
        consequence=later("申请终止，主体仍在名单上；可以再次申请。"),
        role=Role.DEPARTMENT,
        run=_withdraw,
        entry=WithdrawalEntry,
        back=_BACK,
    ),
)
add_acts(router, ACTS, TAG)


class RepairsAsked(Asked):
    """Filters of the applications."""

    listing_id: str | None = None
    state: RepairState | None = None


@router.get("/repairs", summary="信用修复申请", operation_id="repairs")
async def repairs(asked: FromUrl[RepairsAsked], parts: Parts, person: Reader) -> PageOf[Repair]:
    """Give a page of applications; a department gets its own."""
    async with parts.open_work(person.actor, writes=False) as work:
        return await one_page(work.repairs, asked, **own_matters(person.actor, "organ"))
