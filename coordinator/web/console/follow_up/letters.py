"""Letters to other authorities: transfers and copy notices, sent and received."""

from fastapi import APIRouter
from fastapi.responses import Response

from coordinator.domain.follow_up import CopyNotice, Transfer
from coordinator.domain.lifecycle import TransferState
from coordinator.services.ports import Actor, Role
from coordinator.web.console.follow_up.matters import (
    CASES,
    Matter,
    days_left,
    fact,
    history_of,
    require_seen,
    show_matter,
    show_matters,
)
from coordinator.web.console.frame import ActButton, Console, InConsole
from coordinator.web.language import _, later
from coordinator.web.lists import Cell, Column, Filter, ListSpec
from coordinator.web.names import Names, load_names
from coordinator.web.pages import bare_code
from coordinator.web.reach import seen_copy_notices, seen_transfers
from coordinator.web.words import states_of

router = APIRouter()
_TRANSFERS = "/console/transfers"
_NOTICES = "/console/copy-notices"


@router.get(_TRANSFERS)
async def transfers(console: InConsole) -> Response:
    """List the transfers that somebody sent or received."""
    async with console.reading() as work:
        spec: ListSpec[Transfer] = ListSpec(
            title=later("移送"),
            columns=(
                Column(
                    later("当事人"),
                    "subject_name",
                    "link",
                    href=lambda each: f"{_TRANSFERS}/{each.transfer_id}",
                    note=lambda each, _names: bare_code(each.subject),
                    order="subject_name",
                ),
                Column(later("文号"), "letter_number"),
                Column(later("移送部门"), lambda e, _names: (e.department,), kind="departments"),
                Column(later("接收机关"), "receiver_name"),
                Column(later("情形"), "severity", "state:severity"),
                Column(later("回执期限"), "answer_due", "date", order="answer_due"),
                Column(later("状态"), "state", "state:transfer"),
            ),
            filters=(
                Filter("state", later("全部状态"), states_of("transfer")),
                Filter("severity", later("全部情形"), states_of("severity")),
            ),
            fixed=await seen_transfers(work, console.actor),
            order="answer_due",
            descending=True,
            empty=later("没有移送。"),
            empty_next=later("不属本机关管辖的案件和线索，可在案件页或结果页移送有权机关。"),
            search_label=later("当事人、文号或接收机关"),
        )
        return await show_matters(console, work, work.transfers, spec, CASES)


@router.get(_TRANSFERS + "/{transfer_id}")
async def one_transfer(transfer_id: str, console: InConsole) -> Response:
    """Show a transfer to who sent or received it."""
    async with console.reading() as work:
        sent = await work.transfers.get(transfer_id)
        if not _is_party(console.actor, sent.receiver):
            await require_seen(work, console.actor, sent)
        names = await load_names(work)
        waits = sent.state is TransferState.SENT
        matter = Matter(
            title=sent.subject_name,
            state=("transfer", sent.state.value),
            tabs=CASES,
            here=_TRANSFERS,
            visit_id=sent.visit_id,
            facts=_transfer_facts(sent, names),
            acts=_transfer_acts(console, sent),
            next_step=_("等待回执，%(left)s。") % {"left": days_left(sent.answer_due, work.today())}
            if waits
            else "",
            late=_("已逾期") if waits and work.today() > sent.answer_due else "",
            papers=[(f"{_TRANSFERS}/{transfer_id}/letter.pdf", _("案件移送书"))],
            links=_case_link(console, sent),
            history=await history_of(work, sent.visit_id, "transfer", transfer_id),
        )
        return await show_matter(console, work, names, matter)


def _transfer_facts(sent: Transfer, names: Names) -> list[Cell]:
    return [
        fact(later("文号"), sent.letter_number),
        fact(later("移送部门"), (sent.department,), "departments"),
        fact(later("接收机关"), sent.receiver_name, note=_way(sent.receiver)),
        fact(later("情形"), sent.severity, "state:severity"),
        fact(later("去向"), sent.route, "state:transfer-route"),
        fact(later("当事人"), sent.subject_name, note=bare_code(sent.subject)),
        fact(later("移送事项"), sent.matter),
        fact(later("移送理由"), sent.reason),
        fact(later("移送材料"), "；".join(sent.materials)),
        fact(later("签发"), sent.sent_at, "time", note=names.person(sent.sent_by)),
        fact(later("回执期限"), sent.answer_due, "date", note=_tentative(sent.answer_provisional)),
        fact(later("回执"), sent.answered_at, "time", note=sent.answered_by or ""),
        fact(later("回执意见"), sent.answer),
        fact(later("办理结果"), sent.outcome),
    ]


def _way(receiver: str) -> str:
    return "" if receiver else _("纸质移送书")


def _tentative(provisional: bool) -> str:
    return _("（节假日安排未公布，暂定）") if provisional else ""


def _transfer_acts(console: Console, sent: Transfer) -> list[ActButton]:
    answers = sent.receiver or sent.department
    wanted: tuple[str, ...] = ()
    if sent.state is TransferState.SENT and console.actor.department == answers:
        wanted = ("answer-transfer",)
    elif sent.state is TransferState.ACCEPTED and console.actor.department == sent.department:
        wanted = ("close-transfer",)
    return console.buttons(*wanted, transfer_id=sent.transfer_id)


def _case_link(console: Console, sent: Transfer) -> list[tuple[str, str]]:
    own = console.actor.role is not Role.DEPARTMENT or sent.department in console.actor.sees
    return [(f"/console/cases/{sent.case_id}", _("案件"))] if sent.case_id and own else []


def _is_party(actor: Actor, receiver: str) -> bool:
    return actor.role is Role.DEPARTMENT and bool(receiver) and receiver in actor.sees


@router.get(_NOTICES)
async def copy_notices(console: InConsole) -> Response:
    """List the copy notices that somebody sent or received."""
    async with console.reading() as work:
        spec: ListSpec[CopyNotice] = ListSpec(
            title=later("抄告"),
            columns=(
                Column(
                    later("对象"),
                    "object_name",
                    "link",
                    href=lambda each: f"{_NOTICES}/{each.notice_id}",
                    note=lambda each, _names: bare_code(each.object_id),
                    order="object_name",
                ),
                Column(later("文号"), "letter_number"),
                Column(later("抄告部门"), lambda e, _names: (e.department,), kind="departments"),
                Column(later("接收部门"), lambda e, _names: (e.receiver,), kind="departments"),
                Column(later("事项"), "matter"),
                Column(later("反馈期限"), "answer_due", "date", order="answer_due"),
                Column(later("反馈"), "outcome", "state:copy-outcome"),
                Column(later("状态"), "state", "state:copy-notice"),
            ),
            filters=(
                Filter("state", later("全部状态"), states_of("copy-notice")),
                Filter("outcome", later("全部反馈"), states_of("copy-outcome")),
            ),
            fixed=await seen_copy_notices(work, console.actor),
            order="answer_due",
            descending=True,
            empty=later("没有抄告。"),
            empty_next=later("发现涉及其他部门职责的问题，可在结果页抄告相关部门。"),
            search_label=later("对象、文号或事项"),
        )
        return await show_matters(console, work, work.copy_notices, spec, CASES)


@router.get(_NOTICES + "/{notice_id}")
async def one_copy_notice(notice_id: str, console: InConsole) -> Response:
    """Show a copy notice to who sent or received it."""
    async with console.reading() as work:
        notice = await work.copy_notices.get(notice_id)
        if not _is_party(console.actor, notice.receiver):
            await require_seen(work, console.actor, notice)
        names = await load_names(work)
        left = days_left(notice.answer_due, work.today())
        matter = Matter(
            title=notice.object_name,
            state=("copy-notice", notice.state.value),
            tabs=CASES,
            here=_NOTICES,
            visit_id=notice.visit_id,
            facts=_notice_facts(notice, names),
            acts=_notice_acts(console, notice),
            next_step=_("等待 %(department)s 反馈，%(left)s。")
            % {"department": names.department(notice.receiver), "left": left}
            if notice.is_open
            else "",
            late=_("已逾期") if notice.is_overdue(work.today()) else "",
            papers=[(f"{_NOTICES}/{notice_id}/letter.pdf", _("抄告函"))],
            history=await history_of(work, notice.visit_id, "copy-notice", notice_id),
        )
        return await show_matter(console, work, names, matter)


def _notice_facts(notice: CopyNotice, names: Names) -> list[Cell]:
    due_note = _tentative(notice.answer_provisional)
    return [
        fact(later("文号"), notice.letter_number),
        fact(later("抄告部门"), (notice.department,), "departments"),
        fact(later("接收部门"), (notice.receiver,), "departments"),
        fact(later("抄告事项"), notice.matter),
        fact(later("依据"), notice.basis),
        fact(later("发出"), notice.sent_at, "time", note=names.person(notice.sent_by)),
        fact(later("反馈期限"), notice.answer_due, "date", note=due_note),
        fact(later("办理结果"), notice.outcome, "state:copy-outcome"),
        fact(later("办理情况"), notice.answer, note=notice.answered_by or ""),
        fact(later("反馈"), notice.answered_at, "time"),
        fact(later("撤回理由"), notice.withdrawn_reason),
    ]


def _notice_acts(console: Console, notice: CopyNotice) -> list[ActButton]:
    wanted: tuple[str, ...] = ()
    if notice.is_open and console.actor.department == notice.receiver:
        wanted = ("answer-copy-notice",)
    elif notice.is_open and console.actor.department == notice.department:
        wanted = ("withdraw-copy-notice",)
    return console.buttons(*wanted, notice_id=notice.notice_id)
