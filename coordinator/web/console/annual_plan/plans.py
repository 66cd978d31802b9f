"""Plans and their lines."""

from fastapi import APIRouter
from fastapi.responses import Response

from coordinator.domain.annual_plan import Plan, PlanLine
from coordinator.domain.lifecycle import PlanState
from coordinator.services.annual_plan import breaches
from coordinator.web.console.frame import ActButton, Console, InConsole
from coordinator.web.errors import sentence
from coordinator.web.language import _, later
from coordinator.web.lists import Column, Filter, ListSpec
from coordinator.web.names import load_names
from coordinator.web.words import period, states_of

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
            Column(later("文号"), "number"),
            Column(later("规则"), "policy", "code"),
            Column(later("发布时间"), "adopted_at", "time"),
            Column(later("状态"), "state", "state:plan"),
        ),
        filters=(Filter("state", later("全部状态"), states_of("plan")),),
        order="year",
        descending=True,
        empty=later("还没有年度计划。"),
        empty_next=later("由信用科起草，用 POST /v1/plans 一次提交计划和全部任务。"),
        search_label=later("计划名称或文号"),
    )
    async with console.reading() as work:
        return await console.show_list(work, work.plans, spec)


def _lines(plan_id: str) -> ListSpec[PlanLine]:
    return ListSpec(
        title=later("计划任务"),
        columns=(
            Column(later("任务"), "name", note=lambda each, _names: f"{each.code} · {each.domain}"),
            Column(later("类型"), "kind", "state:kind"),
            Column(
                later("部门（发起在前）"),
                lambda each, _names: tuple(dict.fromkeys((each.lead, *each.departments))),
                kind="departments",
            ),
            Column(later("事项"), lambda each, _names: len(each.items), kind="number"),
            Column(later("抽取"), lambda each, _names: share_words(each)),
            Column(later("方式"), "mode", "state:mode"),
            Column(
                later("检查时间"),
                lambda each, _names: period(each.window_from, each.window_to),
                kind="date",
                order="window_from",
            ),
        ),
        filters=(
            Filter("kind", later("全部类型"), states_of("kind")),
            Filter("mode", later("全部方式"), states_of("mode")),
        ),
        fixed={"plan_id": plan_id},
        empty=later("这份计划没有任务。"),
        search_label=later("任务名称、编号或领域"),
    )


@router.get("/console/plans/{plan_id}")
async def one_plan(plan_id: str, console: InConsole) -> Response:
    """Show a plan with its lines, and what still breaks a rule."""
    async with console.reading() as work:
        plan = await work.plans.get(plan_id)
        found = [] if plan.state is PlanState.ADOPTED else await breaches(work, plan_id)
        return await console.show_list(
            work,
            work.plan_lines,
            _lines(plan_id),
            names=await load_names(work),
            template="annual_plan/plan.html",
            plan=plan,
            breaches=[
                ("", sentence(each.rule, {"line": each.line, **each.facts})) for each in found
            ],
            acts=_buttons(console, plan),
        )


def _buttons(console: Console, plan: Plan) -> list[ActButton]:
    wanted = {PlanState.DRAFT: ("submit-plan",), PlanState.SUBMITTED: ("adopt-plan",)}
    if plan.state is PlanState.SUBMITTED and plan.submitted_by == console.actor.name:
        return []
    return console.buttons(*wanted.get(plan.state, ()), plan_id=plan.plan_id)


def share_words(line: PlanLine) -> str:
    """Say how many objects a line draws."""
    if line.number is not None:
        return _("%s 户") % line.number
    parts = [
        f"{'' if stratum == '*' else stratum + ' '}{rule.numerator}/{rule.denominator}"
        + (_("，至少 %s") % rule.minimum if rule.minimum else "")
        for stratum, rule in sorted(line.strata.items())
    ]
    return _("；").join(parts)
