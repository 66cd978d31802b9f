"""Pages from templates: one environment, the request's language, times of the office."""

from collections.abc import Sequence
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context

import contracts
from coordinator.web import words
from coordinator.web.language import COOKIE, HTML_LANGUAGES, LANGUAGES, _, choose, current_language
from coordinator.web.parts import WebParts

LOOK = Path(contracts.__path__[0]) / "look"
SCRIPTS = Path(__file__).parent / "static"
_TEMPLATES = Path(__file__).parent / "templates"
_YEAR_IN_SECONDS = 31_536_000
_TO_MINUTE = "%Y-%m-%d %H:%M"


class Pages:
    """Renders templates; every page gets office name, language, rehearsal flag and person."""

    def __init__(self, parts: WebParts) -> None:
        self._parts = parts
        self._everywhere: dict[str, Any] = {
            "office_name": parts.office_name,
            "rehearsal": parts.rehearsal,
            "version": parts.version,
            "zone": ZoneInfo(parts.zone),
        }

    def show(
        self, request: Request, template: str, *, status: int = 200, **context: Any
    ) -> HTMLResponse:
        """Render a template as the answer to a request."""
        language = current_language()
        person = getattr(request.state, "person", None)
        common = {
            "request": request,
            "path": request.url.path,
            "lang": HTML_LANGUAGES[language],
            "language_links": _language_links(request),
            "person": person,
            "csrf": person.csrf if person else "",
            "printed_at": _in_zone(self._parts.machine_now(), self._everywhere["zone"], _TO_MINUTE),
        }
        html = _environment().get_template(template).render(**self._everywhere, **common, **context)
        response = HTMLResponse(html, status)
        if request.query_params.get("lang") in LANGUAGES:
            response.set_cookie(COOKIE, language, max_age=_YEAR_IN_SECONDS, samesite="lax")
        return response


@cache
def _environment() -> Environment:
    """Make the environment once: compiling the templates takes longer than rendering them."""
    environment = Environment(
        loader=FileSystemLoader([_TEMPLATES, LOOK]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_gettext_callables(  # type: ignore[attr-defined] # i18n adds it
        _, _plural, newstyle=True
    )
    environment.filters.update(at=_at, day=_day, clock=_clock, bare=bare_code)
    environment.globals.update(
        state=words.state,
        period=words.period,
        states_of=words.states_of,
        act_word=words.act_word,
        role_word=words.role_word,
        choose=choose,
    )
    return environment


@pass_context
def _at(context: Context, value: datetime | None) -> str:
    return _in_zone(value, context["zone"], _TO_MINUTE) if value else "—"


@pass_context
def _clock(context: Context, value: datetime | None) -> str:
    return _in_zone(value, context["zone"], "%m-%d %H:%M") if value else ""


def _in_zone(value: datetime, zone: ZoneInfo, shape: str) -> str:
    return value.astimezone(zone).strftime(shape)


def pages_of(request: Request) -> Pages:
    """Give the application's pages."""
    pages: Pages = request.app.state.pages
    return pages


def bare_code(object_id: str) -> str:
    """Give a unified social credit code as people know it; other schemes keep their name."""
    return object_id.removeprefix("uscc:")


def _day(value: date | None) -> str:
    return value.isoformat() if value else "—"


def _plural(one: str, many: str, number: int) -> str:
    return _(one if number == 1 else many)


def _language_links(request: Request) -> Sequence[tuple[str, str, str]]:
    names = {"zh": "中文", "en": "English"}
    return [
        (names[code], str(request.url.include_query_params(lang=code)), code)
        for code in LANGUAGES
        if code != current_language()
    ]
