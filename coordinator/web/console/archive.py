"""Archive packages and their chain."""

from typing import TYPE_CHECKING

from fastapi import APIRouter
from fastapi.responses import Response

from coordinator.web.console.frame import InConsole
from coordinator.web.console.task_numbers import Numbered
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
        numbered = Numbered(work, work.packages)
        spec: ListSpec[Package] = ListSpec(
            title=later("归档"),
            columns=(
                Column(later("序号"), "number", "number", order="number"),
                Column(
                    later("任务"),
                    lambda each, _names: numbered.number_of(each),
                    kind="code",
                    href=lambda each: f"/console/visits/{each.visit_id}",
                ),
                Column(later("归档时间"), "archived_at", "time"),
                Column(later("字节"), lambda each, _names: len(each.body), kind="number"),
                Column(later("指纹"), lambda each, _names: each.digest[:32], kind="code"),
            ),
            fixed={"round_id": await open_rounds(work)},
            order="number",
            descending=True,
            empty=later("还没有归档的任务。"),
            empty_next=later("一次检查的全部结果公示后，整卷自动签名归档。"),
            search_label=later("任务编号"),
        )
        return await console.show_list(work, numbered, spec)
