"""Forecasts of a plan: visits and load per department and month, visits per place."""

from coordinator.domain.annual_plan import Burden, Forecast
from coordinator.domain.annual_plan.burden import burden_of, counted
from coordinator.domain.annual_plan.loading import Workforce, forecast_of
from coordinator.services.annual_plan.counting import count_lines
from coordinator.services.annual_plan.gathering import burden_groups
from coordinator.services.policies import policy_of
from coordinator.services.ports import Work


async def forecast(work: Work, plan_id: str) -> Forecast:
    """Forecast the visits and the load of every department and month of a plan."""
    plan = await work.plans.get(plan_id)
    policy = await policy_of(work, plan)
    lines = [
        line for line in await work.plan_lines.where(plan_id=plan_id) if line.cancelled_by is None
    ]
    items = await work.items.where(code={code for line in lines for code in line.items})
    departments = sorted({code for line in lines for code in line.departments})
    force = Workforce(
        inspectors={code: await work.inspectors.where(department=code) for code in departments},
        calendar=work.calendar,
        quota=policy.team.quota,
        visits_per_day=policy.team.visits_per_day,
        families={organ.code: organ.family for organ in await work.departments.where()},
    )
    counts = await count_lines(work, lines, policy.plan)
    return forecast_of(lines, counts, {item.code: item for item in items}, force)


async def burden(work: Work, plan_id: str) -> Burden:
    """Forecast how often places may be visited, against the cap of the plan's profile."""
    plan = await work.plans.get(plan_id)
    policy = await policy_of(work, plan)
    lines = counted(await work.plan_lines.where(plan_id=plan_id), policy.burden)
    organs = {organ.code: organ for organ in await work.departments.where()}
    counts = await count_lines(work, lines, policy.plan)
    groups = await burden_groups(work, lines, counts, organs)
    return burden_of(groups, policy.burden)
