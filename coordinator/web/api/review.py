"""Results: approved, returned, reopened and disclosed by the organ that checked."""

from datetime import date

from fastapi import APIRouter
from pydantic import Field

from coordinator.domain.result_intake import Result
from coordinator.domain.review import FeedbackNote, HearingNote
from coordinator.services import handlers, review
from coordinator.services.ports import Role, Work
from coordinator.web.acts import AREA, Act, Entry, Keys, add_acts
from coordinator.web.api.paging import Asked, FromUrl, PageOf, one_page
from coordinator.web.dependencies import Reader
from coordinator.web.language import later
from coordinator.web.parts import Parts
from coordinator.web.reach import seen_results

TAG = "结果 results"
router = APIRouter(tags=[TAG])


class ReturnEntry(Entry):
    """Why a report goes back."""

    reason: str = Field(
        title=later("退回理由"),
        description=later("写明哪一项要改、为什么。"),
        min_length=1,
        max_length=1000,
        json_schema_extra=AREA,
    )


class RejectEntry(Entry):
    """Why a report is refused for good, or why the visit is made again."""

    reason: str = Field(
        title=later("理由"),
        min_length=1,
        max_length=1000,
        json_schema_extra=AREA,
    )


class ReopenEntry(Entry):
    """Why an approved or published result is corrected."""

    reason: str = Field(
        title=later("更正理由"),
        description=later("写明哪一项有误、依据是什么；公示更正时一并公布。"),
        min_length=1,
        max_length=1000,
        json_schema_extra=AREA,
    )


class HearingEntry(Entry):
    """What is noted of a collective hearing."""

    held_date: date = Field(title=later("会商日期"))
    participants: tuple[str, ...] = Field(
        title=later("参加人员"),
        description=later("每行一人。"),
        min_length=1,
        json_schema_extra={"widget": "list"},
    )
    text: str = Field(
        title=later("会商意见"),
        min_length=1,
        max_length=4000,
        json_schema_extra=AREA,
    )


class FeedbackEntry(Entry):
    """How the inspected was told what was found."""

    given_date: date = Field(title=later("反馈日期"))
    given_by: str = Field(
        title=later("反馈人"),
        description=later("参加检查的本部门人员，填姓名或证件编号。"),
        min_length=1,
        max_length=100,
    )
    note: str = Field(
        title=later("反馈内容和方式"),
        description=later("反馈的问题、处理意见、改进建议，当面或书面。"),
        min_length=1,
        max_length=2000,
        json_schema_extra=AREA,
    )
    late_reason: str = Field(
        default="",
        title=later("逾期反馈的理由"),
        description=later("反馈日期晚于反馈期限时必填；可填迟录理由的代码，或直接写明。"),
        max_length=500,
    )


async def _approve(work: Work, keys: Keys, _entry: None) -> object:
    return await handlers.approve_result(work, keys["visit_id"], keys["department"])


async def _return(work: Work, keys: Keys, entry: ReturnEntry) -> object:
    return await review.return_result(work, keys["visit_id"], keys["department"], entry.reason)


async def _reject(work: Work, keys: Keys, entry: RejectEntry) -> object:
    return await handlers.reject_result(work, keys["visit_id"], keys["department"], entry.reason)


async def _visit_again(work: Work, keys: Keys, entry: RejectEntry) -> object:
    return await review.visit_again(work, keys["visit_id"], keys["department"], entry.reason)


async def _reopen(work: Work, keys: Keys, entry: ReopenEntry) -> object:
    return await handlers.correct_result(work, keys["visit_id"], keys["department"], entry.reason)


async def _note_hearing(work: Work, keys: Keys, entry: HearingEntry) -> object:
    note = HearingNote(entry.held_date, entry.participants, entry.text)
    return await review.note_hearing(work, keys["visit_id"], keys["department"], note)


async def _record_feedback(work: Work, keys: Keys, entry: FeedbackEntry) -> object:
    note = FeedbackNote(entry.given_date, entry.given_by, entry.note, entry.late_reason)
    return await review.record_feedback(work, keys["visit_id"], keys["department"], note)


async def _disclose(work: Work, keys: Keys, _entry: None) -> object:
    return await handlers.disclose_result(work, keys["visit_id"], keys["department"])


_BACK = "/console/visits/{visit_id}"

ACTS = (
    Act(
        name="approve-result",
        path="/visits/{visit_id}/departments/{department}/approve",
        label=later("审核通过"),
        consequence=later(
            "本部门结果即告定稿，分送其他参与部门，并开始计算公示期限。录入人不能审核自己的结果。"
        ),
        role=Role.DEPARTMENT,
        approver=True,
        run=_approve,
        back=_BACK,
    ),
    Act(
        name="return-result",
        path="/visits/{visit_id}/departments/{department}/return",
        label=later("退回修改"),
        consequence=later("录入人将收到理由并重新录入；现有版本永久保留。"),
        role=Role.DEPARTMENT,
        approver=True,
        run=_return,
        entry=ReturnEntry,
        back=_BACK,
    ),
    Act(
        name="reject-result",
        path="/visits/{visit_id}/departments/{department}/reject",
        label=later("审核不通过"),
        consequence=later(
            "本部门结果最终不予通过，不再修改，也不公示，任务按未完成统计；规则允许时可再次检查。"
        ),
        role=Role.DEPARTMENT,
        approver=True,
        run=_reject,
        entry=RejectEntry,
        danger=True,
        back=_BACK,
    ),
    Act(
        name="visit-again",
        path="/visits/{visit_id}/departments/{department}/visit-again",
        label=later("再次检查"),
        consequence=later("任务退回检查组，须在任务时间内再次检查并重新录入；以前的版本永久保留。"),
        role=Role.DEPARTMENT,
        approver=True,
        run=_visit_again,
        entry=RejectEntry,
        back=_BACK,
    ),
    Act(
        name="reopen-result",
        path="/visits/{visit_id}/departments/{department}/reopen",
        label=later("更正结果"),
        consequence=later(
            "检查组收到更正理由并录入新版本，重新审核、公示；已公示的结果在更正公示前保留并标明。"
        ),
        role=Role.DEPARTMENT,
        approver=True,
        run=_reopen,
        entry=ReopenEntry,
        back=_BACK,
    ),
    Act(
        name="note-hearing",
        path="/visits/{visit_id}/departments/{department}/hearing",
        label=later("录入会商记录"),
        consequence=later("会商记录随本版报告保存；再次录入即替换。"),
        role=Role.DEPARTMENT,
        approver=True,
        run=_note_hearing,
        entry=HearingEntry,
        back=_BACK,
    ),
    Act(
        name="record-feedback",
        path="/visits/{visit_id}/departments/{department}/feedback",
        label=later("登记反馈"),
        consequence=later("登记已向被检查单位反馈检查结果，反馈期限随之结束。"),
        role=Role.DEPARTMENT,
        run=_record_feedback,
        entry=FeedbackEntry,
        back=_BACK,
    ),
    Act(
        name="disclose-result",
        path="/visits/{visit_id}/departments/{department}/disclose",
        label=later("公示结果"),
        consequence=later(
            "本部门的逐项结果立即向社会公示，并送信用平台；"
            "有误的更正，不应公示的由两人决定撤销，经过都留存。"
        ),
        role=Role.DEPARTMENT,
        run=_disclose,
        danger=True,
        back=_BACK,
    ),
)
add_acts(router, ACTS, TAG)


class ResultsAsked(Asked):
    """Filters of the results."""

    round_id: str | None = None
    visit_id: str | None = None
    department: str | None = None
    has_problem: bool | None = None
    approved: bool | None = None


@router.get("/results", summary="检查结果列表", operation_id="results")
async def results(asked: FromUrl[ResultsAsked], parts: Parts, person: Reader) -> PageOf[Result]:
    """Give a page of results; a department gets its own."""
    async with parts.open_work(person.actor, writes=False) as work:
        reach = await seen_results(work, person.actor)
        if asked.round_id is not None and "round_id" in reach:
            reach["round_id"] = tuple(e for e in reach["round_id"] if e == asked.round_id)
        return await one_page(work.results, asked, **reach)
