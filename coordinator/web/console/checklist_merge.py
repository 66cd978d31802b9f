"""The merge: every drawn check and the visit it went into."""

from typing import TYPE_CHECKING

from fastapi import APIRouter
from fastapi.responses import Response

from coordinator.services.checklist_merge import merge_summary
from coordinator.services.ports import Work
from coordinator.web.console.frame import InConsole
from coordinator.web.dependencies import Overseer
from coordinator.web.language import later
from coordinator.web.lists import Column, Filter, ListSpec
from coordinator.web.names import load_names
from coordinator.web.pages import bare_code
from coordinator.web.reach import open_rounds

if TYPE_CHECKING:
    from coordinator.domain.dispatch import VisitCheck

router = APIRouter()


async def round_options(work: Work) -> list[tuple[str, str]]:
    """Give (id, title) of the rounds, for filters."""
    return [(each.round_id, each.title) for each in await work.rounds.where()]


@router.get("/console/checks")
async def checks(console: InConsole, _person: Overseer) -> Response:
    """List the checks by visit."""
    async with console.reading() as work:
        names = await load_names(work)
        spec: ListSpec[VisitCheck] = ListSpec(
            title=later("检查清单合并"),
            columns=(
                Column(
                    title=later("检查对象"),
                    value=lambda each, _names: each.object_name,
                    kind="strong",
                    note=lambda each, _names: bare_code(each.object_id),
                    order="object_name",
                ),
                Column(
                    title=later("部门"),
                    value=lambda each, _names: (each.department,),
                    kind="departments",
                ),
                Column(
                    title=later("事项"),
                    value=lambda each, _names: each.item_name,
                    note=lambda each, _names: each.item,
                ),
                Column(title=later("计划任务"), value=lambda each, _names: each.line, kind="code"),
                Column(title=later("方式"), value=lambda each, _names: each.method),
                Column(title=later("分钟"), value=lambda each, _names: each.minutes, kind="number"),
                Column(
                    title=later("并入任务"),
                    value=lambda each, _names: each.visit_id[:12],
                    kind="code",
                    href=lambda each: f"/console/visits/{each.visit_id}",
                    order="visit_id",
                ),
            ),
            filters=(
                Filter(
                    field="round_id", label=later("全部批次"), options=await round_options(work)
                ),
                Filter(
                    field="department",
                    label=later("全部部门"),
                    options=names.department_options(),
                ),
            ),
            fixed={"round_id": await open_rounds(work)},
            order="visit_id",
            empty=later("还没有合并的检查。"),
            empty_next=later("抽取对象时，同一场所的检查会自动合并为最少的上门次数。"),
            search_label=later("对象、事项或任务编号"),
        )
        wanted = console.request.query_params.get("round_id", "")
        summaries = [
            (title, await merge_summary(work, code))
            for code, title in await round_options(work)
            if wanted in ("", code)
        ]
        return await console.show_list(
            work,
            work.checks,
            spec,
            names=names,
            template="checklist_merge/checks.html",
            summaries=summaries,
        )
