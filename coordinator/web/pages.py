"""Pages from templates: one environment, the request's language, times of the office."""

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

import contracts
from coordinator.services.ports import Actor
from coordinator.web import words
from coordinator.web.language import COOKIE, HTML_LANGUAGES, LANGUAGES, _, current_language
from coordinator.web.parts import WebParts

LOOK = Path(contracts.__path__[0]) / "look"
_TEMPLATES = Path(__file__).parent / "templates"
_YEAR_IN_SECONDS = 31_536_000


class Pages:
    """Renders templates; every page gets office name, language, rehearsal flag and person."""

    def __init__(self, parts: WebParts) -> None:
        self._parts = parts
        self._zone = ZoneInfo(parts.zone)
        self._environment = Environment(
            loader=FileSystemLoader([_TEMPLATES, LOOK]),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            extensions=["jinja2.ext.i18n"],
        )
        self._environment.install_gettext_callables(  # type: ignore[attr-defined] # i18n adds it
            _, _plural, newstyle=True
        )
        self._environment.filters.update(at=self._at, day=_day, clock=self._clock, bare=bare_code)
        self._environment.globals.update(
            state=words.state,
            period=words.period,
            states_of=words.states_of,
            act_word=words.act_word,
            role_word=words.role_word,
            office_name=parts.office_name,
            rehearsal=parts.rehearsal,
            version=parts.version,
        )

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
            "printed_at": self._at(self._parts.machine_now()),
        }
        html = self._environment.get_template(template).render(**{**common, **context})
        response = HTMLResponse(html, status)
        if request.query_params.get("lang") in LANGUAGES:
            response.set_cookie(COOKIE, language, max_age=_YEAR_IN_SECONDS, samesite="lax")
        return response

    def _at(self, value: datetime | None) -> str:
        return value.astimezone(self._zone).strftime("%Y-%m-%d %H:%M") if value else "—"

    def _clock(self, value: datetime | None) -> str:
        return value.astimezone(self._zone).strftime("%m-%d %H:%M") if value else ""


def pages_of(request: Request) -> Pages:
    """Give the application's pages."""
    pages: Pages = request.app.state.pages
    return pages


def actor_word(actor: Actor) -> str:
    """Say in one word for whom somebody acts."""
    return words.role_word(actor.role.value)


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
