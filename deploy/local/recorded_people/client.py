"""One person at a browser's place: logs in, reads and acts through the public API."""

import http.cookiejar
import json
import urllib.error
import urllib.parse
import urllib.request
from typing import Any


class RefusedError(Exception):
    """The server refused an act; carries its problem details."""


class Person:
    """A person with an open session; acts carry the session's CSRF token."""

    def __init__(self, address: str, login: str, password: str) -> None:
        self._address = address
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        # No proxy: everything is on this machine.
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), jar)
        self._csrf = ""
        session = self.act("/v1/login", {"login": login, "password": password})
        self._csrf = session["csrf"]
        self.login = login

    def act(self, path: str, body: dict[str, Any] | None = None) -> Any:
        """Post an act; RefusedError with the reason when a rule is broken."""
        data = None if body is None else json.dumps(body).encode()
        headers = {
            "Content-Type": "application/json",
            "Origin": self._address,
            "X-CSRF-Token": self._csrf,
        }
        return self._send(urllib.request.Request(self._url(path), data, headers, method="POST"))

    def read(self, path: str, **query: object) -> Any:
        """Read a resource."""
        words = urllib.parse.urlencode({name: str(value) for name, value in query.items()})
        return self._send(urllib.request.Request(self._url(f"{path}?{words}" if words else path)))

    def read_all(self, path: str, **query: object) -> list[dict[str, Any]]:
        """Read every page of a list."""
        rows: list[dict[str, Any]] = []
        while True:
            page = self.read(path, page=len(rows) // _PAGE_SIZE + 1, **query)
            rows += page["values"]
            if len(rows) >= page["total"] or not page["values"]:
                return rows

    def _url(self, path: str) -> str:
        return self._address + urllib.parse.quote(path, safe="/?=&%")

    def _send(self, request: urllib.request.Request) -> Any:
        try:
            with self._opener.open(request, timeout=60) as answer:
                content = answer.read()
        except urllib.error.HTTPError as error:
            message = error.read().decode(errors="replace")
            raise RefusedError(f"{request.method} {request.selector}: {message}") from error
        except urllib.error.URLError as error:
            raise RefusedError(f"{request.method} {request.selector}: {error.reason}") from error
        return json.loads(content) if content else None


_PAGE_SIZE = 50
