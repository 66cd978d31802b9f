"""Mutual recognition 结果互认: what drops off after the draw, and the evidence behind it."""

from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response

from coordinator.domain.checklist_merge.recognition import Recognition
from coordinator.domain.dispatch import Visit
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.services.ports import Actor, Role, Work
from coordinator.web.console.checklist_merge import round_options
from coordinator.web.console.frame import InConsole
from coordinator.web.evidence import Evidence, evidence_of
from coordinator.web.language import later
from coordinator.web.lists import Column, Filter, ListSpec
from coordinator.web.names import Names, load_names
from coordinator.web.pages import bare_code
from coordinator.web.reach import open_rounds, own_matters, require_seen_result

router = APIRouter()


def _spec(
    names: Names, rounds: list[tuple[str, str]], fixed: dict[str, Any]
) -> ListSpec[Recognition]:
    return ListSpec(
        title=later("结果互认"),
        columns=(
            Column(
                later("检查对象"),
                "object_name",
                "link",
                href=lambda each: f"/console/recognised/{each.recognition_id}",
                note=lambda each, _names: bare_code(each.object_id),
                order="object_name",
            ),
            Column(later("部门"), lambda each, _names: (each.department,), kind="departments"),
            Column(later("事项"), "item_name", note=lambda each, _names: each.question),
            Column(later("不再查的"), "whole", "state:recognised-whole"),
            Column(
                later("认可的结果"), lambda each, _names: (each.from_department,), "departments"
            ),
            Column(later("检查日期"), "visited_date", "date", order="visited_date"),
            Column(later("计划任务"), "line", "code"),
        ),
        filters=(
            Filter("round_id", later("全部批次"), rounds),
            Filter("department", later("全部部门"), names.department_options()),
            Filter("from_department", later("全部出具部门"), names.department_options()),
        ),
        fixed=fixed,
        order="object_name",
        empty=later("还没有互认的结果。"),
        empty_next=later(
            "抽取之后，其他部门近期查过且未发现问题的事项和共用要点会列在这里，不再查。"
        ),
        search_label=later("对象或事项"),
    )


@router.get("/console/recognised")
async def recognised(console: InConsole) -> Response:
    """List what is not checked because another organ found it clean lately."""
    async with console.reading() as work:
        names = await load_names(work)
        fixed = {"round_id": await open_rounds(work), **own_matters(console.actor)}
        spec = _spec(names, await round_options(work), fixed)
        return await console.show_list(work, work.recognitions, spec, names=names)


@router.get("/console/recognised/{recognition_id}")
async def evidence(recognition_id: str, console: InConsole) -> Response:
    """Show the result that stands for a check or a question, and whether it still does."""
    async with console.reading() as work:
        found = await _seen(work, console.actor, recognition_id)
        (shown,) = await evidence_of(work, [found])
        visit = await work.visits.find(shown.result.visit_id) if shown.result else None
        return await console.show(
            work,
            "checklist_merge/evidence.html",
            evidence=shown,
            source=visit,
            round=await work.rounds.get(found.round_id),
            may_open=shown.result is not None and await _may_open(work, console.actor, shown),
            names=await load_names(work),
        )


async def recognised_at(work: Work, actor: Actor, visit: Visit) -> list[Recognition]:
    """Give what is recognised at the objects of a visit; a department sees its own."""
    objects = {check.object_id for check in await work.checks.where(visit_id=visit.visit_id)}
    if not objects:
        return []
    found = await work.recognitions.where(
        round_id=visit.round_id, object_id=objects, **own_matters(actor)
    )
    return sorted(found, key=lambda each: (each.department, each.object_name, each.item))


async def _seen(work: Work, actor: Actor, recognition_id: str) -> Recognition:
    """Give a recognition that somebody may see: departments where they ask or have found."""
    found = await work.recognitions.get(recognition_id)
    concerned = {found.department, found.from_department} & set(actor.sees)
    hidden = actor.role is Role.DEPARTMENT and not concerned
    if hidden or found.round_id not in await open_rounds(work):
        raise RuleBrokenError(Rule.NOT_FOUND, kind="recognition", key=recognition_id)
    return found


async def _may_open(work: Work, actor: Actor, shown: Evidence) -> bool:
    if shown.result is None:
        return False
    try:
        await require_seen_result(work, actor, shown.result)
    except RuleBrokenError:
        return False
    return True
