"""Duty lists 检查人员权责清单: every version of every post, and one of them."""

from fastapi import APIRouter
from fastapi.responses import Response

from coordinator.domain.lifecycle import ListState
from coordinator.domain.registers.duties import DutyList
from coordinator.web.console.frame import ActButton, Console, InConsole
from coordinator.web.language import _, later
from coordinator.web.lists import Column, Filter, ListSpec
from coordinator.web.names import Names, load_names
from coordinator.web.reach import require_own
from coordinator.web.words import states_of

router = APIRouter()
DUTIES = "/console/registers/duties"


@router.get(DUTIES)
async def duties(console: InConsole) -> Response:
    """List the duty lists; drafts of other departments are theirs alone."""
    async with console.reading() as work:
        names = await load_names(work)
        seen = [
            each.duty_list_id
            for each in await work.duty_lists.where()
            if each.state is ListState.PUBLISHED or each.department == console.actor.department
        ]
        return await console.show_list(
            work,
            work.duty_lists,
            duties_spec(names, DUTIES, duty_list_id=tuple(seen)),
            names=names,
            intro=_("检查人员照单履职的，按清单免责。每个岗位一份，逐版编号公布。"),
            acts=console.buttons("draft-duties"),
        )


@router.get(DUTIES + "/{duty_list_id}")
async def one_duty_list(duty_list_id: str, console: InConsole) -> Response:
    """Show the duties of a post."""
    async with console.reading() as work:
        found = await work.duty_lists.get(duty_list_id)
        if found.state is ListState.DRAFT:
            require_own(console.actor, found.department)
        return await console.show(
            work,
            "registers/duty_list.html",
            duty_list=found,
            acts=_buttons(console, found),
        )


def duties_spec(names: Names, page: str, **fixed: object) -> ListSpec[DutyList]:
    """Give the list of duty lists, as console and public site show it."""
    return ListSpec(
        title=later("检查人员权责清单"),
        columns=(
            Column(
                later("岗位"),
                "post",
                "link",
                href=lambda each: f"{page}/{each.duty_list_id}",
                order="post",
            ),
            Column(later("部门"), lambda each, _names: (each.department,), "departments"),
            Column(later("版本"), "version", "number"),
            Column(later("职责数"), lambda each, _names: len(each.duties), kind="number"),
            Column(later("生效日期"), "effective_date", "date", order="effective_date"),
            Column(later("状态"), "state", "state:duties"),
        ),
        filters=(
            Filter("department", later("全部部门"), names.department_options()),
            Filter("state", later("全部状态"), states_of("duties")),
        ),
        fixed=fixed,
        order="post",
        empty=later("还没有权责清单。"),
        empty_next=later("由各部门按岗位起草，审批人发布。"),
        search_label=later("岗位"),
    )


def _buttons(console: Console, found: DutyList) -> list[ActButton]:
    drafted_alone = found.drafted_by == console.actor.name
    own = console.actor.department == found.department
    if found.state is ListState.PUBLISHED or drafted_alone or not own:
        return []
    return console.buttons("publish-duties", duty_list_id=found.duty_list_id)
