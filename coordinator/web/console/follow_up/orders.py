"""Rectification orders: the list, and one order with its evidence and re-inspections."""

from typing import TYPE_CHECKING

from fastapi import APIRouter
from fastapi.responses import Response

from coordinator.domain.follow_up import Rectification
from coordinator.domain.lifecycle import RectificationState
from coordinator.web.console.follow_up.matters import (
    ORDERS,
    Matter,
    days_left,
    fact,
    history_of,
    show_matter,
    show_matters,
)
from coordinator.web.console.frame import ActButton, Console, InConsole
from coordinator.web.console.leads import dues_of
from coordinator.web.language import _, later
from coordinator.web.lists import Cell, Column, Filter, ListSpec
from coordinator.web.names import Names, load_names
from coordinator.web.pages import bare_code
from coordinator.web.reach import own_matters, require_own
from coordinator.web.words import states_of

if TYPE_CHECKING:
    from coordinator.services.ports import Work

router = APIRouter()
_HERE = "/console/rectifications"


@router.get(_HERE)
async def rectifications(console: InConsole) -> Response:
    """List the rectification orders by due date."""
    spec: ListSpec[Rectification] = ListSpec(
        title=later("责令限期改正"),
        columns=(
            Column(
                later("对象"),
                "object_name",
                "link",
                href=lambda each: f"{_HERE}/{each.rectification_id}",
                note=lambda each, _names: bare_code(each.object_id),
                order="object_name",
            ),
            Column(later("文号"), "order_number"),
            Column(later("部门"), lambda each, _names: (each.department,), kind="departments"),
            Column(later("问题"), "problem"),
            Column(later("改正期限"), "due_date", "date", order="due_date"),
            Column(later("状态"), "state", "state:rectification"),
        ),
        filters=(Filter("state", later("全部状态"), states_of("rectification")),),
        fixed=own_matters(console.actor),
        order="due_date",
        empty=later("没有责令改正。"),
        empty_next=later("发现问题的结果审核通过后，可在结果页责令改正。"),
        search_label=later("对象、文号或问题"),
    )
    async with console.reading() as work:
        return await show_matters(console, work, work.rectifications, spec, ORDERS)


@router.get(_HERE + "/{rectification_id}")
async def one_rectification(rectification_id: str, console: InConsole) -> Response:
    """Show a rectification order."""
    async with console.reading() as work:
        order = await work.rectifications.get(rectification_id)
        require_own(console.actor, order.department)
        names = await load_names(work)
        overdue = order.is_overdue(work.today())
        matter = Matter(
            title=order.object_name,
            state=("rectification", order.state.value),
            tabs=ORDERS,
            here=_HERE,
            visit_id=order.visit_id,
            result_id=order.result_id,
            facts=_facts(order, names),
            acts=_acts(console, work, order),
            next_step=_next_step(order, work),
            late=_("已逾期") if overdue else "",
            papers=[(f"{_HERE}/{rectification_id}/order.pdf", _("责令限期改正通知书"))],
            links=[(f"/console/cases/{order.case_id}", _("案件"))] if order.case_id else [],
            history=await history_of(work, order.visit_id, "rectification", rectification_id),
            more={
                "dues": await dues_of(console, work, source_id=rectification_id),
                "files": order.evidence_files,
            },
        )
        return await show_matter(console, work, names, matter)


def _facts(order: Rectification, names: Names) -> list[Cell]:
    closed = order.closing_note or ""
    return [
        fact(later("文号"), order.order_number),
        fact(later("部门"), (order.department,), "departments"),
        fact(later("问题"), order.problem),
        fact(later("依据"), order.article),
        fact(later("改正期限"), order.due_date, "date", note=_moved(order)),
        fact(later("责令"), order.ordered_at, "time", note=names.person(order.ordered_by)),
        fact(later("申请延至"), order.extension_until, "date", note=order.extension_reason or ""),
        fact(
            later("延期决定"),
            order.extension_granted,
            "state:granted",
            note=order.extension_note or "",
        ),
        fact(later("改正情况与证据"), order.evidence),
        fact(later("报告改正"), order.reported_at, "time"),
        fact(later("退回理由"), order.refusal, note=names.person(order.refused_by)),
        fact(later("了结"), order.closed_at, "time", note=closed),
    ]


def _moved(order: Rectification) -> str:
    first = order.first_due
    if first is None or first == order.due_date:
        return ""
    return _("原期限 %(date)s") % {"date": first.isoformat()}


def _next_step(order: Rectification, work: "Work") -> str:
    left = days_left(order.due_date, work.today())
    if order.extension_waits:
        return _("延期申请等待审批人决定。")
    if order.state is RectificationState.ORDERED:
        return _("等待当事人改正，%(left)s。") % {"left": left}
    if order.state is RectificationState.REPORTED:
        return _("已报告改正，等待审批人复查确认或退回。")
    return ""


def _acts(console: Console, work: "Work", order: Rectification) -> list[ActButton]:
    if console.actor.department != order.department:
        return []
    wanted: tuple[str, ...] = ()
    if order.state is RectificationState.ORDERED:
        wanted = ("report-rectification",)
        if order.extension_waits:
            wanted = ("decide-extension", *wanted)
        elif not order.is_overdue(work.today()):
            wanted = (*wanted, "request-extension")
        if order.is_overdue(work.today()) and order.case_id is None:
            wanted = (*wanted, "open-case-of-order")
        wanted = (*wanted, "revoke-rectification")
    elif order.state is RectificationState.REPORTED:
        wanted = ("close-rectification", "refuse-rectification", "revoke-rectification")
    return console.buttons(*wanted, rectification_id=order.rectification_id)
