"""The page of one visit: facts, team, experts' drafts, and the phone form or the report."""

from dataclasses import dataclass
from datetime import date

from fastapi import HTTPException, Request, status
from fastapi.responses import Response
from starlette.datastructures import FormData

from contracts.tasks import TaskPublished
from department_agents.clock import legal_date
from department_agents.desk.adopted import answered_by, number_of_check, with_adopted
from department_agents.desk.forms import (
    fields_of,
    flaws_by_section,
    sections,
    settled_questions,
    shared_questions,
)
from department_agents.desk.identity import Session
from department_agents.desk.place import place_of
from department_agents.desk.proofs import kept_in
from department_agents.desk.rendering import Page, render
from department_agents.desk.reported import reported_findings
from department_agents.desk.views import TaskView
from department_agents.draft_rules import experts_of
from department_agents.lapses import days, lapsed_on
from department_agents.refusals import Refusal
from department_agents.store.draft_rows import DraftState


@dataclass(frozen=True, slots=True)
class Entered:
    """What came back refused: the fields of the report, or those of an expert's draft, and why."""

    fields: FormData | None = None
    refusals: tuple[Refusal, ...] = ()
    draft: FormData | None = None


async def known_task(request: Request, visit_id: str) -> TaskView:
    """Give a task of ours, or 404."""
    view = await place_of(request).views.task(visit_id)
    if view is None:
        raise HTTPException(status.HTTP_404_NOT_FOUND, "visit-unknown")
    return view


def visit_page(
    request: Request, session: Session, view: TaskView, entered: Entered = Entered()
) -> Response:
    """Show a visit; refused answers come back filled in with every reason."""
    task, refusals = view.task, entered.refusals
    fields = _former_fields(view) if entered.fields is None else entered.fields
    of_draft = entered.draft is not None
    today = legal_date(place_of(request).clock.now())
    lapsed = lapsed_on(view.lapsed, _day(task, fields, today))
    code = status.HTTP_422_UNPROCESSABLE_CONTENT if refusals else status.HTTP_200_OK
    return render(
        request,
        Page("visit.html", session, code),
        view=view,
        task=task,
        fields=fields,
        refusals=() if of_draft else refusals,
        flaws=flaws_by_section(task, fields, () if of_draft else refusals),  # type: ignore[arg-type] # no uploads
        shared=shared_questions(task, lapsed),
        settled=settled_questions(task, lapsed),
        sections=sections(task, lapsed),
        lapsed=[(card, days(card)) for card in lapsed.values()],
        reported=reported_findings(task, view.report) if view.report else (),
        today=today,
        kept={n: kept_in(f"c{n}", fields) for n in range(len(task.checks))},  # type: ignore[arg-type] # no uploads
        supplement="supplement" in request.query_params or bool(fields.get("supplement_reason")),
        sent=request.query_params.get("sent"),
        **_drafts(view, entered),
    )


def _day(task: TaskPublished, fields: FormData, today: date) -> date:
    """Give the day that a form is about: the one entered, or today within the visit's days."""
    try:
        return date.fromisoformat(str(fields.get("visited_date", "")))
    except ValueError:
        return min(max(today, task.date_from), task.date_to)


def _drafts(view: TaskView, entered: Entered) -> dict[str, object]:
    """Give what the page shows of experts' drafts, and the form of a new one."""
    drafted = entered.draft if entered.draft is not None else FormData()
    adopted: dict[int, list[object]] = {}
    for each in view.drafts:
        if each.state is DraftState.ADOPTED:
            adopted.setdefault(number_of_check(view.task, each), []).append(
                (each, answered_by(view.task, each))
            )
    return {
        "experts": experts_of(view.task),
        "drafted": drafted,
        "drafted_kept": kept_in("d", drafted),  # type: ignore[arg-type] # no uploads are left in it
        "draft_refusals": entered.refusals if entered.draft is not None else (),
        "adopted": adopted,
    }


def _former_fields(view: TaskView) -> FormData:
    fields = FormData() if view.report is None else fields_of(view.task, view.report)
    return with_adopted(view.task, fields, view.drafts, view.report)
