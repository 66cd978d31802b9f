"""Everything that a person can get by GET: pages and downloads, link by link, as plain text."""

import html
import io
import re
import subprocess
import zipfile
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from urllib.parse import unquote, urljoin, urlsplit

from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts
from httpx2 import ASGITransport, AsyncClient, Response

_LINK = re.compile(r"""(?:href|src|data-record)="([^"#]+)""")
# The same in another order, language or form; single people, items and years; and what is no page.
_SAME_AGAIN = re.compile(
    r"[?&](sort|lang|page|year|blank)=|format=xlsx|annex-\d\.pdf|/look/|/static/|logout"
    r"|/acts/[a-z-]+\?(person|inspector|expert|object|item|organ|code|day|department)"
    r"|/registers/(inspectors|experts|items|item-lists|imports)/|/item-lists/|/items/"
)
# One enterprise, premises or policy of the many whose pages are made by the same code.
_ONE_OF_MANY = re.compile(r"(?:uscc|premises):\w+|(?<=/policies/)[\w-]+")
_PARAMETER = re.compile(r"\{(\w+)(?::\w+)?\}")
_HTML = {"Accept": "text/html"}


@dataclass
class Crawl:
    """What one person got: the text behind each address, whatever its status."""

    texts: dict[str, str] = field(default_factory=dict)

    def mentions(self, words: Iterable[str]) -> dict[tuple[str, str], int]:
        """Count how often each address says each word; nothing where it does not."""
        wanted = list(words)
        counts = {(path, w): text.count(w) for path, text in self.texts.items() for w in wanted}
        return {key: number for key, number in counts.items() if number}


async def crawl(
    app: FastAPI,
    login: tuple[str, str] | None,
    known: dict[str, str],
    of: Collection[str] | None = None,
) -> Crawl:
    """Follow every link from the start pages, and ask for every GET of the API.

    `known` fills the parameters of the API's paths. Of enterprises, premises and policies only the
    pages `of` these are looked at, of all where there are none.
    """
    found = Crawl()
    transport = ASGITransport(app=app)
    async with AsyncClient(transport=transport, base_url="http://county", headers=_HTML) as client:
        if login is not None:
            name, password = login
            answer = await client.post("/v1/login", json={"login": name, "password": password})
            assert answer.status_code == 200, answer.text
        waiting = ["/", "/console", "/rounds", "/self-audit", "/v", *_api_paths(app, known)]
        while waiting:
            path = waiting.pop()
            if path not in found.texts and _is_of(path, of):
                answer = await client.get(path)
                found.texts[path] = _text(answer)
                waiting += _links(answer, path)
    return found


def _api_paths(app: FastAPI, known: dict[str, str]) -> list[str]:
    paths = [
        each.path_format
        for each in iter_route_contexts(app.routes)
        if isinstance(each.original_route, APIRoute)
        and each.include_in_schema
        and each.path_format is not None
        and "GET" in (each.methods or ())
    ]
    return [
        _PARAMETER.sub(lambda name: known[name[1]], path)
        for path in paths
        if set(_PARAMETER.findall(path)) <= known.keys()
    ]


def _links(answer: Response, path: str) -> list[str]:
    if answer.is_redirect:
        return [_local(answer.headers["location"])]
    if "text/html" not in answer.headers.get("content-type", ""):
        return []
    links = (urljoin(path, html.unescape(link)) for link in _LINK.findall(answer.text))
    return [_local(link) for link in links if _is_new(link)]


def _is_new(link: str) -> bool:
    parts = urlsplit(link)
    return parts.netloc in ("", "county") and not _SAME_AGAIN.search(link)


def _is_of(path: str, of: Collection[str] | None) -> bool:
    return of is None or set(_ONE_OF_MANY.findall(unquote(path))) <= set(of)


def _local(link: str) -> str:
    """Give path and query, the path as most links write it: the same page is asked for once."""
    parts = urlsplit(link)
    path = parts.path.replace("%3A", ":").replace("%40", "@")
    return f"{path}?{parts.query}" if parts.query else path


def _text(answer: Response) -> str:
    """Give all text of an answer: archives and workbooks unpacked, documents read."""
    headers = " ".join(f"{name}: {value}" for name, value in answer.headers.items())
    return f"{headers}\n{_plain(answer.content)}"


def _plain(body: bytes) -> str:
    if body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            return "\n".join(f"{name}\n{_plain(archive.read(name))}" for name in archive.namelist())
    if body.startswith(b"%PDF"):
        command = ["pdftotext", "-", "-"]
        return subprocess.run(command, input=body, capture_output=True, check=True).stdout.decode()
    return html.unescape(body.decode(errors="replace"))
