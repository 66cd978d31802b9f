"""Templates of the desk with the words they need."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from pathlib import Path

from fastapi import Request
from fastapi.responses import HTMLResponse, Response
from fastapi.templating import Jinja2Templates

from contracts.vocabulary import YesNo
from department_agents.clock import LEGAL_TIME
from department_agents.desk.identity import Session
from department_agents.desk.place import place_of
from department_agents.profile import profile_of

FOLDER = Path(__file__).parent
LOOK = Path(str(files("contracts") / "look"))
_TEMPLATES = Jinja2Templates([FOLDER / "templates", LOOK])
_EXPERTS = "@"


@cache
def organ(code: str) -> str:
    """Name a department; `@field` stands for the experts of a field."""
    if code.startswith(_EXPERTS):
        return f"专家 · {code.removeprefix(_EXPERTS)}"
    return profile_of(code).name_zh


def legal_time(moment: str) -> str:
    """Give an ISO moment as people here read it, to the minute."""
    return f"{datetime.fromisoformat(moment).astimezone(LEGAL_TIME):%Y-%m-%d %H:%M}"


_TEMPLATES.env.filters |= {"organ": organ, "legal_time": legal_time}


@dataclass(frozen=True, slots=True)
class Page:
    """Which template to show, to whom, with which status."""

    template: str
    session: Session | None = None
    status_code: int = 200


def render(request: Request, page: Page, **values: object) -> Response:
    """Show a page with the department's name, the rehearsal mark and the form's CSRF token."""
    place = place_of(request)
    context: dict[str, object] = {
        "profile": place.profile,
        "rehearsal": place.rehearsal,
        "session": page.session,
        "codes": place.codes,
        "yes_no": tuple(zip(YesNo, ("good", "bad", "neither"), strict=True)),
        **values,
    }
    response: HTMLResponse = _TEMPLATES.TemplateResponse(
        request, page.template, context, status_code=page.status_code
    )
    return response
