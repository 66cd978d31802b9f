"""Joint-punishment measures and what departments answered."""

from typing import TYPE_CHECKING

from fastapi import APIRouter
from fastapi.responses import Response

from coordinator.web.console.frame import InConsole
from coordinator.web.language import later
from coordinator.web.lists import Column, Filter, ListSpec
from coordinator.web.names import load_names
from coordinator.web.reach import own_matters
from coordinator.web.words import states_of

if TYPE_CHECKING:
    from coordinator.domain.joint_punishment import MeasureOrder

router = APIRouter()


@router.get("/console/measures")
async def measures(console: InConsole) -> Response:
    """List the measures with their feedback."""
    async with console.reading() as work:
        names = await load_names(work)
        spec: ListSpec[MeasureOrder] = ListSpec(
            title=later("联合惩戒措施"),
            columns=(
                Column(
                    title=later("当事人"),
                    value=lambda each, _names: each.subject_name,
                    kind="link",
                    href=lambda each: f"/console/listings/{each.listing_id}",
                    order="subject_name",
                ),
                Column(title=later("措施"), value=lambda each, names: names.measure(each.measure)),
                Column(
                    title=later("执行部门"),
                    value=lambda each, _names: (each.department,),
                    kind="departments",
                    order="department",
                ),
                Column(
                    title=later("反馈期限"),
                    value=lambda each, _names: each.feedback_due,
                    kind="date",
                    order="feedback_due",
                ),
                Column(
                    title=later("反馈"),
                    value=lambda each, _names: each.outcome or "",
                    kind="state:outcome",
                    note=lambda each, _names: each.reason or "",
                ),
                Column(
                    title=later("状态"), value=lambda each, _names: each.state, kind="state:order"
                ),
            ),
            filters=(
                Filter(field="state", label=later("全部状态"), options=states_of("order")),
                Filter(
                    field="department",
                    label=later("全部部门"),
                    options=names.department_options(),
                ),
                Filter(field="outcome", label=later("全部反馈"), options=states_of("outcome")),
            ),
            fixed=own_matters(console.actor),
            order="feedback_due",
            empty=later("没有联合惩戒措施。"),
            empty_next=later("有主体列入名单时，措施按现行清单自动下达到各执行部门。"),
            search_label=later("当事人"),
        )
        return await console.show_list(work, work.orders, spec, names=names)
