"""Plans and their lines: the list, one plan with its next step, its history and annex 2."""

from typing import Literal

from fastapi import APIRouter
from fastapi.responses import Response

from coordinator.domain.annual_plan import AmendmentState, Plan, PlanLine
from coordinator.domain.lifecycle import PlanState
from coordinator.services.policies import policy_of
from coordinator.services.ports import AuditEntry, Role, Work
from coordinator.web.annexes import plan_annex, printing_by, send_annex
from coordinator.web.console.annual_plan.changes import field_words
from coordinator.web.console.frame import ActButton, Console, InConsole
from coordinator.web.language import _, later
from coordinator.web.lists import Column, Filter, ListSpec
from coordinator.web.names import load_names
from coordinator.web.plan_wording import (
    about,
    items_words,
    share_words,
    windows_words,
)
from coordinator.web.reach import hide_named
from coordinator.web.words import states_of

router = APIRouter()


@router.get("/console/plans")
async def plans(console: InConsole) -> Response:
    """List the plans."""
    spec: ListSpec[Plan] = ListSpec(
        title=later("年度抽查工作计划"),
        columns=(
            Column(
                later("计划"),
                "title",
                "link",
                href=lambda each: f"/console/plans/{each.plan_id}",
                note=lambda each, _names: each.plan_id,
            ),
            Column(later("年度"), "year", "number", order="year"),
            Column(later("版本"), "version", "number"),
            Column(later("文号"), "number"),
            Column(later("规则"), "policy", "code"),
            Column(later("发布时间"), "adopted_at", "time"),
            Column(later("状态"), "state", "state:plan"),
        ),
        filters=(Filter("state", later("全部状态"), states_of("plan")),),
        order="year",
        descending=True,
        empty=later("还没有年度计划。"),
        empty_next=later("由信用科起草：从空白开始，或复制上一年的计划。"),
        search_label=later("计划名称或文号"),
    )
    async with console.reading() as work:
        return await console.show_list(work, work.plans, spec, acts=_start(console))


@router.get("/console/plans/{plan_id}")
async def one_plan(plan_id: str, console: InConsole) -> Response:
    """Show a plan with its lines and what is to be done next."""
    async with console.reading() as work:
        plan = await work.plans.get(plan_id)
        waiting = await work.plan_amendments.where(plan_id=plan_id, state=AmendmentState.PROPOSED)
        return await console.show_list(
            work,
            work.plan_lines,
            _lines(plan),
            names=await load_names(work),
            template="annual_plan/plan.html",
            plan=plan,
            next_step=_next_step(console, plan),
            waiting=waiting,
            number_of_lines=await work.plan_lines.count(plan_id=plan_id),
            about=about,
            acts=_buttons(console, plan),
            log=await history_of(work, plan_id),
            field_words=field_words(),
        )


@router.get("/console/plans/{plan_id}/annex-2.{ending}")
async def annex(plan_id: str, ending: Literal["pdf", "xlsx"], console: InConsole) -> Response:
    """Send annex 2 年度计划 of a plan in any state; a draft says that it is one."""
    async with console.reading() as work:
        plan = await work.plans.get(plan_id)
        known = await hide_named(work, console.actor, await work.plan_lines.where(plan_id=plan_id))
        lines = [each for each in known if each.cancelled_by is None]
        items = await work.items.where(code={code for line in lines for code in line.items})
        data = plan_annex(
            plan,
            lines,
            {each.code: each for each in items},
            await load_names(work),
            printing_by(console.parts, str(console.request.base_url), f"/plans/{plan_id}"),
            (await policy_of(work, plan)).plan.weights,
        )
    return send_annex(console.parts.documents, data, f"plan-{plan_id}", ending)


async def history_of(work: Work, plan_id: str) -> list[AuditEntry]:
    """Give the acts on a plan, latest first."""
    entries = await work.audit_entries.where(subject=plan_id)
    return sorted(entries, key=lambda each: each.number, reverse=True)


def _line_note(line: PlanLine, _names: object) -> str:
    note = f"{line.code} · {line.domain}"
    if line.cancelled_by is not None:
        return note + " · " + _("第 %(n)s 次调整时取消") % {"n": line.cancelled_by}
    return note


_LINE_COLUMNS: tuple[Column[PlanLine], ...] = (
    Column(
        later("计划任务"),
        "name",
        "link",
        href=lambda each: f"/console/plans/{each.plan_id}/lines/{each.code}",
        note=_line_note,
    ),
    Column(later("类型"), "kind", "state:kind"),
    Column(
        later("部门（发起在前）"),
        lambda each, _names: tuple(dict.fromkeys((each.lead, *each.departments))),
        kind="departments",
    ),
    Column(
        later("抽取"),
        lambda each, _names: share_words(each),
        note=lambda each, _names: items_words(each),
    ),
    Column(later("方式"), "mode", "state:mode"),
    Column(
        later("检查时间"),
        lambda each, _names: windows_words(each),
        order="window_from",
    ),
)


def _lines(plan: Plan) -> ListSpec[PlanLine]:
    return ListSpec(
        title=later("计划任务"),
        columns=_LINE_COLUMNS,
        filters=(
            Filter("kind", later("全部类型"), states_of("kind")),
            Filter("mode", later("全部方式"), states_of("mode")),
            Filter("source", later("全部来源"), states_of("line-source")),
        ),
        fixed={"plan_id": plan.plan_id},
        order="code",
        empty=later("这份计划没有任务。"),
        empty_next=later("用上面的“增加任务”逐条写明谁查、查什么、查谁、查多少、什么时候。"),
        search_label=later("任务名称、编号或领域"),
        search_in=("name", "code", "domain"),  # else whom a covert line names could be guessed
    )


def _start(console: Console) -> list[ActButton]:
    if console.actor.role is not Role.OFFICE:
        return []
    return [ActButton(later("起草计划"), "/console/plans/new", danger=False, primary=True)]


def _buttons(console: Console, plan: Plan) -> list[ActButton]:
    own = plan.submitted_by == console.actor.name
    wanted = {
        PlanState.DRAFT: ("submit-plan",),
        PlanState.SUBMITTED: ("return-plan",) if own else ("adopt-plan", "return-plan"),
    }
    buttons = console.buttons(*wanted.get(plan.state, ()), plan_id=plan.plan_id)
    if console.actor.role is not Role.OFFICE or plan.state is PlanState.SUBMITTED:
        return buttons
    draft = plan.state is PlanState.DRAFT
    word = later("增加任务") if draft else later("增加临时任务")
    add = ActButton(word, f"/console/plans/{plan.plan_id}/lines/new", danger=False, primary=False)
    return [*buttons, add]


def _next_step(console: Console, plan: Plan) -> str:
    """Say what is to be done next and by whom."""
    if plan.state is PlanState.DRAFT:
        return _("下一步：逐条写明任务，检查没有不符合规定之处后提交。")
    if plan.state is PlanState.SUBMITTED:
        if plan.submitted_by == console.actor.name:
            return _("下一步：等待另一人发布；提交人自己不能发布。")
        return _("下一步：核对后写明文号发布，或写明原因退回。")
    return _("计划已经发布：到期开启抽查批次；要改就提出调整。")
