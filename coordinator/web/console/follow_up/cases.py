"""Enforcement cases: the list, and one case with its clocks, decision and what rests on it."""

from collections.abc import Sequence
from datetime import date

from fastapi import APIRouter
from fastapi.responses import Response

from coordinator.domain.blacklist import Listing
from coordinator.domain.follow_up import Case, Transfer
from coordinator.domain.lifecycle import CaseState
from coordinator.domain.penalty_publication import PenaltyPublication
from coordinator.services.ports import Work
from coordinator.web.console.follow_up.matters import (
    CASES,
    Matter,
    days_left,
    fact,
    history_of,
    show_matter,
    show_matters,
)
from coordinator.web.console.frame import ActButton, Console, InConsole
from coordinator.web.language import _, later
from coordinator.web.lists import Cell, Column, Filter, ListSpec
from coordinator.web.names import Names, load_names
from coordinator.web.pages import bare_code
from coordinator.web.reach import own_matters, require_own
from coordinator.web.words import state, states_of

router = APIRouter()
_HERE = "/console/cases"
_ACTS: dict[CaseState, tuple[str, ...]] = {
    CaseState.CLUE: ("file-case", "transfer-case"),
    CaseState.FILED: ("decide-penalty", "decide-no-penalty", "transfer-case"),
    CaseState.DECIDED: ("execute-case", "propose-listing", "revoke-decision"),
    CaseState.NO_PENALTY: ("close-case", "revoke-decision"),
    CaseState.EXECUTED: ("close-case", "propose-listing", "revoke-decision"),
    CaseState.REVOKED: ("reopen-case", "close-case"),
    CaseState.CLOSED: ("propose-listing", "revoke-decision"),
}


@router.get(_HERE)
async def cases(console: InConsole) -> Response:
    """List the cases."""
    spec: ListSpec[Case] = ListSpec(
        title=later("立案查处"),
        columns=(
            Column(
                later("当事人"),
                "subject_name",
                "link",
                href=lambda each: f"{_HERE}/{each.case_id}",
                note=lambda each, _names: bare_code(each.subject),
                order="subject_name",
            ),
            Column(later("案号"), "case_number"),
            Column(later("部门"), lambda each, _names: (each.department,), kind="departments"),
            Column(later("线索"), "clue"),
            Column(later("登记"), "opened_at", "time", order="opened_at"),
            Column(later("期限"), lambda each, _names: clock_of(each), "date"),
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
        return await show_matters(console, work, work.cases, spec, CASES)


@router.get(_HERE + "/{case_id}")
async def one_case(case_id: str, console: InConsole) -> Response:
    """Show a case, its former decisions, and what rests on it."""
    async with console.reading() as work:
        case = await work.cases.get(case_id)
        require_own(console.actor, case.department)
        names = await load_names(work)
        listings = await work.listings.where(case_id=case_id)
        transfers = await work.transfers.where(case_id=case_id)
        shown = await work.penalty_publications.where(case_id=case_id)
        due = clock_of(case)
        matter = Matter(
            title=case.subject_name,
            state=("case", case.state.value),
            tabs=CASES,
            here=_HERE,
            visit_id=case.visit_id,
            result_id=case.result_id,
            facts=_facts(case, names, work.today()),
            acts=_acts(console, case, listings),
            next_step=_next_step(case, work),
            late=_("已逾期") if due is not None and work.today() > due else "",
            papers=[
                (f"{_HERE}/{case_id}/file.pdf", _("一案一卷（PDF）")),
                (f"{_HERE}/{case_id}/file.zip", _("一案一卷（全部材料）")),
            ],
            links=[*_shown(shown), *_links(console, case, listings, transfers, names)],
            history=await history_of(work, case.visit_id, "case", case_id),
            more={"former": case.former},
        )
        return await show_matter(console, work, names, matter)


def clock_of(case: Case) -> date | None:
    """Give the day by which the next step of a case is due."""
    return {
        CaseState.CLUE: case.filing_due,
        CaseState.FILED: case.decision_due,
        CaseState.DECIDED: case.execution_due,
    }.get(case.state)


def yuan(fen: int | None) -> str:
    """Word an amount of fen in yuan, with the currency."""
    if fen is None:
        return ""
    return _("人民币 %(amount)s 元") % {"amount": f"{fen // 100:,}.{fen % 100:02d}"}


def _facts(case: Case, names: Names, today: date) -> list[Cell]:
    kind = names.penalty(case.penalty_kind) if case.penalty_kind else ""
    due = clock_of(case)
    return [
        fact(later("当事人"), case.subject_name, note=bare_code(case.subject)),
        fact(later("检查对象"), case.object_name if case.object_id != case.subject else ""),
        fact(later("案号"), case.case_number),
        fact(later("部门"), (case.department,), "departments"),
        fact(later("线索"), case.clue, note=names.person(case.opened_by)),
        fact(later("登记"), case.opened_at, "time"),
        fact(later("期限"), due, "date", note=_provisional(case, days_left(due, today))),
        fact(later("立案"), case.filing_reason),
        fact(later("决定书文号"), case.decision_number, note=names.person(case.decided_by)),
        fact(later("决定日期"), case.decided_date, "date"),
        fact(later("处罚种类"), kind),
        fact(later("罚款金额"), yuan(case.fine_fen)),
        fact(later("吊销的证件"), case.certificate_number),
        fact(later("违法事实"), case.facts),
        fact(later("处罚依据"), case.basis),
        fact(later("失信程度"), names.severity(case.severity), note=_months(case)),
        fact(later("执行完毕"), case.executed_at, "time"),
        fact(later("结案"), case.closed_at, "time"),
    ]


def _months(case: Case) -> str:
    if not case.publication_months:
        return _("不予公示") if case.publication_months == 0 else ""
    return _("公示 %(n)s 个月") % {"n": case.publication_months}


def _provisional(case: Case, left: str) -> str:
    if case.state is CaseState.CLUE and case.filing_provisional:
        return left + _("（节假日安排未公布，暂定）")
    return left


def _next_step(case: Case, work: Work) -> str:
    left = days_left(clock_of(case), work.today())
    return {
        CaseState.CLUE: _("等待审批人决定是否立案，%(left)s。") % {"left": left},
        CaseState.FILED: _("等待作出决定，%(left)s。") % {"left": left},
        CaseState.DECIDED: _("等待执行，%(left)s。") % {"left": left},
        CaseState.NO_PENALTY: _("不予处罚，等待结案。"),
        CaseState.EXECUTED: _("已执行，等待结案。"),
        CaseState.REVOKED: _("决定已撤销，等待重新办理或结案。"),
        CaseState.TRANSFERRED: _("已移送，等待对方回执和办理结果。"),
    }.get(case.state, "")


def _acts(console: Console, case: Case, listings: Sequence[Listing]) -> list[ActButton]:
    if console.actor.department != case.department:
        return []
    names = [
        name
        for name in _ACTS.get(case.state, ())
        if not (name == "propose-listing" and (listings or not case.decision_stands))
        and not (name == "revoke-decision" and case.decided_date is None)
    ]
    return console.buttons(*names, case_id=case.case_id)


def _shown(publications: Sequence[PenaltyPublication]) -> list[tuple[str, str]]:
    return [
        (
            f"/console/penalties/{each.publication_id}",
            _("处罚公示（%(state)s）") % {"state": state("publication", each.state.value).word},
        )
        for each in publications
    ]


def _links(
    console: Console,
    case: Case,
    listings: Sequence[Listing],
    transfers: Sequence[Transfer],
    names: Names,
) -> list[tuple[str, str]]:
    found = [
        (f"/console/listings/{each.listing_id}", names.list_name(each.list_code))
        for each in listings
    ]
    found += [
        (f"/console/transfers/{each.transfer_id}", each.letter_number or _("移送"))
        for each in transfers
    ]
    if case.rectification_id:
        found.append((f"/console/rectifications/{case.rectification_id}", _("责令改正")))
    found.append((f"/console/enterprises/{case.subject}", _("一企一档")))
    if console.actor.department is None:
        found.append((f"/console/messages/flows/{case.visit_id}", _("消息流转")))
    return found
