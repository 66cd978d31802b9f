"""The login page and the way out."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from coordinator.domain.errors import RuleBrokenError
from coordinator.web.api.identity import Login, enter
from coordinator.web.console.frame import InConsole
from coordinator.web.errors import sentences
from coordinator.web.identity import (
    close_session,
    cookie_name,
    person_of,
    require_same_site,
    require_token,
)
from coordinator.web.pages import pages_of
from coordinator.web.parts import Parts
from coordinator.web.rule_texts import RULE_TEXTS

router = APIRouter()

_FIRST_PAGE = "/console"


@router.get("/login")
async def ask(request: Request, parts: Parts, next: str = _FIRST_PAGE) -> Response:  # noqa: A002 - name in the URL
    """Show the login form; whoever is logged in goes on."""
    if await person_of(request, parts) is not None:
        return RedirectResponse(_safe(next), 303)
    return pages_of(request).show(
        request, "login/login.html", login="", problems=[], next_page=_safe(next)
    )


@router.post("/login")
async def log_in(
    request: Request,
    parts: Parts,
    login: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
    next: Annotated[str, Form()] = _FIRST_PAGE,  # noqa: A002 - name in the form
) -> Response:
    """Open a session and go on to the page that was wanted."""
    answer = RedirectResponse(_safe(next), 303)
    try:
        # Whatever is typed goes to the same check: an empty field is a wrong login like another.
        entered = Login(login=login[:100] or "-", password=password[:1000] or "-")
        await enter(request, answer, parts, entered)
    except RuleBrokenError as error:
        return pages_of(request).show(
            request,
            "login/login.html",
            status=RULE_TEXTS[error.rule].status,
            login=login,
            problems=[("login", text) for _line, text in sentences(error)],
            next_page=_safe(next),
        )
    return answer


@router.post("/logout")
async def log_out(console: InConsole, csrf: Annotated[str, Form()] = "") -> Response:
    """Close the session."""
    require_same_site(console.request)
    require_token(console.person, csrf)
    await close_session(console.parts, console.person)
    answer = RedirectResponse("/login", 303)
    answer.delete_cookie(
        cookie_name(console.parts), secure=console.parts.secure_cookies, httponly=True
    )
    return answer


def _safe(page: str) -> str:
    """Keep the way on within this site."""
    inside = page.startswith("/") and not page.startswith(("//", "/\\"))
    return page if inside else _FIRST_PAGE
