"""Places that a plan makes ones of high frequency whatever the draws say, before it is adopted."""

from collections.abc import Sequence

from coordinator.domain.annual_plan import PlanFacts, PlanLine
from coordinator.domain.annual_plan.burden import PlanWarning, counted, is_certain, plan_warnings
from coordinator.domain.burden_warnings import FrequencyAnswer
from coordinator.services.access import require_office
from coordinator.services.annual_plan.gathering import burden_groups, facts_of
from coordinator.services.burden_warnings import answer_frequency, require_answer
from coordinator.services.policies import policy_of
from coordinator.services.ports import Responsibility, Work


async def frequency_of_plan(
    work: Work, lines: Sequence[PlanLine], facts: PlanFacts
) -> Sequence[PlanWarning]:
    """Give the places that a plan's lines visit for certain as often as its profile warns of.

    Only lines that visit everybody of a stratum are certain; what a draw may bring is looked at
    once it is drawn.
    """
    policy = facts.policy.burden
    certain = [each for each in counted(lines, policy) if is_certain(each, facts.count(each))]
    if not certain:
        return ()
    groups = await burden_groups(work, certain, facts.counts, facts.departments)
    return plan_warnings(groups, {line.code: line for line in certain}, policy)


async def plan_frequency(work: Work, plan_id: str) -> Sequence[PlanWarning]:
    """Give what a stored plan is warned of."""
    plan = await work.plans.get(plan_id)
    lines = await work.plan_lines.where(plan_id=plan_id)
    facts = await facts_of(work, plan, lines, await policy_of(work, plan))
    return await frequency_of_plan(work, lines, facts)


async def answer_for_plan(work: Work, plan_id: str, reason: str) -> FrequencyAnswer:
    """Say why a plan visits places as often as it does."""
    require_office(work, Responsibility.CREDIT)
    warned = await plan_frequency(work, plan_id)
    return await answer_frequency(work, plan_id, [each.key for each in warned], reason)


async def require_plan_answered(
    work: Work, plan_id: str, lines: Sequence[PlanLine], facts: PlanFacts
) -> None:
    """Refuse a plan with places that are warned of before somebody has said why."""
    warned = await frequency_of_plan(work, lines, facts)
    await require_answer(work, plan_id, [each.key for each in warned])
