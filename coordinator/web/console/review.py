"""Results: what waits for an approver, and one result with what follows from it."""

from collections.abc import Collection
from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response

from coordinator.domain.result_intake import Result
from coordinator.services.ports import Query, Work
from coordinator.services.withdrawals import withdrawn_among
from coordinator.web.console.answers import questions_of
from coordinator.web.console.checklist_merge import round_options
from coordinator.web.console.follow_up.results import after_result
from coordinator.web.console.frame import InConsole
from coordinator.web.console.problem_notes import notes_of_result
from coordinator.web.console.team_draw import people_names
from coordinator.web.language import later
from coordinator.web.lists import Column, Filter, ListSpec
from coordinator.web.names import Names, load_names
from coordinator.web.pages import bare_code
from coordinator.web.reach import require_seen_result, seen_results
from coordinator.web.words import states_of

router = APIRouter()
_WITHDRAWN = "withdrawn"
_AT_MOST = 10_000  # withdrawals are rare: two persons decide on each


def _spec(
    names: Names,
    rounds: list[tuple[str, str]],
    fixed: dict[str, Any],
    withdrawn: Collection[str],
) -> ListSpec[Result]:
    return ListSpec(
        title=later("检查结果"),
        columns=(
            Column(
                later("检查对象"),
                "object_name",
                "link",
                href=lambda each: f"/console/results/{each.result_id}",
                note=lambda each, _names: bare_code(each.object_id),
                order="object_name",
            ),
            Column(later("部门"), lambda each, _names: (each.department,), kind="departments"),
            Column(later("事项"), "item_name"),
            Column(later("检查日期"), "visited_date", "date", order="visited_date"),
            Column(
                later("结果"),
                "has_problem",
                "state:problem",
                note=lambda each, _names: each.problem or "",
            ),
            Column(later("审核"), "approved", "state:approved", order="approved"),
            Column(
                later("公示"),
                lambda each, _names: _publication(each, withdrawn),
                "state:disclosed",
            ),
        ),
        filters=_filters(names, rounds),
        fixed=fixed,
        order="approved",
        empty=later("还没有检查结果。"),
        empty_next=later("部门完成现场检查并提交后，结果会出现在这里等待审核。"),
        search_label=later("对象、事项或问题"),
    )


def _filters(names: Names, rounds: list[tuple[str, str]]) -> tuple[Filter, ...]:
    return (
        Filter("round_id", later("全部批次"), rounds),
        Filter("department", later("全部部门"), names.department_options()),
        Filter(
            "has_problem",
            later("全部结果"),
            [(code.lower(), word) for code, word in states_of("problem")],
        ),
        Filter(
            "approved",
            later("全部审核状态"),
            [(code.lower(), word) for code, word in states_of("approved")],
        ),
    )


def _publication(result: Result, withdrawn: Collection[str]) -> object:
    """Give whether a result was published, and that this was withdrawn where it was."""
    return _WITHDRAWN if result.disclosed and result.result_id in withdrawn else result.disclosed


async def _withdrawn(work: Work) -> Collection[str]:
    """Name all results whose publication was withdrawn."""
    query = Query(equals={"superseded_by": None}, filled=("withdrawn_at",), limit=_AT_MOST)
    gone = {each.result_id for each in (await work.disclosures.page(query)).values}
    return await withdrawn_among(work, gone)


@router.get("/console/results")
async def results(console: InConsole) -> Response:
    """List the results, those that wait first."""
    async with console.reading() as work:
        names = await load_names(work)
        rounds, seen = await round_options(work), await seen_results(work, console.actor)
        spec = _spec(names, rounds, seen, await _withdrawn(work))
        return await console.show_list(work, work.results, spec, names=names)


@router.get("/console/results/{result_id}")
async def one_result(result_id: str, console: InConsole) -> Response:
    """Show a result, its versions and what followed."""
    async with console.reading() as work:
        result = await work.results.get(result_id)
        await require_seen_result(work, console.actor, result)
        reports = await work.reports.where(visit_id=result.visit_id, department=result.department)
        mine = console.actor.department == result.department
        after = await after_result(console, work, result)
        exempts = mine and result.approved and not result.disclosed
        wanted = ("request-exemption",) if exempts and result.exempt_reason is None else ()
        return await console.show(
            work,
            "review/result.html",
            result=result,
            publication=_publication(result, await withdrawn_among(work, [result_id])),
            reports=reports,
            questions=await questions_of(work, result),
            notes=notes_of_result(reports, result),
            people=await people_names(work),
            after=after,
            acts=[*after.acts, *console.buttons(*wanted, result_id=result_id)],
        )
