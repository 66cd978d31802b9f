"""Disclosed results and objections."""

from typing import TYPE_CHECKING

from fastapi import APIRouter
from fastapi.responses import Response

from coordinator.web.console.checklist_merge import round_options
from coordinator.web.console.frame import InConsole
from coordinator.web.language import later
from coordinator.web.lists import Column, Filter, ListSpec
from coordinator.web.names import load_names
from coordinator.web.words import states_of

if TYPE_CHECKING:
    from coordinator.domain.disclosure import Disclosure

router = APIRouter()


@router.get("/console/disclosures")
async def disclosures(console: InConsole) -> Response:
    """List what is disclosed."""
    async with console.reading() as work:
        names = await load_names(work)
        spec: ListSpec[Disclosure] = ListSpec(
            title=later("公示"),
            columns=(
                Column(
                    later("检查对象"),
                    "object_name",
                    "link",
                    href=lambda each: f"/console/disclosures/{each.disclosure_id}",
                    note=lambda each, _names: each.task_number,
                    order="object_name",
                ),
                Column(later("部门"), lambda each, _names: (each.department,), kind="departments"),
                Column(later("事项"), "item_name"),
                Column(later("结果"), "has_problem", "state:problem"),
                Column(later("公示时间"), "disclosed_at", "time", order="disclosed_at"),
                Column(later("期限"), "due_date", "date", order="due_date"),
                Column(later("异议"), "objection_at", "time", order="objection_at"),
            ),
            filters=(
                Filter("round_id", later("全部批次"), await round_options(work)),
                Filter("department", later("全部部门"), names.department_options()),
                Filter(
                    "has_problem",
                    later("全部结果"),
                    [(code.lower(), word) for code, word in states_of("problem")],
                ),
            ),
            order="disclosed_at",
            descending=True,
            empty=later("还没有公示的结果。"),
            empty_next=later("结果审核通过后，由检查部门公示。"),
            search_label=later("对象、事项或任务编号"),
        )
        return await console.show_list(work, work.disclosures, spec, names=names)


@router.get("/console/disclosures/{disclosure_id}")
async def one_disclosure(disclosure_id: str, console: InConsole) -> Response:
    """Show a disclosure with its objection."""
    async with console.reading() as work:
        found = await work.disclosures.get(disclosure_id)
        acts = []
        if found.objection is None:
            acts = console.buttons("receive-objection", disclosure_id=disclosure_id)
        elif found.objection_answer is None and console.actor.department == found.department:
            acts = console.buttons("answer-objection", disclosure_id=disclosure_id)
        return await console.show(work, "disclosure/disclosure.html", found=found, acts=acts)
