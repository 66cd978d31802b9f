"""Annual plans: drafted with their lines, copied, submitted, returned, adopted."""

from fastapi import APIRouter
from pydantic import Field

from coordinator.domain.annual_plan import Plan, PlanLine
from coordinator.domain.lifecycle import PlanState
from coordinator.services import annual_plan
from coordinator.services.ports import Role, Work
from coordinator.web.acts import Act, Entry, Keys, Nothing, add_acts
from coordinator.web.api.annual_plan.entries import Code, LineEntry
from coordinator.web.api.paging import Asked, FromUrl, PageOf, one_page
from coordinator.web.dependencies import Reader
from coordinator.web.language import later
from coordinator.web.parts import Parts
from coordinator.web.reach import hide_named

TAG = "计划 annual plan"
router = APIRouter(tags=[TAG])


class PlanEntry(Entry):
    """A plan as it is handed in; `policy` is a profile, with or without its version."""

    plan_id: Code
    year: int = Field(ge=2000, le=2100)
    title: str = Field(min_length=1, max_length=200)
    lines: tuple[LineEntry, ...] = ()
    policy: str | None = Field(default=None, max_length=128)
    overrides: dict[str, str] = Field(default_factory=dict)


class CopyEntry(Entry):
    """What the copy of a plan is called, and for which year it is."""

    plan_id: Code = Field(title=later("新计划编号"))
    year: int = Field(title=later("年度"), ge=2000, le=2100)
    title: str = Field(title=later("计划名称"), min_length=1, max_length=200)


class ReturnEntry(Entry):
    """Why a plan goes back to its drafters."""

    reason: str = Field(title=later("退回理由"), min_length=1, max_length=2_000)


class AdoptEntry(Entry):
    """The file number under which a plan is adopted."""

    number: str = Field(
        title=later("文号"),
        description=later("发布这份计划的文件编号"),
        min_length=1,
        max_length=100,
    )


async def _draft(work: Work, _keys: Keys, entry: PlanEntry) -> Plan:
    draft = annual_plan.PlanDraft(
        plan_id=entry.plan_id,
        year=entry.year,
        title=entry.title,
        lines=tuple(line.value(entry.plan_id, line.code) for line in entry.lines),
        policy=entry.policy,
        overrides=entry.overrides,
    )
    return await annual_plan.draft_plan(work, draft)


async def _copy(work: Work, keys: Keys, entry: CopyEntry) -> Plan:
    order = annual_plan.CopyOrder(copied_from=keys["plan_id"], **entry.model_dump())
    return (await annual_plan.copy_plan(work, order)).plan


async def _submit(work: Work, keys: Keys, _entry: None) -> Plan:
    return await annual_plan.submit_plan(work, keys["plan_id"])


async def _return(work: Work, keys: Keys, entry: ReturnEntry) -> Plan:
    return await annual_plan.return_plan(work, keys["plan_id"], entry.reason)


async def _adopt(work: Work, keys: Keys, entry: AdoptEntry) -> Plan:
    return await annual_plan.adopt_plan(work, keys["plan_id"], entry.number)


_BACK = "/console/plans/{plan_id}"

ACTS = (
    Act(
        name="draft-plan",
        path="/plans",
        label=later("起草年度计划"),
        consequence=later("计划以草稿保存，提交前不生效。"),
        role=Role.OFFICE,
        run=_draft,
        entry=PlanEntry,
        on_console=False,
    ),
    Act(
        name="copy-plan",
        path="/plans/{plan_id}/copy",
        label=later("复制为新年度计划"),
        consequence=later("任务按原来的周次移到新年度，成为一份草稿；失效的事项在检查时逐条列出。"),
        role=Role.OFFICE,
        run=_copy,
        entry=CopyEntry,
        back="/console/plans/{subject}",
        origin=_BACK,
    ),
    Act(
        name="submit-plan",
        path="/plans/{plan_id}/submit",
        label=later("提交计划"),
        consequence=later("系统按规定逐条检查；全部符合后等待另一人发布，期间不能再改。"),
        role=Role.OFFICE,
        run=_submit,
        entry=Nothing,
        back=_BACK,
    ),
    Act(
        name="return-plan",
        path="/plans/{plan_id}/return",
        label=later("退回修改"),
        consequence=later("计划回到草稿，起草人可以看到退回理由。"),
        role=Role.OFFICE,
        run=_return,
        entry=ReturnEntry,
        back=_BACK,
        origin=_BACK,
    ),
    Act(
        name="adopt-plan",
        path="/plans/{plan_id}/adopt",
        label=later("发布计划"),
        consequence=later("计划即日起对社会公开，可据以开启抽查批次。须由提交人以外的另一人发布。"),
        role=Role.OFFICE,
        run=_adopt,
        entry=AdoptEntry,
        back=_BACK,
    ),
)
add_acts(router, ACTS, TAG)


class PlansAsked(Asked):
    """Filters of the plans."""

    year: int | None = None
    state: PlanState | None = None


@router.get("/plans", summary="计划列表", operation_id="plans")
async def plans(asked: FromUrl[PlansAsked], parts: Parts, person: Reader) -> PageOf[Plan]:
    """Give a page of plans."""
    async with parts.open_work(person.actor, writes=False) as work:
        return await one_page(work.plans, asked)


class PlanWithLines(Entry):
    """A plan and its lines."""

    plan: Plan
    lines: tuple[PlanLine, ...]


@router.get("/plans/{plan_id}", summary="一份计划", operation_id="plan")
async def plan(plan_id: str, parts: Parts, person: Reader) -> PlanWithLines:
    """Give a plan with its lines; whom covert ones name stays with the office."""
    async with parts.open_work(person.actor, writes=False) as work:
        found = await work.plans.get(plan_id)
        lines = await work.plan_lines.where(plan_id=plan_id)
        shown = await hide_named(work, person.actor, lines)
    return PlanWithLines(plan=found, lines=tuple(shown))
