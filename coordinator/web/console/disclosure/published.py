"""Disclosed results with their versions, objections and withdrawals."""

from fastapi import APIRouter
from fastapi.responses import Response

from coordinator.domain.disclosure import Disclosure, in_order
from coordinator.services.ports import Work
from coordinator.web.api.disclosure import SEARCHED, for_actor
from coordinator.web.console.checklist_merge import round_options
from coordinator.web.console.disclosure.tabs import TABS
from coordinator.web.console.frame import ActButton, Console, InConsole
from coordinator.web.language import _, later
from coordinator.web.lists import Column, Filter, ListSpec
from coordinator.web.names import Names, load_names
from coordinator.web.words import states_of

router = APIRouter()


def state_of(each: Disclosure, _names: Names | None = None) -> str:
    """Say whether a version is public, superseded, withdrawn or past its years."""
    if each.withdrawn_at is not None:
        return "withdrawn"
    if each.superseded_by is not None:
        return "superseded"
    if each.retired_at is not None:
        return "retired"
    return "correcting" if each.correcting_at is not None else "standing"


def objection_of(each: Disclosure, _names: Names | None = None) -> str:
    """Say whether an objection waits, and what came of it."""
    if each.objection is None:
        return ""
    return each.objection_outcome or ("rejected" if each.objection_answer else "open")


def _spec(names: Names, rounds: list[tuple[str, str]]) -> ListSpec[Disclosure]:
    return ListSpec(
        title=later("公示"),
        columns=(
            Column(
                later("检查对象"),
                "object_name",
                "link",
                href=lambda each: f"/console/disclosures/{each.disclosure_id}",
                note=lambda each, _names: each.task_number,
                order="object_name",
            ),
            Column(later("部门"), lambda each, _names: (each.department,), kind="departments"),
            Column(later("事项"), "item_name"),
            Column(later("结果"), "has_problem", "state:problem"),
            Column(later("状态"), state_of, "state:disclosure"),
            Column(later("公示时间"), "disclosed_at", "time", order="disclosed_at"),
            Column(later("期限"), "due_date", "date", order="due_date"),
            Column(later("异议"), objection_of, "state:objection", order="objection_at"),
        ),
        filters=_filters(names, rounds),
        order="disclosed_at",
        descending=True,
        empty=later("还没有公示的结果。"),
        empty_next=later("结果审核通过后，由检查部门公示。"),
        search_label=later("对象、事项或任务编号"),
        search_in=SEARCHED,
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
            "waiting",
            later("全部状态"),
            (
                ("superseded_by", _("现行版本")),
                ("objection_at", _("没有异议")),
                ("withdrawn_at", _("未撤销")),
            ),
            how="blank",
        ),
    )


@router.get("/console/disclosures")
async def disclosures(console: InConsole) -> Response:
    """List what is disclosed, every version."""
    async with console.reading() as work:
        names = await load_names(work)
        spec = _spec(names, await round_options(work))
        return await console.show_list(
            work, work.disclosures, spec, template="lists/tabbed.html", names=names, tabs=TABS
        )


@router.get("/console/disclosures/{disclosure_id}")
async def one_disclosure(disclosure_id: str, console: InConsole) -> Response:
    """Show a version with its objection, its withdrawal, and the versions before and after."""
    async with console.reading() as work:
        found = await work.disclosures.get(disclosure_id)
        versions = in_order(await work.disclosures.where(result_id=found.result_id))
        return await console.show(
            work,
            "disclosure/disclosure.html",
            found=for_actor(console.actor, found),
            state_now=state_of(found),
            objection=objection_of(found),
            versions=versions,
            permalink=f"/results/{versions[0].disclosure_id}",
            reasons=_reasons(work),
            acts=_acts(console, found),
        )


def _reasons(work: Work) -> dict[str, str]:
    return {each.code: each.name for each in work.policies.disclosure_reasons("withdrawal")}


def _acts(console: Console, found: Disclosure) -> list[ActButton]:
    """Offer what may be done to what stands: objections first, then corrections."""
    mine = console.actor.department in (None, found.department)
    if not mine or not found.is_standing or found.retired_at is not None:
        return []
    wanted = []
    if found.objection is not None and found.objection_answer is None:
        wanted.append("answer-objection")
    if found.withdrawal_asked_by is not None:
        wanted += ["confirm-withdrawal", "refuse-withdrawal"]
    if found.correcting_at is None:
        wanted.append("reopen-result")
    if found.objection is None:
        wanted.append("receive-objection")
    if found.withdrawal_asked_by is None:
        wanted.append("request-withdrawal")
    return console.buttons(
        *wanted,
        disclosure_id=found.disclosure_id,
        visit_id=found.visit_id,
        department=found.department,
    )
