"""The application on an invented county, and clients that are logged in."""

import atexit
import itertools
from datetime import UTC, datetime
from functools import cache
from typing import Any

from anyio.from_thread import BlockingPortal, start_blocking_portal
from fastapi import FastAPI
from fastapi.testclient import TestClient

from coordinator.web.app import WebParts
from tests.integration.web.county_registers import PASSWORD
from tests.integration.web.fake_work import FakeStore
from tests.shared_app import shared_app

MACHINE_NOW = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)


class FakeDocuments:
    """Notes which form was asked for with which data."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Any]] = []

    def pdf(self, form: str, data: Any) -> bytes:
        self.asked.append((form, data))
        return b"%PDF-fake"

    def annex(self, data: Any) -> bytes:
        self.asked.append(("annex", data))
        return b"PK-fake"

    def qr(self, content: str) -> bytes:
        self.asked.append(("qr", content))
        return b"<svg/>"

    def calendar(self, title: str, events: Any) -> bytes:
        self.asked.append((title, list(events)))
        return b"BEGIN:VCALENDAR"

    def package_guide(self, visit_id: str) -> dict[str, bytes]:
        self.asked.append(("package-guide", visit_id))
        return {"verify.sh": b"#!/bin/sh"}

    def workbook(self, title: str, headings: Any, rows: Any) -> bytes:
        self.asked.append((title, [list(headings), *[list(row) for row in rows]]))
        return b"PK-fake"


@cache
def _portal() -> BlockingPortal:
    """Give the one event loop of all clients; it ends with the process."""
    running = start_blocking_portal()
    portal = running.__enter__()
    atexit.register(running.__exit__, None, None, None)
    return portal


def an_app(store: FakeStore, **changes: Any) -> FastAPI:
    return shared_app(_parts(store, **changes))


def _parts(store: FakeStore, **changes: Any) -> WebParts:
    tokens = itertools.count(1 + len(store.opened_by))
    values: dict[str, Any] = {
        "open_work": store.open_work,
        "documents": FakeDocuments(),
        "new_token": lambda: f"token-{next(tokens):05d}",
        "machine_now": lambda: MACHINE_NOW,
        "office_name": "平川县联席会议办公室",
        "secure_cookies": False,
        "rehearsal": True,
        "version": "0.1.0",
        "zone": "Asia/Shanghai",
    }
    return WebParts(**{**values, **changes})


def a_client(store: FakeStore, login: str = "", **changes: Any) -> TestClient:
    """Give a client, logged in when a login is named; its csrf token is in the header."""
    client = TestClient(an_app(store, **changes), follow_redirects=False)
    client.portal = _portal()  # else every request starts and ends an event loop of its own
    if login:
        answer = client.post("/v1/login", json={"login": login, "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        client.headers["X-CSRF-Token"] = answer.json()["csrf"]
    return client
