"""Published penalties: the severity that is stated late, and an end earlier by credit repair."""

from fastapi import APIRouter
from pydantic import Field

from coordinator.domain.lifecycle import PublicationState
from coordinator.domain.penalty_publication import PenaltyPublication, Period, RepairRequest
from coordinator.services import disclosure
from coordinator.services.ports import Role, Work
from coordinator.web.acts import AREA, Act, Entry, Keys, add_acts
from coordinator.web.api.credit_repair import ApplicationEntry, RepairDecisionEntry
from coordinator.web.api.paging import Asked, FromUrl, PageOf, one_page
from coordinator.web.dependencies import Reader
from coordinator.web.language import later
from coordinator.web.parts import Parts
from coordinator.web.reach import own_matters

TAG = "处罚公示 published penalties"
router = APIRouter(tags=[TAG])

_BACK = "/console/penalties/{publication_id}"
SEARCHED = ("subject", "subject_name", "decision_number")
MONTHS_MOST = 120
"""More than any rule allows; the bounds of a severity are the policy's."""


class SeverityEntry(Entry):
    """Severity and period of publication, as the organ that penalised states them."""

    severity: str = Field(
        title=later("失信程度"),
        json_schema_extra={"widget": "select", "choices": "credit_severities"},
    )
    months: int = Field(
        title=later("公示期（月）"),
        description=later("从决定之日起算，在所选程度的范围内；0 表示不予公示，仅限轻微。"),
        ge=0,
        le=MONTHS_MOST,
    )


class RepairEntry(ApplicationEntry):
    """What the party states and shows, and what the organ verified of it."""

    verification: str = Field(
        title=later("核实情况"), min_length=1, max_length=4000, json_schema_extra=AREA
    )


async def _state(work: Work, keys: Keys, entry: SeverityEntry) -> object:
    period = Period(severity=entry.severity, months=entry.months)
    return await disclosure.state_severity(work, keys["publication_id"], period)


async def _ask(work: Work, keys: Keys, entry: RepairEntry) -> object:
    request = RepairRequest(**dict(entry))
    return await disclosure.ask_penalty_repair(work, keys["publication_id"], request)


async def _decide(work: Work, keys: Keys, entry: RepairDecisionEntry) -> object:
    decision = disclosure.RepairDecision(**dict(entry))
    return await disclosure.decide_penalty_repair(work, keys["publication_id"], decision)


ACTS = (
    Act(
        name="state-severity",
        path="/penalties/{publication_id}/severity",
        label=later("写明失信程度和公示期"),
        consequence=later(
            "处罚决定随检查结果公示到期满，之后自动撤下；写错只能撤销决定后重新作出。"
        ),
        role=Role.DEPARTMENT,
        approver=True,
        run=_state,
        entry=SeverityEntry,
        back=_BACK,
    ),
    Act(
        name="ask-penalty-repair",
        path="/penalties/{publication_id}/repair",
        label=later("登记提前结束公示的申请"),
        consequence=later("您作为第一人登记并核实；须由另一名审批人决定，决定之前公示照旧。"),
        role=Role.DEPARTMENT,
        run=_ask,
        entry=RepairEntry,
        back=_BACK,
    ),
    Act(
        name="decide-penalty-repair",
        path="/penalties/{publication_id}/repair/decide",
        label=later("决定是否提前结束公示"),
        consequence=later(
            "同意的，处罚决定立即撤下公示页，信用平台、公示平台和参与部门收到通知；记录留在内部。"
        ),
        role=Role.DEPARTMENT,
        approver=True,
        run=_decide,
        entry=RepairDecisionEntry,
        danger=True,
        back=_BACK,
    ),
)
add_acts(router, ACTS, TAG)


class PenaltiesAsked(Asked):
    """Filters of the published penalties."""

    state: PublicationState | None = None
    severity: str | None = None
    case_id: str | None = None
    subject: str | None = None


@router.get("/penalties", summary="处罚公示", operation_id="penalties")
async def penalties(
    asked: FromUrl[PenaltiesAsked], parts: Parts, person: Reader
) -> PageOf[PenaltyPublication]:
    """Give a page of publications, ended ones too; a department gets its own."""
    async with parts.open_work(person.actor, writes=False) as work:
        return await one_page(
            work.penalty_publications, asked, within=SEARCHED, **own_matters(person.actor)
        )
