"""Experts' drafts at the desk: entered with basis and photo, adopted or rejected by an officer."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import JsonValue
from starlette.datastructures import FormData

from contracts.tasks import TaskPublished
from department_agents.desk.identity import Session, require_csrf
from department_agents.desk.place import place_of
from department_agents.desk.proofs import evidence_in, with_files_kept
from department_agents.desk.visit_page import Entered, known_task, visit_page
from department_agents.refusals import AnswerRefusedError

router = APIRouter(default_response_class=HTMLResponse, include_in_schema=False)
FormSession = Annotated[Session, Depends(require_csrf)]


@router.post("/visits/{visit_id}/drafts")
async def draft(request: Request, visit_id: str, session: FormSession) -> Response:
    """Enter a problem that an expert found; refused, the form comes back filled in."""
    view = await known_task(request, visit_id)
    fields = await request.form()
    try:
        fields = with_files_kept(fields, place_of(request).files)
        await place_of(request).counter.take("ProblemDrafted", _drafted(view.task, fields))
    except AnswerRefusedError as error:
        entered = Entered(refusals=error.refusals, draft=fields)
        return visit_page(request, session, view, entered)
    return _back(visit_id)


@router.post("/visits/{visit_id}/drafts/{number}/decide")
async def decide(request: Request, visit_id: str, number: int, session: FormSession) -> Response:
    """Adopt or reject a draft as an officer of this organ."""
    view = await known_task(request, visit_id)
    fields = await request.form()
    decision: dict[str, JsonValue] = {
        "visit_id": visit_id,
        "number": number,
        "adopted": fields.get("decision") == "adopt",
        "decided_by": str(fields.get("decided_by", "")),
        "reason": str(fields.get("reason", "")).strip() or None,
    }
    try:
        await place_of(request).counter.take("DraftDecided", decision)
    except AnswerRefusedError as error:
        entered = Entered(refusals=error.refusals, draft=FormData())
        return visit_page(request, session, view, entered)
    return _back(visit_id)


def _drafted(task: TaskPublished, fields: FormData) -> dict[str, JsonValue]:
    index, _bar, point = str(fields.get("place", "")).partition("|")
    check = task.checks[int(index)] if index.isdigit() and int(index) < len(task.checks) else None
    expert = str(fields.get("expert", ""))
    return {
        "visit_id": task.visit_id,
        "expert": expert,
        "entered_by": str(fields.get("entered_by", "")) or expert,
        "object_id": check.object_id if check else "",
        "item": check.item if check else "",
        "checkpoint": point or None,
        "problem": str(fields.get("problem", "")).strip(),
        "legal_basis": str(fields.get("legal_basis", "")).strip(),
        "evidence": evidence_in("d", fields),  # type: ignore[arg-type] # no uploads are left in it
    }


def _back(visit_id: str) -> RedirectResponse:
    return RedirectResponse(f"/visits/{visit_id}#drafts", 303)
