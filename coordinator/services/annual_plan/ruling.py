"""Which rules a draft is made by: a policy profile and the figures the plan chooses for itself."""

from collections.abc import Mapping
from dataclasses import replace

from coordinator.domain.annual_plan import Plan
from coordinator.services.annual_plan.drafting import open_draft
from coordinator.services.policies import choose_policy
from coordinator.services.ports import Work


async def choose_rules(work: Work, plan_id: str, label: str, overrides: Mapping[str, str]) -> Plan:
    """Put a draft under a profile with its overrides; a plan handed in keeps the rules it has."""
    plan = await open_draft(work, plan_id)
    version = await choose_policy(work, label, overrides)
    plan = replace(plan, policy=version.label, overrides=dict(overrides))
    await work.plans.save(plan)
    await work.audit(
        "annual-plan:rules:chosen", plan_id, policy=version.label, overrides=sorted(overrides)
    )
    return plan
