"""The desk's page about lotteries: what is awaited from us, and why we were silent."""

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Depends, Request, status
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from department_agents.desk.identity import PageSession, Session, require_csrf
from department_agents.desk.place import place_of
from department_agents.desk.rendering import Page, render
from department_agents.refusals import AnswerRefusedError, Refusal

if TYPE_CHECKING:
    from pydantic import JsonValue

router = APIRouter(default_response_class=HTMLResponse, include_in_schema=False)
FormSession = Annotated[Session, Depends(require_csrf)]


@router.get("/ceremonies")
async def ceremonies(request: Request, session: PageSession) -> Response:
    """Show what lotteries reminded us of."""
    return await _page(request, session)


@router.post("/ceremonies/{round_id}/explain")
async def explain(request: Request, round_id: str, session: FormSession) -> Response:
    """Sign and send why we were silent."""
    fields = await request.form()
    attempt = str(fields.get("attempt", ""))
    statement = str(fields.get("statement", ""))
    number: JsonValue = int(attempt) if attempt.isascii() and attempt.isdigit() else attempt
    answer: dict[str, JsonValue] = {
        "round_id": round_id,
        "attempt": number,
        "statement": statement,
    }
    try:
        await place_of(request).counter.take("SilenceExplained", answer)
    except AnswerRefusedError as error:
        return await _page(request, session, (round_id, attempt, statement), error.refusals)
    return RedirectResponse("/ceremonies", status.HTTP_303_SEE_OTHER)


async def _page(
    request: Request,
    session: Session,
    entered: tuple[str, str, str] = ("", "", ""),
    refusals: tuple[Refusal, ...] = (),
) -> Response:
    code = status.HTTP_422_UNPROCESSABLE_CONTENT if refusals else status.HTTP_200_OK
    place = place_of(request)
    return render(
        request,
        Page("ceremonies.html", session, code),
        views=await place.views.ceremonies(),
        now=place.clock.now(),
        entered=entered,
        refusals=refusals,
    )
