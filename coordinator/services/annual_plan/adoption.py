"""The annual plan: drafted with its lines, submitted with all breaches at once, adopted."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

from coordinator.domain.annual_plan import Breach, Plan, PlanLine, breaches_of
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import PLAN_MOVES, PlanState, move
from coordinator.domain.lottery.ceremony import another_person
from coordinator.services.access import require_office
from coordinator.services.ports import Work


@dataclass(frozen=True, kw_only=True)
class PlanDraft:
    """A plan as it is handed in, with its lines."""

    plan_id: str
    year: int
    title: str
    lines: tuple[PlanLine, ...]


async def draft_plan(work: Work, draft: PlanDraft) -> Plan:
    """Store a new draft with its lines; ALREADY_EXISTS when plan or line codes are taken."""
    require_office(work)
    plan = Plan(
        plan_id=draft.plan_id,
        year=draft.year,
        title=draft.title,
        state=PlanState.DRAFT,
        policy=work.policy.label,
    )
    await work.plans.add([plan])
    await work.plan_lines.add([replace(line, plan_id=plan.plan_id) for line in draft.lines])
    await work.audit("annual-plan:plan:drafted", plan.plan_id, lines=len(draft.lines))
    return plan


async def submit_plan(work: Work, plan_id: str) -> Plan:
    """Submit a draft; PLAN_BREACHES lists every broken rule when there is one."""
    actor = require_office(work)
    plan = await work.plans.get(plan_id)
    await _require_no_breach(work, plan)
    state = move(PLAN_MOVES, plan.state, PlanState.SUBMITTED, of=plan_id)
    plan = replace(plan, state=state, submitted_by=actor.name)
    await work.plans.save(plan)
    await work.audit("annual-plan:plan:submitted", plan_id)
    return plan


async def adopt_plan(work: Work, plan_id: str, number: str) -> Plan:
    """Adopt a submitted plan under its file number; by another person than who submitted it."""
    actor = require_office(work)
    plan = await work.plans.get(plan_id)
    state = move(PLAN_MOVES, plan.state, PlanState.ADOPTED, of=plan_id)
    another_person(plan.submitted_by, actor.name, "adopt-plan")
    await _require_no_breach(work, plan)
    plan = replace(plan, state=state, number=number, adopted_by=actor.name, adopted_at=work.now())
    await work.plans.save(plan)
    await work.audit("annual-plan:plan:adopted", plan_id, number=number)
    return plan


async def breaches(work: Work, plan_id: str) -> Sequence[Breach]:
    """Give every broken rule of a plan as it stands."""
    lines = await work.plan_lines.where(plan_id=plan_id)
    items = await work.items.where(code={code for line in lines for code in line.items})
    return breaches_of(lines, {item.code: item for item in items}, work.policy.plan)


async def _require_no_breach(work: Work, plan: Plan) -> None:
    found = await breaches(work, plan.plan_id)
    if found:
        raise RuleBrokenError(Rule.PLAN_BREACHES, breaches=[asdict(breach) for breach in found])
