"""Gaps in departments' queues: who asked for which, what was sent again, what will not come."""

from typing import TYPE_CHECKING

from fastapi import APIRouter
from fastapi.responses import Response

from coordinator.web.console.frame import InConsole
from coordinator.web.dependencies import Overseer
from coordinator.web.language import later
from coordinator.web.lists import Column, ListSpec

if TYPE_CHECKING:
    from coordinator.services.ports import Resend

router = APIRouter()


@router.get("/console/messages/gaps")
async def gaps(console: InConsole, _person: Overseer) -> Response:
    """Show what departments asked for again."""
    spec: ListSpec[Resend] = ListSpec(
        title=later("缺号补发"),
        columns=(
            Column(later("部门"), lambda each, _names: (each.department,), kind="departments"),
            Column(later("队列"), lambda each, names: names.queue(each.queue)),
            Column(later("从"), "first", "number"),
            Column(later("到"), "last", "number"),
            Column(later("补发"), "number_resent", "number"),
            Column(later("不再补发"), "number_voided", "number"),
            Column(later("时间"), "requested_at", "time", order="requested_at"),
        ),
        order="requested_at",
        descending=True,
        empty=later("没有部门缺过消息：每个队列都按编号收齐。"),
        search_label=later("部门或队列"),
    )
    async with console.reading() as work:
        return await console.show_list(work, work.resends, spec, template="messages/gaps.html")
