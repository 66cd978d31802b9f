"""Start a plan: empty or from a former year's, under a profile; choose or change its rules."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, count
from typing import Annotated, TypeVar

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import Field, TypeAdapter, ValidationError
from starlette.datastructures import FormData

from coordinator.domain.annual_plan import Plan
from coordinator.domain.errors import RuleBrokenError
from coordinator.domain.lifecycle import PlanState
from coordinator.domain.policy import OVERRIDABLE, Policy
from coordinator.services import annual_plan, policies
from coordinator.services.ports import Role, Work
from coordinator.web.console.annual_plan.line_form import Fill, Problems, fill_from
from coordinator.web.console.annual_plan.lines import require_office
from coordinator.web.console.frame import Console, InConsole
from coordinator.web.errors import sentences
from coordinator.web.identity import require_same_site, require_token
from coordinator.web.language import _, choose
from coordinator.web.policy_words import Figure, groups_of
from coordinator.web.rule_texts import RULE_TEXTS

router = APIRouter()

_PLAN_ID: TypeAdapter[str] = TypeAdapter(
    Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]
)
_YEAR: TypeAdapter[int] = TypeAdapter(Annotated[int, Field(ge=2000, le=2100)])
_OVERRIDE = "set:"
_UNREADABLE = 422
V = TypeVar("V")


@dataclass(frozen=True)
class Start:
    """What a new plan is called, which year it is for, what it is copied from, and its profile."""

    plan_id: str
    year: int
    title: str
    copied_from: str
    policy: str


@dataclass(frozen=True)
class OwnFigure:
    """A figure of a profile, and what the plan has instead."""

    figure: Figure
    own: str
    wrong: bool


@dataclass(frozen=True)
class StartSheet:
    """The form with what was entered and what is wrong with it."""

    fill: Fill
    problems: Problems

    def value(self, name: str) -> str:
        """Give what stands in a field."""
        return next(iter(self.fill.get(name, [])), "")

    def chosen(self, name: str) -> list[str]:
        """Give what is ticked."""
        return self.fill.get(name, [])

    @property
    def wrong(self) -> set[str]:
        """The fields with something wrong."""
        return {name for name, _sentence in self.problems}


@router.get("/console/plans/new")
async def ask(console: InConsole) -> Response:
    """Show the form that starts a plan, for next year and after the office's profile."""
    require_office(console)
    async with console.reading() as work:
        year = work.today().year + 1
        plans = await work.plans.where()
        former = [each for each in plans if each.year < year]
        last = max(former, key=lambda each: each.year, default=None)
        fill = {
            "year": [str(year)],
            "plan_id": [_free_code(year, {each.plan_id for each in plans})],
            "title": [_("%s 年度抽查工作计划") % year],
            "copied_from": [last.plan_id if last else ""],
            "policy": [work.policy.profile],
        }
        return await _form(work, console, StartSheet(fill, []))


@router.post("/console/plans/new")
async def start(request: Request, console: InConsole) -> Response:
    """Draft the plan and lead to it."""
    form = await _checked_form(request, console)
    fill = fill_from(form)
    wanted, problems = _read(fill)
    status = _UNREADABLE
    if wanted is not None:
        try:
            async with console.parts.open_work(console.actor) as work:
                await _draft(work, wanted)
            return RedirectResponse(f"/console/plans/{wanted.plan_id}", 303)
        except RuleBrokenError as error:
            problems, status = sentences(error), RULE_TEXTS[error.rule].status
    async with console.reading() as work:
        return await _form(work, console, StartSheet(fill, problems), status)


@router.get("/console/plans/{plan_id}/policy")
async def rules(plan_id: str, console: InConsole) -> Response:
    """Show the rules of a plan, figure by figure; of a draft they may be chosen."""
    async with console.reading() as work:
        plan = await work.plans.get(plan_id)
        return await _rules(work, console, plan, {"policy": [plan.policy.partition("@")[0]]})


@router.post("/console/plans/{plan_id}/policy")
async def choose_rules(plan_id: str, request: Request, console: InConsole) -> Response:
    """Put a draft under a profile with its own figures."""
    form = await _checked_form(request, console)
    fill = fill_from(form)
    overrides = _overrides(fill)
    try:
        async with console.parts.open_work(console.actor) as work:
            await annual_plan.choose_rules(work, plan_id, str(form.get("policy", "")), overrides)
    except RuleBrokenError as error:
        async with console.reading() as work:
            plan = await work.plans.get(plan_id)
            return await _rules(work, console, plan, fill, error)
    return RedirectResponse(f"/console/plans/{plan_id}/policy?saved=1", 303)


def _free_code(year: int, taken: Collection[str]) -> str:
    """Suggest a code that no plan has."""
    names = chain([f"plan-{year}"], (f"plan-{year}-{number}" for number in count(2)))
    return next(name for name in names if name not in taken)


async def _checked_form(request: Request, console: Console) -> FormData:
    form = await request.form()
    require_same_site(request)
    require_token(console.person, str(form.get("csrf", "")))
    require_office(console)
    return form


def _read(fill: Fill) -> tuple[Start | None, Problems]:
    sheet, problems = StartSheet(fill, []), []
    if not sheet.value("title").strip():
        problems.append(("title", _("计划名称：没有填写")))
    year = _tried(_YEAR, sheet.value("year"))
    if year is None:
        problems.append(("year", _("年度：应为 2000 到 2100 之间的年份，如 2027")))
    plan_id = _tried(_PLAN_ID, sheet.value("plan_id"))
    if plan_id in (None, "new"):
        problems.append(("plan_id", _("计划编号：应为字母、数字、点和连字符，如 plan-2027")))
    if problems or year is None or plan_id is None:
        return None, problems
    return Start(
        plan_id,
        year,
        sheet.value("title").strip(),
        sheet.value("copied_from"),
        sheet.value("policy"),
    ), []


def _tried(adapter: TypeAdapter[V], value: str) -> V | None:
    try:
        return adapter.validate_python(value.strip())
    except ValidationError:
        return None


async def _draft(work: Work, wanted: Start) -> None:
    """Draft a plan, empty or copied; the profile chosen here goes before the copied one's."""
    if not wanted.copied_from:
        draft = annual_plan.PlanDraft(
            plan_id=wanted.plan_id, year=wanted.year, title=wanted.title, lines=()
        )
        await annual_plan.draft_plan(work, draft)
        await annual_plan.choose_rules(work, wanted.plan_id, wanted.policy, {})
        return
    copied = await annual_plan.copy_plan(
        work,
        annual_plan.CopyOrder(
            copied_from=wanted.copied_from,
            plan_id=wanted.plan_id,
            year=wanted.year,
            title=wanted.title,
        ),
    )
    if wanted.policy != copied.plan.policy.partition("@")[0]:
        await annual_plan.choose_rules(work, wanted.plan_id, wanted.policy, {})


async def _form(work: Work, console: Console, sheet: StartSheet, status: int = 200) -> Response:
    plans = sorted(await work.plans.where(), key=lambda each: -each.year)
    return await console.show(
        work,
        "annual_plan/start.html",
        status=status,
        sheet=sheet,
        plans=[(each.plan_id, each.title) for each in plans],
        profiles=_profiles(work),
    )


def _profiles(work: Work) -> list[tuple[str, str]]:
    known = policies.choosable(work)
    return [(each.profile, choose(each.name, each.name_en)) for each in known]


async def _rules(
    work: Work,
    console: Console,
    plan: Plan,
    fill: Mapping[str, Sequence[str]],
    error: RuleBrokenError | None = None,
) -> Response:
    profile = next(iter(fill.get("policy", [])), "")
    in_force = await policies.policy_of(work, plan)
    base = work.policies.find(profile) or in_force
    own = _overrides(fill) if error else dict(plan.overrides)
    wrong = str(error.facts.get("path", "")) if error else ""
    may = console.actor.role is Role.OFFICE and plan.state is PlanState.DRAFT
    return await console.show(
        work,
        "annual_plan/policy.html",
        status=RULE_TEXTS[error.rule].status if error else 200,
        plan=plan,
        profile=profile,
        profiles=_profiles(work),
        groups=_groups(base, own, wrong),
        problems=sentences(error) if error else [],
        may_choose=may,
        saved="saved" in console.request.query_params,
    )


def _groups(base: Policy, own: Mapping[str, str], wrong: str) -> list[tuple[str, list[OwnFigure]]]:
    """Give the figures that a plan may choose, by stage."""
    return [
        (group.label, figures)
        for group in groups_of(base)
        if (
            figures := [
                OwnFigure(each, own.get(each.path, ""), each.path == wrong)
                for each in group.figures
                if each.path.partition(".")[0] in OVERRIDABLE
            ]
        )
    ]


def _overrides(fill: Mapping[str, Sequence[str]]) -> dict[str, str]:
    return {
        name.removeprefix(_OVERRIDE): values[0].strip()
        for name, values in fill.items()
        if name.startswith(_OVERRIDE) and values and values[0].strip()
    }
