"""Matters outside the lists: of the own organ, for overseers of all."""

from typing import TYPE_CHECKING

from fastapi import APIRouter
from fastapi.responses import Response

from coordinator.domain.lifecycle import UnlistedState
from coordinator.services.ports import Query, Work
from coordinator.web.console.frame import InConsole
from coordinator.web.language import choose, later
from coordinator.web.lists import Column, Filter, ListSpec
from coordinator.web.names import load_names
from coordinator.web.reach import own_matters, require_own
from coordinator.web.words import states_of

if TYPE_CHECKING:
    from coordinator.domain.unlisted import UnlistedMatter

router = APIRouter()

_ACTS = {
    UnlistedState.PROPOSED: ("approve-unlisted", "refuse-unlisted"),
    UnlistedState.APPROVED: ("report-unlisted",),
}


def _kinds(work: Work) -> dict[str, str]:
    kinds = work.policy.exemption_kinds
    return {each.code: choose(each.name, each.name_en) for each in kinds if each.unlisted}


@router.get("/console/unlisted")
async def matters(console: InConsole) -> Response:
    """List the matters."""
    async with console.reading() as work:
        names = await load_names(work)
        kinds = _kinds(work)
        spec: ListSpec[UnlistedMatter] = ListSpec(
            title=later("清单外事项"),
            columns=(
                Column(
                    later("检查对象"),
                    "object_name",
                    "link",
                    href=lambda each: f"/console/unlisted/{each.matter_id}",
                ),
                Column(later("部门"), lambda each, _names: (each.department,), kind="departments"),
                Column(later("类别"), lambda each, _names: kinds.get(each.code, each.code)),
                Column(later("法律依据"), "basis", kind="long"),
                Column(later("检查日期"), "day", "date", order="day"),
                Column(later("状态"), "state", "state:unlisted"),
            ),
            filters=(
                Filter("department", later("全部部门"), names.department_options()),
                Filter("code", later("全部类别"), list(kinds.items())),
                Filter("state", later("全部状态"), states_of("unlisted")),
            ),
            fixed=own_matters(console.actor),
            order="day",
            descending=True,
            empty=later("没有清单外事项。"),
            empty_next=later("清单以外的检查一律不得进行；法律另有规定的重大事项在这里单独登记。"),
            search_label=later("对象、依据或事项"),
        )
        return await console.show_list(
            work,
            work.unlisted_matters,
            spec,
            names=names,
            acts=console.buttons("propose-unlisted"),
        )


@router.get("/console/unlisted/{matter_id}")
async def one_matter(matter_id: str, console: InConsole) -> Response:
    """Show a matter with its basis, its approver and what came of it."""
    async with console.reading() as work:
        found = await work.unlisted_matters.get(matter_id)
        require_own(console.actor, found.department)
        own = console.actor.department == found.department
        query = Query(equals={"subject": matter_id}, order="number", descending=True)
        return await console.show(
            work,
            "unlisted/matter.html",
            found=found,
            kind=_kinds(work).get(found.code, found.code),
            acts=console.buttons(*_ACTS.get(found.state, ()), matter_id=matter_id) if own else [],
            log=(await work.audit_entries.page(query)).values,
        )
