"""Archive packages and their chain."""

from typing import TYPE_CHECKING

from fastapi import APIRouter
from fastapi.responses import Response

from coordinator.web.console.frame import InConsole
from coordinator.web.dependencies import Overseer
from coordinator.web.language import later
from coordinator.web.lists import Column, ListSpec
from coordinator.web.reach import open_rounds

if TYPE_CHECKING:
    from coordinator.domain.archive import Package

router = APIRouter()


@router.get("/console/archive")
async def packages(console: InConsole, _person: Overseer) -> Response:
    """List the archive packages."""
    async with console.reading() as work:
        spec: ListSpec[Package] = ListSpec(
            title=later("归档"),
            columns=(
                Column(
                    title=later("序号"),
                    value=lambda each, _names: each.number,
                    kind="number",
                    order="number",
                ),
                Column(
                    title=later("任务"),
                    value=lambda each, _names: each.visit_id[:12],
                    kind="code",
                    href=lambda each: f"/console/visits/{each.visit_id}",
                ),
                Column(
                    title=later("归档时间"),
                    value=lambda each, _names: each.archived_at,
                    kind="time",
                ),
                Column(
                    title=later("字节"), value=lambda each, _names: len(each.body), kind="number"
                ),
                Column(
                    title=later("指纹"), value=lambda each, _names: each.digest[:32], kind="code"
                ),
            ),
            fixed={"round_id": await open_rounds(work)},
            order="number",
            descending=True,
            empty=later("还没有归档的任务。"),
            empty_next=later("一次检查的全部结果公示后，整卷自动签名归档。"),
            search_label=later("任务编号"),
        )
        return await console.show_list(work, work.packages, spec)
