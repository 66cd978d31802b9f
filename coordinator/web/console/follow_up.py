"""Rectification orders and cases."""

from typing import TYPE_CHECKING

from fastapi import APIRouter
from fastapi.responses import Response

from coordinator.domain.lifecycle import CaseState, RectificationState
from coordinator.web.console.frame import InConsole
from coordinator.web.console.leads import dues_of
from coordinator.web.language import later
from coordinator.web.lists import Column, Filter, ListSpec
from coordinator.web.pages import bare_code
from coordinator.web.reach import own_matters, require_own
from coordinator.web.words import states_of

if TYPE_CHECKING:
    from coordinator.domain.follow_up import Case, Rectification

router = APIRouter()


@router.get("/console/rectifications")
async def rectifications(console: InConsole) -> Response:
    """List the rectification orders by due date."""
    spec: ListSpec[Rectification] = ListSpec(
        title=later("责令限期改正"),
        columns=(
            Column(
                later("对象"),
                "object_name",
                "link",
                href=lambda each: f"/console/rectifications/{each.rectification_id}",
                note=lambda each, _names: bare_code(each.object_id),
                order="object_name",
            ),
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
        search_label=later("对象或问题"),
    )
    async with console.reading() as work:
        return await console.show_list(work, work.rectifications, spec)


@router.get("/console/rectifications/{rectification_id}")
async def one_rectification(rectification_id: str, console: InConsole) -> Response:
    """Show a rectification order."""
    wanted = {
        RectificationState.ORDERED: ("report-rectification",),
        RectificationState.REPORTED: ("close-rectification",),
    }
    async with console.reading() as work:
        order = await work.rectifications.get(rectification_id)
        require_own(console.actor, order.department)
        mine = console.actor.department == order.department
        acts = console.buttons(
            *(wanted.get(order.state, ()) if mine else ()), rectification_id=rectification_id
        )
        return await console.show(
            work,
            "follow_up/rectification.html",
            order=order,
            acts=acts,
            dues=await dues_of(console, work, source_id=rectification_id),
        )


@router.get("/console/cases")
async def cases(console: InConsole) -> Response:
    """List the cases."""
    spec: ListSpec[Case] = ListSpec(
        title=later("立案查处"),
        columns=(
            Column(
                later("当事人"),
                "subject_name",
                "link",
                href=lambda each: f"/console/cases/{each.case_id}",
                note=lambda each, _names: bare_code(each.subject),
                order="subject_name",
            ),
            Column(later("部门"), lambda each, _names: (each.department,), kind="departments"),
            Column(later("线索"), "clue"),
            Column(later("登记"), "opened_at", "time", order="opened_at"),
            Column(later("决定书文号"), "decision_number"),
            Column(later("状态"), "state", "state:case"),
        ),
        filters=(Filter("state", later("全部状态"), states_of("case")),),
        fixed=own_matters(console.actor),
        order="opened_at",
        descending=True,
        empty=later("没有案件。"),
        empty_next=later("发现问题的结果审核通过后，可在结果页登记案件线索。"),
        search_label=later("当事人、线索或文号"),
    )
    async with console.reading() as work:
        return await console.show_list(work, work.cases, spec)


@router.get("/console/cases/{case_id}")
async def one_case(case_id: str, console: InConsole) -> Response:
    """Show a case and the listings that cite it."""
    wanted = {
        CaseState.CLUE: ("file-case",),
        CaseState.FILED: ("decide-penalty",),
        CaseState.DECIDED: ("execute-case", "propose-listing"),
        CaseState.EXECUTED: ("close-case", "propose-listing"),
        CaseState.CLOSED: ("propose-listing",),
    }
    async with console.reading() as work:
        case = await work.cases.get(case_id)
        require_own(console.actor, case.department)
        listings = await work.listings.where(case_id=case_id)
        mine = console.actor.department == case.department
        names = [
            name
            for name in (wanted.get(case.state, ()) if mine else ())
            if not (listings and name == "propose-listing")
        ]
        return await console.show(
            work,
            "follow_up/case.html",
            case=case,
            listings=listings,
            acts=console.buttons(*names, case_id=case_id),
        )
