"""Chinese source text and its English catalogue; the language of a request is its own context."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

from babel.messages.pofile import read_po
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

CHINESE = "zh"
ENGLISH = "en"
LANGUAGES = (CHINESE, ENGLISH)
HTML_LANGUAGES = {CHINESE: "zh-CN", ENGLISH: "en"}
COOKIE = "language"
CATALOGUES = Path(__file__).parent / "locales"

_language: ContextVar[str] = ContextVar("language", default=CHINESE)


def read_catalogue(language: str) -> Mapping[str, str]:
    """Read `<language>/LC_MESSAGES/onevisit.po` as text, so that no compiled file can be stale."""
    with (CATALOGUES / language / "LC_MESSAGES" / "onevisit.po").open("rb") as file:
        messages = read_po(file, locale=language)
    told = (each for each in messages if each.id and each.string and not each.fuzzy)
    return {str(each.id): str(each.string) for each in told}


_CATALOGUES: Mapping[str, Mapping[str, str]] = {CHINESE: {}, ENGLISH: read_catalogue(ENGLISH)}


def _(message: str) -> str:
    """Give a message in the language of the request."""
    return _CATALOGUES[_language.get()].get(message, message)


def later(message: str) -> str:
    """Mark a message for the catalogue that is translated where it is shown."""
    return message


def current_language() -> str:
    """Give the language of the request: `zh` or `en`."""
    return _language.get()


def choose(chinese: str, english: str) -> str:
    """Give the name that a register holds in both languages."""
    return english if _language.get() == ENGLISH and english else chinese


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Speak one language inside the block, whatever the request speaks: documents are Chinese."""
    token = _language.set(language)
    try:
        yield
    finally:
        _language.reset(token)


class LanguageMiddleware:
    """Takes the language from `?lang=`, else the cookie, else Chinese; remembers the choice."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run one request in its language."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        with speaking(_wanted(Request(scope))):
            await self._app(scope, receive, send)


def _wanted(request: Request) -> str:
    for asked in (request.query_params.get("lang"), request.cookies.get(COOKIE)):
        if asked in LANGUAGES:
            return asked
    return CHINESE
