"""Enforcement cases: clue, filing, decision or none, execution, review, closure."""

from datetime import date
from decimal import Decimal

from fastapi import APIRouter
from pydantic import Field

from coordinator.domain.follow_up import Case, PenaltyDecision, ReviewKind
from coordinator.domain.lifecycle import CaseState
from coordinator.services import follow_up, handlers
from coordinator.services.ports import Role, Work
from coordinator.web.acts import AREA, Act, Entry, Keys, add_acts
from coordinator.web.api.follow_up.fields import LONG, TAG, Reason, choice
from coordinator.web.api.paging import Asked, FromUrl, PageOf, one_page
from coordinator.web.api.penalties import MONTHS_MOST
from coordinator.web.dependencies import Reader
from coordinator.web.language import later
from coordinator.web.parts import Parts
from coordinator.web.reach import own_matters

router = APIRouter(tags=[TAG])

_FEN = 100  # of a yuan


class ClueEntry(Entry):
    """What leads to a case."""

    clue: str = Field(title=later("线索"), min_length=1, max_length=LONG, json_schema_extra=AREA)


class FilingEntry(Entry):
    """Whether a clue is filed as a case, and why."""

    filed: bool = Field(title=later("是否立案"), json_schema_extra=choice("filed"))
    reason: Reason


class PenaltyEntry(Entry):
    """A penalty decision; what a kind must state depends on the table of kinds."""

    decision_number: str = Field(title=later("处罚决定书文号"), min_length=1, max_length=100)
    decided_date: date = Field(
        title=later("决定日期"), description=later("不早于立案，不晚于今天。")
    )
    penalty_kind: str = Field(title=later("处罚种类"), json_schema_extra=choice("penalty_kinds"))
    fine_yuan: Decimal | None = Field(
        default=None,
        title=later("罚款金额（人民币元）"),
        description=later("罚款时填写，最多两位小数。"),
        gt=0,
        max_digits=15,
        decimal_places=2,
    )
    certificate_number: str | None = Field(
        default=None,
        title=later("证件编号"),
        description=later("吊销许可证件时填写。"),
        max_length=100,
    )
    severity: str | None = Field(
        default=None,
        title=later("失信程度"),
        description=later("2026 年 4 月 1 日起的决定必须由处罚机关写明，系统不代为认定。"),
        json_schema_extra=choice("credit_severities"),
    )
    publication_months: int | None = Field(
        default=None,
        title=later("公示期（月）"),
        description=later("从决定之日起算，在所选程度的范围内；0 表示不予公示，仅限轻微。"),
        ge=0,
        le=MONTHS_MOST,
    )
    facts: str = Field(
        title=later("违法事实"), min_length=1, max_length=LONG, json_schema_extra=AREA
    )
    basis: str = Field(
        title=later("处罚依据"), min_length=1, max_length=LONG, json_schema_extra=AREA
    )


class NoPenaltyEntry(Entry):
    """Why a case ends without penalty, and on what basis."""

    reason: Reason
    basis: str = Field(title=later("依据"), min_length=1, max_length=LONG, json_schema_extra=AREA)


class UndoneEntry(Entry):
    """What undid a decision."""

    undone_by: ReviewKind = Field(
        title=later("由谁撤销"), json_schema_extra=choice("words:undone-by")
    )
    document: str = Field(title=later("复议决定书或判决书文号"), min_length=1, max_length=100)
    document_date: date = Field(title=later("文书日期"))
    reason: Reason


async def _open(work: Work, keys: Keys, entry: ClueEntry) -> object:
    return await follow_up.open_case(work, keys["result_id"], entry.clue)


async def _file(work: Work, keys: Keys, entry: FilingEntry) -> object:
    return await follow_up.file_case(work, keys["case_id"], entry.reason, filed=entry.filed)


async def _decide(work: Work, keys: Keys, entry: PenaltyEntry) -> object:
    given = entry.model_dump(exclude={"fine_yuan"})
    fine = int(entry.fine_yuan * _FEN) if entry.fine_yuan is not None else None
    decision = PenaltyDecision(**given, fine_fen=fine)
    return await handlers.decide_penalty(work, keys["case_id"], decision)


async def _no_penalty(work: Work, keys: Keys, entry: NoPenaltyEntry) -> object:
    return await follow_up.decide_no_penalty(work, keys["case_id"], entry.reason, entry.basis)


async def _execute(work: Work, keys: Keys, _entry: None) -> object:
    return await follow_up.execute_case(work, keys["case_id"])


async def _revoke(work: Work, keys: Keys, entry: UndoneEntry) -> object:
    undone_by = follow_up.DecisionUndone(**entry.model_dump())
    return await handlers.revoke_decision(work, keys["case_id"], undone_by)


async def _reopen(work: Work, keys: Keys, _entry: None) -> object:
    return await follow_up.reopen_case(work, keys["case_id"])


async def _close(work: Work, keys: Keys, _entry: None) -> object:
    return await follow_up.close_case(work, keys["case_id"])


_CASE = "/console/cases/{case_id}"

ACTS = (
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
        consequence=later(
            "决定通报所有参与部门，按写明的失信程度和期限随检查结果公示；可据以提出列入严重违法失信名单。"
        ),
        role=Role.DEPARTMENT,
        approver=True,
        run=_decide,
        entry=PenaltyEntry,
        danger=True,
        back=_CASE,
    ),
    Act(
        name="decide-no-penalty",
        path="/cases/{case_id}/no-penalty",
        label=later("决定不予处罚"),
        consequence=later("案件不予处罚，等待结案；理由和依据存卷。"),
        role=Role.DEPARTMENT,
        approver=True,
        run=_no_penalty,
        entry=NoPenaltyEntry,
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
        name="revoke-decision",
        path="/cases/{case_id}/revocation",
        label=later("撤销处罚决定"),
        consequence=later("决定作废并通报各部门；据以提出的列入程序终止，已列入的由列入机关撤销。"),
        role=Role.DEPARTMENT,
        approver=True,
        run=_revoke,
        entry=UndoneEntry,
        danger=True,
        back=_CASE,
    ),
    Act(
        name="reopen-case",
        path="/cases/{case_id}/reopen",
        label=later("重新办理"),
        consequence=later("案件回到立案状态，须重新作出决定。"),
        role=Role.DEPARTMENT,
        approver=True,
        run=_reopen,
        back=_CASE,
    ),
    Act(
        name="close-case",
        path="/cases/{case_id}/close",
        label=later("结案"),
        consequence=later("案件结束，卷宗归档。"),
        role=Role.DEPARTMENT,
        approver=True,
        run=_close,
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
