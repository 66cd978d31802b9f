"""The frame of every public page: no login, one transaction that only reads."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.responses import Response

from coordinator.services.ports import Work
from coordinator.web.dependencies import VISITOR
from coordinator.web.pages import Pages, pages_of
from coordinator.web.parts import Parts, WebParts

PAGE = 30
_MOST_PAGES = 10_000


def page_of(asked: int) -> int:
    """Give the number of a page that somebody asked for, within what databases can count."""
    return min(max(asked, 1), _MOST_PAGES)


def pages_for(total: int) -> int:
    """Give how many pages so many entries take, at least one."""
    return max(1, -(-total // PAGE))


class Site:
    """One request to the public site."""

    def __init__(self, request: Request, parts: WebParts) -> None:
        self.request = request
        self.parts = parts
        self._pages: Pages = pages_of(request)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Work]:
        """Open one transaction that only reads."""
        async with self.parts.open_work(VISITOR, writes=False) as work:
            yield work

    def show(self, template: str, **context: Any) -> Response:
        """Render a public page."""
        return self._pages.show(self.request, template, **context)


def _site(request: Request, parts: Parts) -> Site:
    return Site(request, parts)


OnSite = Annotated[Site, Depends(_site)]
