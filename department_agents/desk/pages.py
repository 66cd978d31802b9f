"""The desk's pages: tasks, the phone form of a visit, measures, what others found, uploads."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, HTTPException, Request, status
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse, Response
from pydantic import JsonValue

from contracts.register_rows import Directory, columns_of
from department_agents.clock import LEGAL_TIME
from department_agents.desk.forms import report_of
from department_agents.desk.identity import (
    SESSION_COOKIE,
    SESSION_LASTS,
    PageSession,
    Session,
    require_csrf,
)
from department_agents.desk.place import place_of
from department_agents.desk.proofs import with_files_kept
from department_agents.desk.rendering import Page, render
from department_agents.desk.visit_page import Entered, known_task, visit_page
from department_agents.refusals import AnswerRefusedError, Refusal

router = APIRouter(default_response_class=HTMLResponse, include_in_schema=False)
FormSession = Annotated[Session, Depends(require_csrf)]


@router.get("/login")
async def login_form(request: Request) -> Response:
    """Ask for the desk token."""
    return render(request, Page("login.html"))


@router.post("/login")
async def login(request: Request, token: Annotated[str, Form()] = "") -> Response:
    """Open a session for whoever knows the desk token."""
    identity = request.app.state.identity
    if not identity.knows(token.strip()):
        page = Page("login.html", status_code=status.HTTP_403_FORBIDDEN)
        return render(request, page, wrong_token=True)
    response = _go("/")
    response.set_cookie(
        SESSION_COOKIE,
        identity.log_in(),
        max_age=int(SESSION_LASTS.total_seconds()),
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
    )
    return response


@router.post("/logout")
async def logout(request: Request, _: FormSession) -> Response:
    """End the session."""
    request.app.state.identity.log_out(request.cookies.get(SESSION_COOKIE))
    response = _go("/login")
    response.delete_cookie(SESSION_COOKIE)
    return response


@router.get("/")
async def task_list(request: Request, session: PageSession) -> Response:
    """Show all tasks, what is to be done first."""
    views = place_of(request).views
    page = Page("tasks.html", session)
    reminders = [each for each in await views.ceremonies() if not (each.answered or each.over)]
    return render(
        request,
        page,
        tasks=await views.tasks(),
        alarms=await views.alarms(),
        reminders=reminders,
        open_gaps=await views.open_gaps(),
    )


@router.get("/visits/{visit_id}")
async def visit(request: Request, visit_id: str, session: PageSession) -> Response:
    """Show one visit: facts, team, and the form or its state."""
    return visit_page(request, session, await known_task(request, visit_id))


@router.post("/visits/{visit_id}/accept")
async def accept(
    request: Request, visit_id: str, session: FormSession, accepted_by: Annotated[str, Form()] = ""
) -> Response:
    """Accept the task for the organ."""
    answer: dict[str, JsonValue] = {"visit_id": visit_id, "accepted_by": accepted_by}
    return await _answer_visit(request, session, "TaskAccepted", answer)


@router.post("/visits/{visit_id}/decline")
async def decline(request: Request, visit_id: str, session: FormSession) -> Response:
    """Decline one person of the team, with a reason."""
    fields = await request.form()
    names = ("person_id", "reason", "declined_by")
    answer: dict[str, JsonValue] = {name: str(fields.get(name, "")) for name in names}
    chosen = place_of(request).codes.departures.get(str(answer["reason"]))
    if chosen is not None and chosen.in_words:
        answer["reason"] = str(fields.get("reason_words", ""))
    return await _answer_visit(request, session, "TaskDeclined", {"visit_id": visit_id, **answer})


@router.post("/visits/{visit_id}/findings")
async def findings(request: Request, visit_id: str, session: FormSession) -> Response:
    """Submit the form; refused, it comes back filled in with every reason."""
    view = await known_task(request, visit_id)
    fields = await request.form()
    try:
        fields = with_files_kept(fields, place_of(request).files)
        report = report_of(view.task, fields)  # type: ignore[arg-type] # no uploads are left in it
        await place_of(request).counter.take("FindingsSubmitted", report)
    except AnswerRefusedError as error:
        return visit_page(request, session, view, Entered(fields, error.refusals))
    return _go(f"/visits/{visit_id}?sent=1")


@router.get("/evidence/{sha256}")
async def evidence(request: Request, sha256: str, _: PageSession) -> Response:
    """Give a file of evidence that lies here, for instance to bring it to the office."""
    path = place_of(request).files.find(sha256)
    if path is None:
        raise HTTPException(status.HTTP_404_NOT_FOUND, "evidence-unknown")
    return FileResponse(path, filename=sha256, media_type="application/octet-stream")


@router.get("/measures")
async def measures(request: Request, session: PageSession) -> Response:
    """Show the joint-punishment measures this department executes."""
    return await _measures_page(request, session)


@router.post("/measures/{order_id}/feedback")
async def feedback(request: Request, order_id: str, session: FormSession) -> Response:
    """Answer a measure; it is done now, by the named person."""
    fields = await request.form()
    done_at = place_of(request).clock.now().astimezone(LEGAL_TIME).isoformat(timespec="seconds")
    answer: dict[str, JsonValue] = {
        "order_id": order_id,
        "outcome": str(fields.get("outcome", "")),
        "reason": str(fields.get("reason", "")).strip() or None,
        "person": str(fields.get("person", "")),
        "done_at": done_at,
    }
    try:
        await place_of(request).counter.take("MeasureFeedback", answer)
    except AnswerRefusedError as error:
        return await _measures_page(request, session, order_id, error.refusals)
    return _go("/measures")


@router.get("/shared")
async def shared(request: Request, session: PageSession) -> Response:
    """Show what other departments found at our visits."""
    results = await place_of(request).views.shared_results()
    return render(request, Page("shared.html", session), results=results)


@router.get("/registers")
async def register_uploads(request: Request, session: PageSession) -> Response:
    """Show the directories this department sent, with the office's receipts."""
    uploads = await place_of(request).views.uploads()
    columns = {each.value: columns_of(each) for each in Directory}
    return render(request, Page("registers.html", session), uploads=uploads, columns=columns)


def _go(path: str) -> RedirectResponse:
    return RedirectResponse(path, status.HTTP_303_SEE_OTHER)


async def _answer_visit(
    request: Request, session: Session, kind: str, answer: dict[str, JsonValue]
) -> Response:
    view = await known_task(request, str(answer["visit_id"]))
    try:
        await place_of(request).counter.take(kind, answer)
    except AnswerRefusedError as error:
        return visit_page(request, session, view, Entered(refusals=error.refusals))
    return _go(f"/visits/{view.task.visit_id}")


async def _measures_page(
    request: Request, session: Session, order_id: str = "", refusals: tuple[Refusal, ...] = ()
) -> Response:
    code = status.HTTP_422_UNPROCESSABLE_CONTENT if refusals else status.HTTP_200_OK
    return render(
        request,
        Page("measures.html", session, code),
        measures=await place_of(request).views.measures(),
        refused_order=order_id,
        refusals=refusals,
    )
