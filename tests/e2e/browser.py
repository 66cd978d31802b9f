"""A person at a browser, and what went wrong behind the pages they opened."""

import io
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Locator,
    Page,
    Request,
    Response,
    expect,
    sync_playwright,
)
from python_calamine import CalamineWorkbook

CHROMIUM = "/usr/bin/chromium"
CHINESE = re.compile(r"[\u4e00-\u9fff]")
DESK_WIDTH, PHONE_WIDTH = 1440, 360
REFUSED, SERVER_FAILED = 400, 500
_HEIGHT = 900
_PATIENCE = 60_000  # milliseconds that a busy machine may take to answer
_QUIET = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start the system's browser without a window."""
    expect.set_options(timeout=_PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=_QUIET.split())
        yield browser
        browser.close()


class Visitor:
    """One person with one browser; leaving fails on script errors and on calls to other hosts."""

    def __init__(self, browser: Browser, address: str, width: int = DESK_WIDTH) -> None:
        self.address = address
        self.problems: list[str] = []
        self._context = browser.new_context(
            viewport={"width": width, "height": _HEIGHT}, locale="zh-CN", base_url=address
        )
        self._context.set_default_timeout(_PATIENCE)
        self.page: Page = self._context.new_page()
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.problems.append(f"script: {error}"))
        self.page.on("request", self._see)
        self.page.on("response", self._take)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, _: object, __: TracebackType | None
    ) -> None:
        self._context.close()
        if kind is None:
            assert self.problems == []

    def open(self, path: str, status: int = 200) -> Page:
        """Go to a page and expect a status; a refusal is not counted as a problem."""
        answer = self.page.goto(path)
        assert answer is not None
        assert answer.status == status, f"{path}: {answer.status}"
        return self.page

    def log_in(self, login: str, password: str) -> Page:
        """Fill in the login form of the console."""
        self.open("/login")
        self.page.locator("input[name=login]").fill(login)
        self.page.locator("input[name=password]").fill(password)
        self.page.locator("main form button").click()
        return self.page

    def follow(self, href: str) -> Page:
        """Click the first link to an address and wait for its page."""
        self.page.locator(f'a[href="{href}"]').first.click()
        return self.arrive(href)

    def arrive(self, path: str) -> Page:
        """Wait for the page that a click leads to, whatever its query."""
        self.page.wait_for_url(re.compile(re.escape(self.address + path) + r"($|[?#])"))
        return self.page

    def content_of(self, link: Locator) -> bytes:
        """Fetch what a link leads to, with the session of this browser."""
        href = link.get_attribute("href")
        assert href is not None
        answer = self._context.request.get(
            self.page.evaluate("h => new URL(h, location).href", href)
        )
        assert answer.status == 200, href
        return answer.body()

    def status_of(self, path: str) -> int:
        """Ask for a page with the session of this browser and give the status."""
        return self._context.request.get(path).status

    def widen(self, width: int) -> None:
        """Make the window so many pixels wide."""
        self.page.set_viewport_size({"width": width, "height": _HEIGHT})

    def overflow(self) -> int:
        """Give by how many pixels the page is wider than the window."""
        width: int = self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        return width

    def photograph(self, name: str) -> None:
        """Keep a picture of the page where ONEVISIT_SHOTS names a folder."""
        if folder := os.environ.get("ONEVISIT_SHOTS"):
            Path(folder).mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)

    def _hear(self, message: ConsoleMessage) -> None:
        # What could not be loaded is judged by its answer: a refused page is no fault of the page.
        if message.type in ("error", "warning") and "Failed to load" not in message.text:
            self.problems.append(f"{message.type}: {message.text}")

    def _see(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in ("http", "https") and f"{parts.scheme}://{parts.netloc}" != self.address:
            self.problems.append(f"request to another host: {request.url}")

    def _take(self, response: Response) -> None:
        is_page = response.request.is_navigation_request()
        if response.status >= (SERVER_FAILED if is_page else REFUSED):
            self.problems.append(f"{response.status}: {response.url}")


LogIn = Callable[[str], Visitor]
"""Gives a browser in which somebody has logged in."""


def sheet_of(content: bytes) -> list[list[Any]]:
    """Read the first sheet of a workbook."""
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
