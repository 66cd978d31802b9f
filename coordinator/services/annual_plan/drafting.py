"""Drafts of the annual plan: made, edited line by line, copied from another year."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from coordinator.domain.annual_plan import FieldDifference, Plan, PlanLine
from coordinator.domain.annual_plan.amending import differences
from coordinator.domain.annual_plan.copying import copied_line
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import PlanState
from coordinator.services.access import require_office
from coordinator.services.policies import choose_policy
from coordinator.services.ports import Responsibility, Work


@dataclass(frozen=True, kw_only=True)
class PlanDraft:
    """A plan as it is handed in, with its lines; without `policy` it takes the profile in force."""

    plan_id: str
    year: int
    title: str
    lines: tuple[PlanLine, ...]
    policy: str | None = None
    overrides: Mapping[str, str] = field(default_factory=dict)
    copied_from: str | None = None


@dataclass(frozen=True, kw_only=True)
class CopyOrder:
    """Which plan is copied, and what the copy is called."""

    copied_from: str
    plan_id: str
    year: int
    title: str


@dataclass(frozen=True, kw_only=True)
class CopiedPlan:
    """A copied plan: new line code by old one, and (line, item) that are not valid any more."""

    plan: Plan
    codes: Mapping[str, str]
    expired_items: tuple[tuple[str, str], ...]


async def draft_plan(work: Work, draft: PlanDraft) -> Plan:
    """Store a new draft with its lines; ALREADY_EXISTS when plan or line codes are taken."""
    require_office(work, Responsibility.CREDIT)
    version = await choose_policy(work, draft.policy or work.policy.label, draft.overrides)
    plan = Plan(
        plan_id=draft.plan_id,
        year=draft.year,
        title=draft.title,
        state=PlanState.DRAFT,
        policy=version.label,
        overrides=draft.overrides,
        copied_from=draft.copied_from,
    )
    await work.plans.add([plan])
    await work.plan_lines.add([replace(line, plan_id=plan.plan_id) for line in draft.lines])
    await work.audit("annual-plan:plan:drafted", plan.plan_id, lines=len(draft.lines))
    return plan


async def save_line(work: Work, plan_id: str, line: PlanLine) -> PlanLine:
    """Add a line to a draft, or replace the one with its code."""
    plan = await open_draft(work, plan_id)
    known = await work.plan_lines.find(line.code)
    if known is not None and known.plan_id != plan_id:
        raise RuleBrokenError(Rule.LINE_OF_OTHER_PLAN, line=line.code, plan=known.plan_id)
    line = replace(line, plan_id=plan.plan_id)
    await work.plan_lines.save(line)
    changes = differences([] if known is None else [known], [line])
    await work.audit(
        "annual-plan:line:saved",
        plan_id,
        line=line.code,
        added=known is None,
        fields=[change.field for change in changes],
        former={change.field: change.before for change in changes},
    )
    return line


async def remove_line(work: Work, plan_id: str, code: str) -> Plan:
    """Take a line out of a draft; PLAN_LINE_UNKNOWN when the plan has none of that code."""
    plan = await open_draft(work, plan_id)
    known = await work.plan_lines.find(code)
    if known is None or known.plan_id != plan_id:
        raise RuleBrokenError(Rule.PLAN_LINE_UNKNOWN, line=code)
    await work.plan_lines.remove(code)
    former = {change.field: change.before for change in differences([known], [])}
    await work.audit("annual-plan:line:removed", plan_id, line=code, former=former)
    return plan


async def copy_plan(work: Work, order: CopyOrder) -> CopiedPlan:
    """Draft a plan from another year's: windows keep their weeks, cancelled lines stay behind."""
    require_office(work, Responsibility.CREDIT)
    former = await work.plans.get(order.copied_from)
    lines = [
        line
        for line in await work.plan_lines.where(plan_id=former.plan_id)
        if line.cancelled_by is None
    ]
    taken = {line.code for line in await work.plan_lines.where()}
    copies: dict[str, PlanLine] = {}
    for line in lines:
        copies[line.code] = copied_line(line, order.plan_id, order.year, taken)
        taken.add(copies[line.code].code)
    draft = PlanDraft(
        plan_id=order.plan_id,
        year=order.year,
        title=order.title,
        lines=tuple(copies.values()),
        policy=former.policy,
        overrides=former.overrides,
        copied_from=former.plan_id,
    )
    plan = await draft_plan(work, draft)
    return CopiedPlan(
        plan=plan,
        codes={old: line.code for old, line in copies.items()},
        expired_items=await _expired_items(work, draft.lines),
    )


async def plan_difference(work: Work, before: str, after: str) -> tuple[FieldDifference, ...]:
    """Give the fields in which the lines of two plans differ; copies are paired by their name."""
    old = await work.plan_lines.where(plan_id=before)
    new = await work.plan_lines.where(plan_id=after)
    codes = {line.name: line.code for line in old}
    paired = [replace(line, code=codes.pop(line.name, line.code)) for line in new]
    return differences(old, paired)


async def open_draft(work: Work, plan_id: str) -> Plan:
    """Give a plan that may still be edited; MOVE_NOT_ALLOWED when it has been handed in."""
    require_office(work, Responsibility.CREDIT)
    plan = await work.plans.get(plan_id)
    if plan.state is not PlanState.DRAFT:
        raise RuleBrokenError(
            Rule.MOVE_NOT_ALLOWED,
            of=plan_id,
            now=plan.state.value,
            wanted=PlanState.DRAFT.value,
            allowed=[PlanState.DRAFT.value],
        )
    return plan


async def _expired_items(work: Work, lines: tuple[PlanLine, ...]) -> tuple[tuple[str, str], ...]:
    codes = {code for line in lines for code in line.items}
    items = {item.code: item for item in await work.items.where(code=codes)}
    return tuple(
        (line.code, code)
        for line in lines
        for code in line.items
        if code not in items
        or not all(
            items[code].is_valid_throughout(each.from_date, each.to_date) for each in line.windows
        )
    )
