"""The merge: every drawn check and the visit it went into."""

from fastapi import APIRouter
from fastapi.responses import Response

from coordinator.domain.dispatch import VisitCheck
from coordinator.services.checklist_merge import merge_summary
from coordinator.services.ports import Work
from coordinator.web.console.frame import InConsole
from coordinator.web.console.task_numbers import Numbered
from coordinator.web.dependencies import Overseer
from coordinator.web.language import later
from coordinator.web.lists import Column, Filter, ListSpec
from coordinator.web.names import Names, load_names
from coordinator.web.pages import bare_code
from coordinator.web.reach import open_rounds

router = APIRouter()


async def round_options(work: Work) -> list[tuple[str, str]]:
    """Give (id, title) of the rounds, for filters."""
    return [(each.round_id, each.title) for each in await work.rounds.where()]


def _spec(
    names: Names,
    rounds: list[tuple[str, str]],
    shown: tuple[str, ...],
    numbered: Numbered[VisitCheck],
) -> ListSpec[VisitCheck]:
    return ListSpec(
        title=later("检查清单合并"),
        columns=(
            Column(
                later("检查对象"),
                "object_name",
                "strong",
                note=lambda each, _names: bare_code(each.object_id),
                order="object_name",
            ),
            Column(later("部门"), lambda each, _names: (each.department,), kind="departments"),
            Column(later("事项"), "item_name", note=lambda each, _names: each.item),
            Column(later("计划任务"), "line", "code"),
            Column(later("方式"), "method"),
            Column(later("分钟"), "minutes", "number"),
            Column(
                later("并入任务"),
                lambda each, _names: numbered.number_of(each),
                kind="code",
                href=lambda each: f"/console/visits/{each.visit_id}",
                order="visit_id",
            ),
        ),
        filters=(
            Filter("round_id", later("全部批次"), rounds),
            Filter("department", later("全部部门"), names.department_options()),
        ),
        fixed={"round_id": shown},
        order="visit_id",
        empty=later("还没有合并的检查。"),
        empty_next=later("抽取对象时，同一场所的检查会自动合并为最少的上门次数。"),
        search_label=later("对象、事项或任务编号"),
    )


@router.get("/console/checks")
async def checks(console: InConsole, _person: Overseer) -> Response:
    """List the checks by visit."""
    async with console.reading() as work:
        names = await load_names(work)
        numbered = Numbered(work, work.checks)
        spec = _spec(names, await round_options(work), await open_rounds(work), numbered)
        wanted = console.request.query_params.get("round_id", "")
        summaries = [
            (title, await merge_summary(work, code))
            for code, title in await round_options(work)
            if wanted in ("", code)
        ]
        return await console.show_list(
            work,
            numbered,
            spec,
            names=names,
            template="checklist_merge/checks.html",
            summaries=summaries,
        )
