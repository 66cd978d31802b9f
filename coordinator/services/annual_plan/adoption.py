"""The way of a draft to an adopted plan: submitted with all breaches, returned, adopted."""

from collections.abc import Sequence
from dataclasses import asdict, replace

from coordinator.domain.annual_plan import Breach, Plan, PlanFacts, PlanLine, breaches_of
from coordinator.domain.annual_plan.breaches.coverage import uncovered
from coordinator.domain.annual_plan.breaches.sections import (
    joint_lines,
    object_shares,
    sections_of,
    supervising_of,
)
from coordinator.domain.annual_plan.breaches.shares import figures_of
from coordinator.domain.annual_plan.breaches.values import SectionFigures
from coordinator.domain.errors import Rule, RuleBrokenError, given
from coordinator.domain.lifecycle import PLAN_MOVES, PlanState, move
from coordinator.domain.lottery.ceremony import another_person
from coordinator.services.access import require_office
from coordinator.services.annual_plan.coverage import kept_gaps
from coordinator.services.annual_plan.frequency import require_plan_answered
from coordinator.services.annual_plan.gathering import facts_of, section_facts
from coordinator.services.policies import policy_of
from coordinator.services.ports import Responsibility, Work


async def submit_plan(work: Work, plan_id: str) -> Plan:
    """Submit a draft; PLAN_BREACHES lists every broken rule when there is one."""
    actor = require_office(work, Responsibility.CREDIT)
    plan = await work.plans.get(plan_id)
    state = move(PLAN_MOVES, plan.state, PlanState.SUBMITTED, of=plan_id)
    await _require_no_breach(work, plan)
    plan = replace(plan, state=state, submitted_by=actor.name, return_reason="")
    await work.plans.save(plan)
    await work.audit("annual-plan:plan:submitted", plan_id)
    return plan


async def return_plan(work: Work, plan_id: str, reason: str) -> Plan:
    """Give a submitted plan back to its drafters, with the reason."""
    require_office(work)
    plan = await work.plans.get(plan_id)
    state = move(PLAN_MOVES, plan.state, PlanState.DRAFT, of=plan_id)
    plan = replace(
        plan, state=state, submitted_by=None, return_reason=given(reason, "reason", plan_id)
    )
    await work.plans.save(plan)
    await work.audit("annual-plan:plan:returned", plan_id, reason=reason)
    return plan


async def adopt_plan(work: Work, plan_id: str, number: str) -> Plan:
    """Adopt a submitted plan under its file number; by another person than who submitted it."""
    actor = require_office(work)
    plan = await work.plans.get(plan_id)
    state = move(PLAN_MOVES, plan.state, PlanState.ADOPTED, of=plan_id)
    another_person(plan.submitted_by, actor.name, "adopt-plan")
    lines, facts = await _require_no_breach(work, plan)
    plan = replace(
        plan,
        state=state,
        number=given(number, "number", plan_id),
        adopted_by=actor.name,
        adopted_at=work.now(),
        figures=figures_of(lines, facts),
    )
    await work.plans.save(plan)
    await work.audit("annual-plan:plan:adopted", plan_id, number=number)
    return plan


async def breaches(work: Work, plan_id: str) -> tuple[Breach, ...]:
    """Give every broken rule of a plan as it stands."""
    plan = await work.plans.get(plan_id)
    lines = await work.plan_lines.where(plan_id=plan_id)
    return breaches_of(lines, await facts_under(work, plan, lines))


async def breaches_with(work: Work, plan: Plan, lines: Sequence[PlanLine]) -> tuple[Breach, ...]:
    """Give every rule that a plan would break with these lines."""
    return breaches_of(lines, await facts_under(work, plan, lines))


async def year_end_breaches(work: Work, plan_id: str) -> tuple[Breach, ...]:
    """Look again at sections (平罗: 年底回看) and coverage (大城) with what was really drawn."""
    plan = await work.plans.get(plan_id)
    lines = await work.plan_lines.where(plan_id=plan_id)
    rounds = await work.rounds.where(plan_id=plan_id)
    drawn_lines = {code for each in rounds if each.drawn_at is not None for code in each.lines}
    held = [line for line in lines if line.code in drawn_lines]
    facts = await section_facts(work, plan, lines, await policy_of(work, plan))
    figures = [
        replace(each, drawn=await _really_drawn(work, held, each, facts))
        for each in facts.section_figures
    ]
    adopted_on = work.day_of(plan.adopted_at) if plan.adopted_at else facts.today
    gaps = await kept_gaps(work, facts, adopted_on)
    facts = replace(facts, section_figures=figures, gaps=gaps, at_year_end=True)
    owed = joint_lines(sections_of(lines, facts), held, facts)
    return (*object_shares(facts), *owed, *uncovered(facts))


async def _really_drawn(
    work: Work, lines: Sequence[PlanLine], of: SectionFigures, facts: PlanFacts
) -> int:
    section = (of.department, of.section)
    own = [line.code for line in lines if (line.lead, line.section) == section]
    if not own:
        return 0
    return await work.frames.checked(own, facts.today, supervising_of(facts).get(section))


async def facts_under(work: Work, plan: Plan, lines: Sequence[PlanLine]) -> PlanFacts:
    """Gather what a plan with these lines is checked against, under the rules it has chosen."""
    return await facts_of(work, plan, lines, await policy_of(work, plan))


async def _require_no_breach(work: Work, plan: Plan) -> tuple[Sequence[PlanLine], PlanFacts]:
    """Refuse a plan that breaks a rule, or warns of high frequency that nobody answered for."""
    lines = await work.plan_lines.where(plan_id=plan.plan_id)
    facts = await facts_under(work, plan, lines)
    found = breaches_of(lines, facts)
    if found:
        raise RuleBrokenError(Rule.PLAN_BREACHES, breaches=[asdict(breach) for breach in found])
    await require_plan_answered(work, plan.plan_id, lines, facts)
    return lines, facts
