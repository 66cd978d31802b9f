"""Follow-up: rectification orders, and enforcement cases from clue to closure."""

from datetime import date

from fastapi import APIRouter
from pydantic import Field, JsonValue

from coordinator.domain.follow_up import Case, Rectification
from coordinator.domain.lifecycle import CaseState, RectificationState
from coordinator.services import follow_up, handlers
from coordinator.services.ports import Role, Work
from coordinator.web.acts import Act, Entry, Keys, add_acts
from coordinator.web.api.paging import Asked, FromUrl, PageOf, one_page
from coordinator.web.dependencies import Reader
from coordinator.web.language import later
from coordinator.web.parts import Parts
from coordinator.web.reach import own_matters

TAG = "后续处置 follow-up"
router = APIRouter(tags=[TAG])

_AREA: dict[str, JsonValue] = {"widget": "area"}
_LONG = 2000


class RectifyEntry(Entry):
    """The article a problem breaks, and the day it must be solved by."""

    article: str = Field(
        title=later("依据条款"), min_length=1, max_length=500, json_schema_extra=_AREA
    )
    due_date: date | None = Field(
        default=None, title=later("改正期限"), description=later("留空则按规定的天数计算。")
    )


class EvidenceEntry(Entry):
    """What shows that the problem is solved."""

    evidence: str = Field(
        title=later("改正情况与证据"), min_length=1, max_length=_LONG, json_schema_extra=_AREA
    )


class ClueEntry(Entry):
    """What leads to a case."""

    clue: str = Field(title=later("线索"), min_length=1, max_length=_LONG, json_schema_extra=_AREA)


class FilingEntry(Entry):
    """Whether a clue is filed as a case, and why."""

    filed: bool = Field(
        title=later("是否立案"), json_schema_extra={"widget": "select", "choices": "filed"}
    )
    reason: str = Field(
        title=later("理由"), min_length=1, max_length=_LONG, json_schema_extra=_AREA
    )


class PenaltyEntry(Entry):
    """A penalty decision."""

    decision_number: str = Field(title=later("处罚决定书文号"), min_length=1, max_length=100)
    decided_date: date = Field(title=later("决定日期"))
    penalty_kind: str = Field(
        title=later("处罚种类"), json_schema_extra={"widget": "select", "choices": "penalty_kinds"}
    )
    facts: str = Field(
        title=later("违法事实"), min_length=1, max_length=_LONG, json_schema_extra=_AREA
    )
    basis: str = Field(
        title=later("处罚依据"), min_length=1, max_length=_LONG, json_schema_extra=_AREA
    )


async def _order(work: Work, keys: Keys, entry: RectifyEntry) -> object:
    return await handlers.order_rectification(
        work, keys["result_id"], entry.article, entry.due_date
    )


async def _report(work: Work, keys: Keys, entry: EvidenceEntry) -> object:
    return await handlers.report_rectification(work, keys["rectification_id"], entry.evidence)


async def _close(work: Work, keys: Keys, _entry: None) -> object:
    return await handlers.close_rectification(work, keys["rectification_id"])


async def _open(work: Work, keys: Keys, entry: ClueEntry) -> object:
    return await follow_up.open_case(work, keys["result_id"], entry.clue)


async def _file(work: Work, keys: Keys, entry: FilingEntry) -> object:
    return await follow_up.file_case(work, keys["case_id"], entry.reason, filed=entry.filed)


async def _decide(work: Work, keys: Keys, entry: PenaltyEntry) -> object:
    return await follow_up.decide_penalty(
        work, keys["case_id"], follow_up.PenaltyDecision(**entry.model_dump())
    )


async def _execute(work: Work, keys: Keys, _entry: None) -> object:
    return await follow_up.execute_case(work, keys["case_id"])


async def _close_case(work: Work, keys: Keys, _entry: None) -> object:
    return await follow_up.close_case(work, keys["case_id"])


_ORDER = "/console/rectifications/{rectification_id}"
_CASE = "/console/cases/{case_id}"

ACTS = (
    Act(
        name="order-rectification",
        path="/results/{result_id}/rectification",
        label=later("责令限期改正"),
        consequence=later("向当事人下达限期改正，逾期进入督办。"),
        role=Role.DEPARTMENT,
        run=_order,
        entry=RectifyEntry,
        back="/console/rectifications/{subject}",
        origin="/console/results/{result_id}",
    ),
    Act(
        name="open-case",
        path="/results/{result_id}/case",
        label=later("登记案件线索"),
        consequence=later("形成案件线索，由审批人决定是否立案。"),
        role=Role.DEPARTMENT,
        run=_open,
        entry=ClueEntry,
        back="/console/cases/{subject}",
        origin="/console/results/{result_id}",
    ),
    Act(
        name="report-rectification",
        path="/rectifications/{rectification_id}/report",
        label=later("报告已改正"),
        consequence=later("等待审批人复查确认。"),
        role=Role.DEPARTMENT,
        run=_report,
        entry=EvidenceEntry,
        back=_ORDER,
    ),
    Act(
        name="close-rectification",
        path="/rectifications/{rectification_id}/close",
        label=later("复查通过"),
        consequence=later("改正完毕，结果在公示页注明。"),
        role=Role.DEPARTMENT,
        approver=True,
        run=_close,
        back=_ORDER,
    ),
    Act(
        name="file-case",
        path="/cases/{case_id}/file",
        label=later("决定是否立案"),
        consequence=later("立案后须作出处理决定；不予立案须写明理由，案件即告结束。"),
        role=Role.DEPARTMENT,
        approver=True,
        run=_file,
        entry=FilingEntry,
        back=_CASE,
    ),
    Act(
        name="decide-penalty",
        path="/cases/{case_id}/penalty",
        label=later("录入处罚决定"),
        consequence=later("决定通报所有参与部门，可据以提出列入严重违法失信名单。"),
        role=Role.DEPARTMENT,
        approver=True,
        run=_decide,
        entry=PenaltyEntry,
        danger=True,
        back=_CASE,
    ),
    Act(
        name="execute-case",
        path="/cases/{case_id}/execute",
        label=later("处罚执行完毕"),
        consequence=later("案件等待结案。"),
        role=Role.DEPARTMENT,
        run=_execute,
        back=_CASE,
    ),
    Act(
        name="close-case",
        path="/cases/{case_id}/close",
        label=later("结案"),
        consequence=later("案件结束，卷宗归档。"),
        role=Role.DEPARTMENT,
        approver=True,
        run=_close_case,
        back=_CASE,
    ),
)
add_acts(router, ACTS, TAG)


class CasesAsked(Asked):
    """Filters of the cases."""

    round_id: str | None = None
    state: CaseState | None = None
    result_id: str | None = None


@router.get("/cases", summary="案件列表", operation_id="cases")
async def cases(asked: FromUrl[CasesAsked], parts: Parts, person: Reader) -> PageOf[Case]:
    """Give a page of cases; a department gets its own."""
    async with parts.open_work(person.actor, writes=False) as work:
        return await one_page(work.cases, asked, **own_matters(person.actor))


class RectificationsAsked(Asked):
    """Filters of the rectification orders."""

    round_id: str | None = None
    state: RectificationState | None = None
    result_id: str | None = None


@router.get("/rectifications", summary="责令改正列表", operation_id="rectifications")
async def rectifications(
    asked: FromUrl[RectificationsAsked], parts: Parts, person: Reader
) -> PageOf[Rectification]:
    """Give a page of rectification orders; a department gets its own."""
    async with parts.open_work(person.actor, writes=False) as work:
        return await one_page(work.rectifications, asked, **own_matters(person.actor))
