"""Joint-punishment measures, what departments answered, and the case of each listing."""

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response

from coordinator.domain.joint_punishment import MeasureOrder, PunishmentCase
from coordinator.domain.lifecycle import OrderState
from coordinator.domain.policy import MeasureRule
from coordinator.services import joint_punishment
from coordinator.services.ports import Query, Work
from coordinator.web.console.frame import InConsole
from coordinator.web.language import later
from coordinator.web.lists import Column, Filter, ListSpec
from coordinator.web.names import Names, load_names
from coordinator.web.pages import bare_code
from coordinator.web.reach import own_matters, require_seen_listing
from coordinator.web.words import states_of

router = APIRouter()


def _spec(names: Names, fixed: dict[str, Any], today: str) -> ListSpec[MeasureOrder]:
    return ListSpec(
        title=later("联合惩戒措施"),
        columns=(
            Column(
                later("当事人"),
                "subject_name",
                "link",
                href=lambda each: f"/console/punishments/{each.listing_id}",
                order="subject_name",
            ),
            Column(later("措施"), lambda each, names: names.measure(each.measure)),
            Column(
                later("执行部门"),
                lambda each, _names: (each.department,),
                kind="departments",
                order="department",
            ),
            Column(later("答复期限"), "due_date", "date", order="feedback_due"),
            Column(
                later("反馈"),
                lambda each, _names: each.outcome or "",
                kind="state:outcome",
                note=lambda each, _names: each.reason or "",
            ),
            Column(later("状态"), "state", "state:order"),
        ),
        filters=_filters(names, today),
        fixed=fixed,
        order="feedback_due",
        empty=later("没有联合惩戒措施。"),
        empty_next=later("有主体列入名单时，措施按现行清单自动下达到各执行部门。"),
        search_label=later("当事人"),
    )


def _filters(names: Names, today: str) -> tuple[Filter, ...]:
    due = [(today, later("今日及以前到期"))]
    return (
        Filter("state", later("全部状态"), states_of("order")),
        Filter("department", later("全部部门"), names.department_options()),
        Filter("outcome", later("全部反馈"), states_of("outcome")),
        Filter("feedback_due", later("执行反馈期限"), due, "until"),
        Filter("lifting_due", later("解除反馈期限"), due, "until"),
    )


@router.get("/console/measures")
async def measures(console: InConsole) -> Response:
    """List the measures with their feedback; `overdue=1` keeps those whose answer is late."""
    async with console.reading() as work:
        names = await load_names(work)
        fixed = own_matters(console.actor)
        if "overdue" in console.request.query_params:
            fixed = {**fixed, "order_id": await _overdue(work)}
        spec = _spec(names, fixed, work.today().isoformat())
        return await console.show_list(
            work,
            work.orders,
            spec,
            names=names,
            template="joint_punishment/measures.html",
            overdue=len(await _overdue(work)),
        )


async def _overdue(work: Work) -> tuple[str, ...]:
    waiting = await work.orders.where(state=(OrderState.ORDERED, OrderState.LIFTING))
    return tuple(
        each.order_id
        for each in waiting
        if each.due_date is not None and each.due_date < work.today()
    )


@router.get("/console/measures/library")
async def library(console: InConsole) -> Response:
    """Show the rules of the lists and the library of measures, former versions included."""
    async with console.reading() as work:
        return await console.show(
            work,
            "joint_punishment/library.html",
            lists=work.policy.lists,
            measures=work.policy.measures,
        )


@router.get("/console/punishments")
async def punishments(console: InConsole) -> Response:
    """List the joint-punishment cases."""
    spec: ListSpec[PunishmentCase] = ListSpec(
        title=later("联合惩戒案件"),
        columns=(
            Column(
                later("案件编号"),
                "number",
                "link",
                href=lambda each: f"/console/punishments/{each.listing_id}",
                order="number",
            ),
            Column(
                later("当事人"),
                "subject_name",
                note=lambda each, _names: bare_code(each.subject),
                order="subject_name",
            ),
            Column(later("名单"), lambda each, names: names.list_name(each.list_code)),
            Column(later("列入机关"), lambda each, _names: (each.organ,), kind="departments"),
            Column(later("立案时间"), "opened_at", "time", order="opened_at"),
            Column(later("结案时间"), "closed_at", "time"),
        ),
        order="opened_at",
        descending=True,
        empty=later("没有联合惩戒案件。"),
        empty_next=later("有主体列入名单并有措施下达时，案件自动建立。"),
        search_label=later("编号、当事人或代码"),
    )
    async with console.reading() as work:
        return await console.show_list(work, work.punishments, spec)


def _rules(work: Work, orders: Sequence[MeasureOrder]) -> list[tuple[str, MeasureRule | None]]:
    """Give the rules that followed, each once, in the versions they had when they were ordered."""
    known = {rule.label: rule for rule in work.policy.measures}
    found: dict[str, MeasureRule | None] = {}
    for each in orders:
        rule = known.get(each.rule_label or "")
        found[each.rule_label or each.measure] = rule or work.policy.measure(each.measure)
    return list(found.items())


@router.get("/console/punishments/{listing_id}")
async def one_case(listing_id: str, console: InConsole) -> Response:
    """Show a case: listing, rules that followed, orders by department, answers, clocks."""
    async with console.reading() as work:
        listing = await work.listings.get(listing_id)
        require_seen_listing(console.actor, listing)
        case = await joint_punishment.case_of(work, listing_id)
        orders = await work.orders.where(listing_id=listing_id)
        log = await work.audit_entries.page(
            Query(equals={"subject": listing_id}, order="number", descending=True)
        )
        return await console.show(
            work,
            "joint_punishment/case.html",
            listing=listing,
            case=case,
            today=work.today(),
            rules=_rules(work, orders),
            orders=sorted(orders, key=lambda each: (each.department, each.measure)),
            answers=await joint_punishment.history_of(work, listing_id),
            log=[each for each in log.values if each.tag.startswith("joint-punishment:")],
        )
