"""The list of business abnormalities."""

from fastapi import APIRouter
from fastapi.responses import Response

from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.follow_up import AbnormalEntry
from coordinator.domain.lifecycle import AbnormalState
from coordinator.web.console.follow_up.matters import (
    CASES,
    Matter,
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
from coordinator.web.reach import seen_abnormal
from coordinator.web.words import states_of

router = APIRouter()
_HERE = "/console/abnormal-list"


@router.get(_HERE)
async def abnormal_list(console: InConsole) -> Response:
    """List the entries; proposals are shown to who has to do with them."""
    async with console.reading() as work:
        spec: ListSpec[AbnormalEntry] = ListSpec(
            title=later("经营异常名录"),
            columns=(
                Column(
                    later("当事人"),
                    "subject_name",
                    "link",
                    href=lambda each: f"{_HERE}/{each.entry_id}",
                    note=lambda each, _names: bare_code(each.subject),
                    order="subject_name",
                ),
                Column(
                    later("事由"),
                    lambda each, names: "、".join(names.result(code) for code in each.grounds),
                ),
                Column(later("决定机关"), lambda each, _names: (each.organ,), kind="departments"),
                Column(later("列入决定"), "number"),
                Column(later("列入日期"), "entered_date", "date", order="entered_date"),
                Column(later("移出日期"), "removed_date", "date"),
                Column(later("状态"), "state", "state:abnormal"),
            ),
            filters=(Filter("state", later("全部状态"), states_of("abnormal")),),
            fixed=await seen_abnormal(work, console.actor),
            order="proposed_at",
            descending=True,
            empty=later("名录上没有任何主体。"),
            empty_next=later("结果码建议列入的，审核通过后自动提出，由名录管理部门决定。"),
            search_label=later("当事人、代码或文号"),
        )
        return await show_matters(console, work, work.abnormal_entries, spec, CASES)


@router.get(_HERE + "/{entry_id}")
async def one_entry(entry_id: str, console: InConsole) -> Response:
    """Show one entry."""
    async with console.reading() as work:
        entry = await work.abnormal_entries.get(entry_id)
        seen = await seen_abnormal(work, console.actor)
        if seen and entry_id not in seen["entry_id"]:
            raise RuleBrokenError(Rule.NOT_FOUND, kind="abnormal_entry", key=entry_id)
        names = await load_names(work)
        waits = entry.state is AbnormalState.PROPOSED
        matter = Matter(
            title=entry.subject_name,
            state=("abnormal", entry.state.value),
            tabs=CASES,
            here=_HERE,
            visit_id=entry.visit_id,
            facts=_facts(entry, names),
            acts=_acts(console, entry),
            next_step=_("等待 %(department)s 决定。")
            % {"department": names.department(entry.organ)}
            if waits
            else "",
            links=[(f"/console/enterprises/{entry.subject}", _("一企一档"))],
            history=await history_of(work, entry.visit_id, "abnormal-list", entry_id),
        )
        return await show_matter(console, work, names, matter)


def _facts(entry: AbnormalEntry, names: Names) -> list[Cell]:
    grounds = "、".join(names.result(code) for code in entry.grounds)
    return [
        fact(later("当事人"), entry.subject_name, note=bare_code(entry.subject)),
        fact(later("事由"), grounds, note=" ".join(entry.grounds)),
        fact(later("事实"), entry.facts),
        fact(later("提出部门"), (entry.department,), "departments"),
        fact(later("决定机关"), (entry.organ,), "departments"),
        fact(later("提出"), entry.proposed_at, "time", note=names.person(entry.proposed_by)),
        fact(later("列入决定"), entry.number, note=names.person(entry.decided_by)),
        fact(later("列入日期"), entry.entered_date, "date"),
        fact(later("理由"), entry.reason),
        fact(later("移出决定"), entry.removal_number, note=names.person(entry.removed_by)),
        fact(later("移出日期"), entry.removed_date, "date"),
        fact(later("移出理由"), entry.removal_reason),
    ]


def _acts(console: Console, entry: AbnormalEntry) -> list[ActButton]:
    if console.actor.department != entry.organ:
        return []
    wanted: dict[AbnormalState, tuple[str, ...]] = {
        AbnormalState.PROPOSED: ("enter-abnormal", "reject-abnormal"),
        AbnormalState.ENTERED: ("remove-abnormal",),
    }
    return console.buttons(*wanted.get(entry.state, ()), entry_id=entry.entry_id)
