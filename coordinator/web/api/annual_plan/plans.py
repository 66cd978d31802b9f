"""Annual plans: drafted with their lines, submitted, adopted."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import Field

from contracts.vocabulary import Mode
from coordinator.domain.annual_plan import Conditions, LineKind, Plan, PlanLine, StratumRule
from coordinator.domain.lifecycle import PlanState
from coordinator.services import annual_plan
from coordinator.services.ports import Role, Work
from coordinator.web.acts import Act, Entry, Keys, Nothing, add_acts
from coordinator.web.api.paging import Asked, FromUrl, PageOf, one_page
from coordinator.web.dependencies import Reader
from coordinator.web.language import later
from coordinator.web.parts import Parts

TAG = "计划 annual plan"
router = APIRouter(tags=[TAG])

Code = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]


class ConditionsEntry(Entry):
    """Which objects a directed line draws from; an empty list accepts all."""

    tags: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    industries: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    risk_classes: tuple[str, ...] = ()


class StratumEntry(Entry):
    """Share of a stratum to draw, at least `minimum`."""

    numerator: int = Field(ge=0)
    denominator: int = Field(ge=1)
    minimum: int = Field(default=0, ge=0)


class LineEntry(Entry):
    """One planned task."""

    code: Code
    name: str = Field(min_length=1, max_length=200)
    kind: LineKind
    domain: str
    lead: str
    participants: tuple[str, ...] = ()
    items: tuple[str, ...] = Field(min_length=1)
    conditions: ConditionsEntry = ConditionsEntry()
    strata: dict[str, StratumEntry] = Field(default_factory=dict)
    number: int | None = Field(default=None, ge=1)
    mode: Mode = Mode.ANNOUNCED
    window_from: date
    window_to: date
    quotas: dict[str, int] = Field(default_factory=dict)
    expert_fields: tuple[str, ...] = ()


class PlanEntry(Entry):
    """A plan as it is handed in."""

    plan_id: Code
    year: int = Field(ge=2000, le=2100)
    title: str = Field(min_length=1, max_length=200)
    lines: tuple[LineEntry, ...] = Field(min_length=1)


class AdoptEntry(Entry):
    """The file number under which a plan is adopted."""

    number: str = Field(
        title=later("文号"),
        description=later("发布这份计划的文件编号"),
        min_length=1,
        max_length=100,
    )


async def _draft(work: Work, _keys: Keys, entry: PlanEntry) -> Plan:
    lines = tuple(_line(entry.plan_id, line) for line in entry.lines)
    return await annual_plan.draft_plan(
        work,
        annual_plan.PlanDraft(
            plan_id=entry.plan_id, year=entry.year, title=entry.title, lines=lines
        ),
    )


async def _submit(work: Work, keys: Keys, _entry: None) -> Plan:
    return await annual_plan.submit_plan(work, keys["plan_id"])


async def _adopt(work: Work, keys: Keys, entry: AdoptEntry) -> Plan:
    return await annual_plan.adopt_plan(work, keys["plan_id"], entry.number)


def _line(plan_id: str, entry: LineEntry) -> PlanLine:
    values: dict[str, Any] = {
        **entry.model_dump(),
        "plan_id": plan_id,
        "conditions": Conditions(**entry.conditions.model_dump()),
        "strata": {code: StratumRule(**rule.model_dump()) for code, rule in entry.strata.items()},
    }
    return PlanLine(**values)


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
    """Give a plan with its lines."""
    async with parts.open_work(person.actor, writes=False) as work:
        found = await work.plans.get(plan_id)
        lines = tuple(await work.plan_lines.where(plan_id=plan_id))
    return PlanWithLines(plan=found, lines=lines)
