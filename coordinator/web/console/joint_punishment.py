"""Joint-punishment measures and what departments answered."""

from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response

from coordinator.domain.joint_punishment import MeasureOrder
from coordinator.web.console.frame import InConsole
from coordinator.web.language import later
from coordinator.web.lists import Column, Filter, ListSpec
from coordinator.web.names import Names, load_names
from coordinator.web.reach import own_matters
from coordinator.web.words import states_of

router = APIRouter()


def _spec(names: Names, fixed: dict[str, Any]) -> ListSpec[MeasureOrder]:
    return ListSpec(
        title=later("联合惩戒措施"),
        columns=(
            Column(
                later("当事人"),
                "subject_name",
                "link",
                href=lambda each: f"/console/listings/{each.listing_id}",
                order="subject_name",
            ),
            Column(later("措施"), lambda each, names: names.measure(each.measure)),
            Column(
                later("执行部门"),
                lambda each, _names: (each.department,),
                kind="departments",
                order="department",
            ),
            Column(later("反馈期限"), "feedback_due", "date", order="feedback_due"),
            Column(
                later("反馈"),
                lambda each, _names: each.outcome or "",
                kind="state:outcome",
                note=lambda each, _names: each.reason or "",
            ),
            Column(later("状态"), "state", "state:order"),
        ),
        filters=(
            Filter("state", later("全部状态"), states_of("order")),
            Filter("department", later("全部部门"), names.department_options()),
            Filter("outcome", later("全部反馈"), states_of("outcome")),
        ),
        fixed=fixed,
        order="feedback_due",
        empty=later("没有联合惩戒措施。"),
        empty_next=later("有主体列入名单时，措施按现行清单自动下达到各执行部门。"),
        search_label=later("当事人"),
    )


@router.get("/console/measures")
async def measures(console: InConsole) -> Response:
    """List the measures with their feedback."""
    async with console.reading() as work:
        names = await load_names(work)
        spec = _spec(names, own_matters(console.actor))
        return await console.show_list(work, work.orders, spec, names=names)
