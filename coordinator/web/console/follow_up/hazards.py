"""Major hazards and samples: the lists, and one of them with all that was done about it."""

from fastapi import APIRouter
from fastapi.responses import Response

from coordinator.domain.follow_up import Hazard
from coordinator.domain.lifecycle import HazardState
from coordinator.domain.policy import FollowUpPolicy
from coordinator.services.policies import policy_of_round
from coordinator.services.ports import Work
from coordinator.web.console.follow_up.matters import (
    ORDERS,
    Matter,
    days_left,
    fact,
    history_of,
    require_seen,
    show_matter,
    show_matters,
)
from coordinator.web.console.frame import ActButton, Console, InConsole
from coordinator.web.language import _, later
from coordinator.web.lists import Cell, Column, Filter, ListSpec
from coordinator.web.names import Names, load_names
from coordinator.web.pages import bare_code
from coordinator.web.reach import seen_results
from coordinator.web.words import states_of

router = APIRouter()
_HERE = "/console/hazards"


@router.get(_HERE)
async def hazards(console: InConsole) -> Response:
    """List the major hazards, those of closed covert rounds to their own department only."""
    async with console.reading() as work:
        spec: ListSpec[Hazard] = ListSpec(
            title=later("重大隐患"),
            columns=(
                Column(
                    later("对象"),
                    "object_name",
                    "link",
                    href=lambda each: f"{_HERE}/{each.hazard_id}",
                    note=lambda each, _names: bare_code(each.object_id),
                    order="object_name",
                ),
                Column(later("部门"), lambda each, _names: (each.department,), kind="departments"),
                Column(later("隐患情况"), "matter"),
                Column(later("停止令"), "stop_number"),
                Column(later("挂牌"), "listed_number"),
                Column(later("消除期限"), "removal_due", "date", order="removal_due"),
                Column(later("状态"), "state", "state:hazard"),
            ),
            filters=(Filter("state", later("全部状态"), states_of("hazard")),),
            fixed=await seen_results(work, console.actor),
            order="removal_due",
            empty=later("没有重大隐患。"),
            empty_next=later("检查发现重大隐患的，可在结果页登记，由审批人确认后责令停止。"),
            search_label=later("对象、隐患或文号"),
        )
        return await show_matters(console, work, work.hazards, spec, ORDERS)


@router.get(_HERE + "/{hazard_id}")
async def one_hazard(hazard_id: str, console: InConsole) -> Response:
    """Show a major hazard."""
    async with console.reading() as work:
        hazard = await work.hazards.get(hazard_id)
        await require_seen(work, console.actor, hazard)
        names = await load_names(work)
        policy = await policy_of_round(work, await work.rounds.get(hazard.round_id))
        matter = Matter(
            title=hazard.object_name,
            state=("hazard", hazard.state.value),
            tabs=ORDERS,
            here=_HERE,
            visit_id=hazard.visit_id,
            result_id=hazard.result_id,
            facts=_facts(hazard, names),
            acts=_acts(console, hazard, policy.follow_up),
            next_step=_next_step(hazard, work, policy.follow_up),
            late=_("已逾期") if hazard.is_overdue(work.today()) else "",
            papers=papers_of(hazard),
            history=await history_of(work, hazard.visit_id, "hazard", hazard_id),
            more={"files": hazard.evidence_files},
        )
        return await show_matter(console, work, names, matter)


def papers_of(hazard: Hazard) -> list[tuple[str, str]]:
    """Give the papers that a hazard has by now."""
    found = []
    if hazard.confirmed_at is not None and hazard.stop_scope:
        found.append((f"{_HERE}/{hazard.hazard_id}/stop-order.pdf", _("责令停止通知书")))
    if hazard.listed_at is not None:
        found.append((f"{_HERE}/{hazard.hazard_id}/listing.pdf", _("挂牌督办通知")))
    if hazard.consented_at is not None:
        found.append((f"{_HERE}/{hazard.hazard_id}/consent.pdf", _("恢复生产审查意见")))
    return found


def _facts(hazard: Hazard, names: Names) -> list[Cell]:
    return [
        fact(later("部门"), (hazard.department,), "departments"),
        fact(later("隐患情况"), hazard.matter, note=names.person(hazard.registered_by)),
        fact(later("依据"), hazard.basis),
        fact(later("登记"), hazard.registered_at, "time"),
        fact(later("不属重大隐患"), hazard.rejection),
        fact(later("停止令"), hazard.stop_number, note=names.person(hazard.confirmed_by)),
        fact(later("停止范围"), hazard.stop_scope),
        fact(later("消除期限"), hazard.removal_due, "date"),
        fact(later("整改方案"), hazard.plan, note=hazard.plan_person or ""),
        fact(later("挂牌督办"), hazard.listed_number, note=hazard.listing_requirements or ""),
        fact(later("消除情况与证据"), hazard.evidence),
        fact(later("退回理由"), hazard.refusal),
        fact(later("审查意见"), hazard.review_opinion, note=names.person(hazard.reviewed_by)),
        fact(later("同意恢复"), hazard.consent_number, note=names.person(hazard.consented_by)),
        fact(later("公开曝光"), hazard.exposure, note=names.person(hazard.exposed_by)),
        fact(later("记入对象名录"), hazard.marked_at, "time"),
        fact(later("销号"), hazard.closed_at, "time", note=hazard.closing_note or ""),
    ]


def _next_step(hazard: Hazard, work: Work, policy: FollowUpPolicy) -> str:
    left = days_left(hazard.removal_due, work.today())
    needed = policy.hazard_resume_consent
    return {
        HazardState.REGISTERED: _("等待审批人确认并责令停止。"),
        HazardState.STOPPED: _("停止作业中，等待消除隐患，%(left)s。") % {"left": left}
        if hazard.plan
        else _("停止作业中，须先登记整改方案，%(left)s。") % {"left": left},
        HazardState.REMOVED: _("等待审查；须经两名审批人同意后方可恢复。")
        if needed
        else _("等待审批人审查或销号。"),
        HazardState.REVIEWED: _("等待另一名审批人同意恢复。"),
        HazardState.RESUMED: _("已同意恢复，等待销号。"),
    }.get(hazard.state, "")


def _acts(console: Console, hazard: Hazard, policy: FollowUpPolicy) -> list[ActButton]:
    if console.actor.department != hazard.department:
        return []
    removed = ["review-hazard-removal", "refuse-hazard-removal"]
    if not policy.hazard_resume_consent:
        removed = ["close-hazard", *removed]
    first = hazard.reviewed_by == console.actor.name
    wanted = {
        HazardState.REGISTERED: ["confirm-hazard", "reject-hazard"],
        HazardState.STOPPED: ["report-hazard-removal", "plan-hazard-removal"]
        if hazard.plan
        else ["plan-hazard-removal"],
        HazardState.REMOVED: removed,
        HazardState.REVIEWED: ["refuse-hazard-removal"]
        if first
        else ["consent-to-resume", "refuse-hazard-removal"],
        HazardState.RESUMED: ["close-hazard"],
    }.get(hazard.state, [])
    if hazard.is_standing and policy.hazard_listing and hazard.listed_at is None:
        wanted = [*wanted, "list-hazard"]
    if hazard.is_standing and policy.public_exposure and hazard.exposed_at is None:
        wanted = [*wanted, "expose-hazard"]
    return console.buttons(*wanted, hazard_id=hazard.hazard_id)
