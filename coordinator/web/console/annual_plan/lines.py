"""One line of a plan: its form, counted while it is filled in, saved on every step."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from starlette.datastructures import FormData

from coordinator.domain.annual_plan import (
    ChangeKind,
    LeaderRule,
    LineChange,
    LineSource,
    Plan,
    PlanLine,
)
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import PlanState
from coordinator.domain.policy import PlanPolicy
from coordinator.services import annual_plan, policies
from coordinator.services.annual_plan.adoption import breaches_with
from coordinator.services.ports import Role, Work
from coordinator.web.api.annual_plan.weights import answers_of
from coordinator.web.console.annual_plan.breach_views import BreachView, breach_view
from coordinator.web.console.annual_plan.line_form import (
    Fill,
    Problems,
    fill_from,
    fill_of,
)
from coordinator.web.console.annual_plan.line_reading import NEW, count_form, read_line
from coordinator.web.console.annual_plan.line_sheet import LineSheet, choices_of
from coordinator.web.console.annual_plan.undoing import line_before
from coordinator.web.console.frame import ActButton, Console, InConsole
from coordinator.web.errors import sentences
from coordinator.web.identity import require_same_site, require_token
from coordinator.web.language import _
from coordinator.web.names import load_names
from coordinator.web.rule_texts import RULE_TEXTS

router = APIRouter()

_UNREADABLE = 422


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A request for the form of a line: stored under `code`, or new."""

    console: Console
    plan_id: str
    code: str

    @property
    def path(self) -> str:
        """Where the plan is."""
        return f"/console/plans/{self.plan_id}"


@router.get("/console/plans/{plan_id}/lines/{code}")
async def line(plan_id: str, code: str, console: InConsole, before: int | None = None) -> Response:
    """Show the form of a line, an empty one under `new`, or as it was before an entry."""
    asked = Asked(console=console, plan_id=plan_id, code=code)
    require_office(console)
    async with console.reading() as work:
        plan = await work.plans.get(plan_id)
        if before is not None:
            former = await line_before(work, asked.plan_id, code, before)
            stored = await work.plan_lines.find(code)
            shown = _Shown(fill=fill_of(former), stored=stored, undone=before)
            return await _show(work, asked, plan, shown)
        stored = await _stored(work, asked)
        if stored is None and code != NEW:
            raise RuleBrokenError(Rule.PLAN_LINE_UNKNOWN, line=code)
        fill = fill_of(stored) if stored else _blank(plan)
        return await _show(work, asked, plan, _Shown(fill=fill, stored=stored))


@router.post("/console/plans/{plan_id}/lines/{code}")
async def save(plan_id: str, code: str, request: Request, console: InConsole) -> Response:
    """Save a line, count what it would draw, or look for items; nothing entered is lost."""
    asked = Asked(console=console, plan_id=plan_id, code=code)
    form = await request.form()
    require_same_site(request)
    require_token(console.person, str(form.get("csrf", "")))
    require_office(console)
    fill = fill_from(form)
    do, _colon, then = str(form.get("do", "save:")).partition(":")
    if do != "save":
        return await _again(asked, fill, [], counted=do == "count")
    made, problems = read_line(asked.plan_id, asked.code, fill)
    if made is None:
        return await _again(asked, fill, problems, status=_UNREADABLE)
    try:
        async with console.parts.open_work(console.actor) as work:
            where = await _keep(work, asked, made, form)
    except RuleBrokenError as error:
        return await _again(asked, fill, sentences(error), status=RULE_TEXTS[error.rule].status)
    return RedirectResponse(_next(where, then), 303)


def _next(where: str, then: str) -> str:
    if "/lines/" not in where:
        return where
    return f"{where}?saved=1" + (f"#part-{then}" if then else "")


async def _keep(work: Work, asked: Asked, made: PlanLine, form: FormData) -> str:
    """Save a draft's line; of an adopted plan propose the change. Gives where to go on."""
    plan = await work.plans.get(asked.plan_id)
    stored = await _stored(work, asked)
    if stored is not None:
        made = replace(made, source=stored.source, reason=made.reason or stored.reason)
    if plan.state is PlanState.DRAFT:
        await annual_plan.save_line(work, plan.plan_id, made)
        return f"{asked.path}/lines/{made.code}"
    reason = str(form.get("amendment_reason", ""))
    if asked.code == NEW:
        await annual_plan.add_temporary_line(work, plan.plan_id, made, reason)
    else:
        change = LineChange(kind=ChangeKind.CHANGE, code=made.code, line=made)
        await annual_plan.amend_plan(work, plan.plan_id, [change], reason)
    return f"{asked.path}/changes"


@dataclass(frozen=True, kw_only=True)
class _Shown:
    fill: Fill
    stored: PlanLine | None
    problems: Problems | None = None
    counted: bool = False
    undone: int | None = None
    status: int = 200


async def _again(
    asked: Asked, fill: Fill, problems: Problems, *, counted: bool = False, status: int = 200
) -> Response:
    """Show the form with everything that was entered."""
    async with asked.console.reading() as work:
        plan = await work.plans.get(asked.plan_id)
        shown = _Shown(
            fill=fill,
            stored=await _stored(work, asked),
            problems=problems,
            counted=counted,
            status=status,
        )
        return await _show(work, asked, plan, shown)


async def _show(work: Work, asked: Asked, plan: Plan, shown: _Shown) -> Response:
    console, code = asked.console, shown.stored.code if shown.stored else ""
    rules = await policies.policy_of(work, plan)
    names = await load_names(work)
    amending = ""
    if plan.state is PlanState.ADOPTED:
        amending = _amending(work.today(), rules.plan.amendment_days)
    choices = await choices_of(work, plan)
    sheet = LineSheet(
        **choices,  # type: ignore[arg-type]  # the fields that choices_of names
        fill=shown.fill,
        names=names,
        policy=rules,
        problems=shown.problems or [],
        code=code,
        amending=amending,
        save_word=_("提出调整") if amending else _("保存任务"),
        temporary=_is_temporary(plan, shown.stored),
    )
    return await console.show(
        work,
        "annual_plan/line.html",
        status=shown.status,
        names=names,
        plan=plan,
        sheet=sheet,
        undone=shown.undone,
        saved="saved" in console.request.query_params,
        breaches=await _breaches(work, plan, shown.stored, sheet),
        **await _counted(work, shown, rules.plan),
        acts=_acts(console, plan, shown.stored),
    )


async def _counted(work: Work, shown: _Shown, policy: PlanPolicy) -> dict[str, object]:
    """Give what the form would draw, where that was asked for, and what its weights do."""
    count = await count_form(work, shown.fill, policy) if shown.counted else None
    return {"count": count, "weights": answers_of(count.weights) if count else ()}


def _acts(console: Console, plan: Plan, stored: PlanLine | None) -> list[ActButton]:
    """Offer to take a line away; never as what one is expected to press."""
    wanted = {PlanState.DRAFT: "remove-line", PlanState.ADOPTED: "cancel-line"}.get(plan.state)
    if stored is None or wanted is None or stored.cancelled_by is not None:
        return []
    buttons = console.buttons(wanted, plan_id=plan.plan_id, code=stored.code)
    return [replace(each, primary=False) for each in buttons]


def _is_temporary(plan: Plan, stored: PlanLine | None) -> bool:
    """Say whether a line needs the reason of one that came up during the year."""
    if stored is None:
        return plan.state is PlanState.ADOPTED
    return stored.source is LineSource.TEMPORARY


def _amending(today: date, days: int) -> str:
    earliest = today + timedelta(days=days)
    return _(
        "计划已经发布：改动作为调整提出，由另一人通过后生效，理由和前后对照向社会公开。"
        "检查开始日期须在 %(day)s 或以后（提前 %(n)s 天）。"
    ) % {"day": earliest.isoformat(), "n": days}


async def _breaches(
    work: Work, plan: Plan, stored: PlanLine | None, sheet: LineSheet
) -> list[BreachView]:
    """Give what a stored line of a draft breaks; only its own frame is counted for that."""
    if stored is None or plan.state is not PlanState.DRAFT:
        return []
    found = await breaches_with(work, plan, [stored])
    return [
        breach_view(each, sheet.names, sheet.policy) for each in found if each.line == stored.code
    ]


async def _stored(work: Work, asked: Asked) -> PlanLine | None:
    """Give the line as it is stored; None for a new one and one that was removed."""
    if asked.code == NEW:
        return None
    found = await work.plan_lines.find(asked.code)
    if found is not None and found.plan_id != asked.plan_id:
        raise RuleBrokenError(Rule.PLAN_LINE_UNKNOWN, line=asked.code)
    return found


def _blank(plan: Plan) -> Fill:
    """Give the form of a new line: the whole year, at random, announced."""
    temporary = plan.state is PlanState.ADOPTED
    return {
        "kind": ["joint"],
        "selection": ["random"],
        "directed": ["true"],
        "mode": ["announced"],
        "leader_rule": [LeaderRule.BY_PROFILE],
        "execution": ["here"],
        "strata_by": ["credit"],
        "weighting": ["equal"],
        "times_a_year": ["1"],
        "event_months": ["12"],
        "source": [LineSource.TEMPORARY if temporary else LineSource.ANNUAL],
        "window_from": ["" if temporary else f"{plan.year}-01-01"],
        "window_to": ["" if temporary else f"{plan.year}-12-31"],
    }


def require_office(console: Console) -> None:
    """Refuse whoever does not plan: departments and auditors read."""
    if console.actor.role is not Role.OFFICE:
        raise RuleBrokenError(
            Rule.ROLE_NOT_ALLOWED, role=console.actor.role.value, needed=Role.OFFICE.value
        )
