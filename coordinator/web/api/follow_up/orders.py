"""Rectification orders: ordered, extended, reported, refused, closed; and how a result ends."""

from datetime import date

from fastapi import APIRouter
from pydantic import Field

from coordinator.domain.follow_up import Rectification
from coordinator.domain.lifecycle import RectificationState
from coordinator.services import follow_up, handlers
from coordinator.services.ports import Role, Work
from coordinator.web.acts import AREA, Act, Entry, Keys, add_acts
from coordinator.web.api.follow_up.fields import LONG, TAG, Files, Reason, choice
from coordinator.web.api.paging import Asked, FromUrl, PageOf, one_page
from coordinator.web.dependencies import Reader
from coordinator.web.language import later
from coordinator.web.parts import Parts
from coordinator.web.reach import own_matters

router = APIRouter(tags=[TAG])


class RectifyEntry(Entry):
    """The article a problem breaks, and the day it must be solved by."""

    article: str = Field(
        title=later("依据条款"), min_length=1, max_length=500, json_schema_extra=AREA
    )
    due_date: date | None = Field(
        default=None, title=later("改正期限"), description=later("留空则按规定的天数计算。")
    )


class EvidenceEntry(Entry):
    """What shows that the problem is solved."""

    evidence: str = Field(
        title=later("改正情况与证据"), min_length=1, max_length=LONG, json_schema_extra=AREA
    )
    files: Files = ()


class RefusalEntry(Entry):
    """Why the evidence does not do, and by when the problem must be solved now."""

    reason: Reason
    due_date: date = Field(title=later("新的改正期限"))


class ExtensionEntry(Entry):
    """Until when more time is asked for, and why."""

    until: date = Field(title=later("申请延至"))
    reason: Reason


class ExtensionDecisionEntry(Entry):
    """Whether more time is granted, and why."""

    granted: bool = Field(title=later("是否同意"), json_schema_extra=choice("words:granted"))
    note: Reason


class ClosingEntry(Entry):
    """What the second look found."""

    note: str = Field(default="", title=later("复查意见"), max_length=LONG, json_schema_extra=AREA)


class RevocationEntry(Entry):
    """Why an order should not have been given."""

    reason: Reason


class OverdueClueEntry(Entry):
    """What leads from an overdue order to a case."""

    clue: str = Field(title=later("线索"), min_length=1, max_length=LONG, json_schema_extra=AREA)


class NoteEntry(Entry):
    """How a problem was handled that nothing else follows."""

    text: str = Field(
        title=later("处置情况"), min_length=1, max_length=LONG, json_schema_extra=AREA
    )


async def _order(work: Work, keys: Keys, entry: RectifyEntry) -> object:
    return await handlers.order_rectification(
        work, keys["result_id"], entry.article, entry.due_date
    )


async def _report(work: Work, keys: Keys, entry: EvidenceEntry) -> object:
    return await handlers.report_rectification(
        work, keys["rectification_id"], entry.evidence, entry.files
    )


async def _refuse(work: Work, keys: Keys, entry: RefusalEntry) -> object:
    return await handlers.refuse_rectification(
        work, keys["rectification_id"], entry.reason, entry.due_date
    )


async def _extend(work: Work, keys: Keys, entry: ExtensionEntry) -> object:
    return await follow_up.request_extension(
        work, keys["rectification_id"], entry.until, entry.reason
    )


async def _decide(work: Work, keys: Keys, entry: ExtensionDecisionEntry) -> object:
    return await handlers.decide_extension(
        work, keys["rectification_id"], entry.note, granted=entry.granted
    )


async def _close(work: Work, keys: Keys, entry: ClosingEntry | None) -> object:
    note = entry.note if entry else ""
    return await handlers.close_rectification(work, keys["rectification_id"], note)


async def _revoke(work: Work, keys: Keys, entry: RevocationEntry) -> object:
    return await handlers.revoke_rectification(work, keys["rectification_id"], entry.reason)


async def _escalate(work: Work, keys: Keys, entry: OverdueClueEntry) -> object:
    return await follow_up.open_case_of_order(work, keys["rectification_id"], entry.clue)


async def _note(work: Work, keys: Keys, entry: NoteEntry) -> object:
    await follow_up.note_disposal(work, keys["result_id"], entry.text)
    return await work.results.get(keys["result_id"])


_PAGE = "/console/rectifications/{rectification_id}"
_RESULT = "/console/results/{result_id}"

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
        origin=_RESULT,
    ),
    Act(
        name="report-rectification",
        path="/rectifications/{rectification_id}/report",
        label=later("报告已改正"),
        consequence=later("等待审批人复查确认。"),
        role=Role.DEPARTMENT,
        run=_report,
        entry=EvidenceEntry,
        back=_PAGE,
    ),
    Act(
        name="refuse-rectification",
        path="/rectifications/{rectification_id}/refuse",
        label=later("退回改正报告"),
        consequence=later("证据不足，当事人须在新的期限内继续改正。"),
        role=Role.DEPARTMENT,
        approver=True,
        run=_refuse,
        entry=RefusalEntry,
        back=_PAGE,
    ),
    Act(
        name="request-extension",
        path="/rectifications/{rectification_id}/extension",
        label=later("申请延期"),
        consequence=later("期满前提出，由审批人决定。"),
        role=Role.DEPARTMENT,
        run=_extend,
        entry=ExtensionEntry,
        back=_PAGE,
    ),
    Act(
        name="decide-extension",
        path="/rectifications/{rectification_id}/extension/decision",
        label=later("决定延期申请"),
        consequence=later("同意后改正期限和复查时间随之后移。"),
        role=Role.DEPARTMENT,
        approver=True,
        run=_decide,
        entry=ExtensionDecisionEntry,
        back=_PAGE,
    ),
    Act(
        name="close-rectification",
        path="/rectifications/{rectification_id}/close",
        label=later("复查通过"),
        consequence=later("改正完毕，结果在公示页注明。"),
        role=Role.DEPARTMENT,
        approver=True,
        run=_close,
        entry=ClosingEntry,
        back=_PAGE,
    ),
    Act(
        name="revoke-rectification",
        path="/rectifications/{rectification_id}/revoke",
        label=later("撤销责令改正"),
        consequence=later("这一责令改正不再有效，安排的复查取消。"),
        role=Role.DEPARTMENT,
        approver=True,
        run=_revoke,
        entry=RevocationEntry,
        danger=True,
        back=_PAGE,
    ),
    Act(
        name="open-case-of-order",
        path="/rectifications/{rectification_id}/case",
        label=later("逾期未改，登记案件线索"),
        consequence=later("形成案件线索，由审批人决定是否立案；改正义务仍然有效。"),
        role=Role.DEPARTMENT,
        run=_escalate,
        entry=OverdueClueEntry,
        back="/console/cases/{subject}",
        origin=_PAGE,
    ),
    Act(
        name="note-disposal",
        path="/results/{result_id}/disposal-note",
        label=later("说明处置情况"),
        consequence=later("没有其他后续时，据此认定结果已完结；说明存档。"),
        role=Role.DEPARTMENT,
        approver=True,
        run=_note,
        entry=NoteEntry,
        back=_RESULT,
    ),
)
add_acts(router, ACTS, TAG)


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
