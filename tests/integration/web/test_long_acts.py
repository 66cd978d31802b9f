"""A freeze or draw of minutes: nobody waits for it, and everybody sees how far it is."""

import asyncio
from typing import Any

import pytest

from coordinator.domain.lifecycle import RoundState
from coordinator.domain.lottery.progress import LongStep, Progress
from coordinator.web import acts
from coordinator.web.console import long_work
from tests.integration.web.builders import AT
from tests.integration.web.client import a_client
from tests.integration.web.fake_work import FakeWork
from tests.integration.web.test_ceremony_pages import HTML, ROUND, SCREEN, a_ceremony, page


async def _slowly(*_asked: object) -> None:
    await asyncio.Event().wait()


def test_a_long_act_that_nobody_waits_for_leads_back_to_the_page(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(long_work, "PATIENCE_SECONDS", 0.0)
    monkeypatch.setattr(long_work, "perform", _slowly)
    client = a_client(a_ceremony(RoundState.OPEN, freeze_requested_by="office2"), "office1")

    answer = client.post(
        f"/console/acts/freeze-round/{ROUND}",
        data={"csrf": client.headers["X-CSRF-Token"]},
        headers=HTML,
        follow_redirects=False,
    )

    assert answer.status_code == 303
    assert answer.headers["location"] == f"/console/rounds/{ROUND}"


def test_the_api_lets_a_long_act_go_on_for_whoever_prefers_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    begun = Progress(step=LongStep.FREEZE, begun_by="office1", begun_at=AT, is_running=True)
    monkeypatch.setattr(FakeWork.shelf, "progress", lambda _round: begun)
    monkeypatch.setattr(acts, "PATIENCE_SECONDS", 0.0)
    monkeypatch.setattr(acts, "perform", _slowly)
    client = a_client(a_ceremony(RoundState.OPEN, freeze_requested_by="office2"), "office1")

    answer = client.post(f"/v1/rounds/{ROUND}/freeze", headers={"Prefer": "respond-async; wait=1"})

    assert (answer.status_code, answer.json()["subject"]) == (202, ROUND)
    assert answer.headers["Preference-Applied"] == "respond-async"
    seen = client.get(answer.headers["Location"]).json()
    assert (seen["progress"]["step"], seen["progress"]["is_running"]) == ("freeze", True)


@pytest.mark.parametrize("prefer", [{}, {"Prefer": "respond-async"}, {"Prefer": "wait=9"}])
def test_the_api_refuses_a_long_act_at_once_whatever_is_preferred(prefer: dict[str, str]) -> None:
    client = a_client(a_ceremony(RoundState.OPEN), "office1")

    answer = client.post(f"/v1/rounds/{ROUND}/freeze", headers=prefer)

    assert answer.status_code == 409
    assert client.get(f"/v1/rounds/{ROUND}").json()["progress"] is None


@pytest.mark.parametrize(
    ("left", "said"),
    [
        ({"is_running": True, "number": 3, "of": 148, "rows": 1_200_000}, "已读 1,200,000 行"),
        ({"rule": "frame-empty", "facts": {"line": "L3"}}, "没有完成，什么也没有改变"),
        ({}, "中途断了"),
    ],
)
def test_the_page_says_how_far_long_work_is_or_why_it_ended(
    monkeypatch: pytest.MonkeyPatch, left: dict[str, Any], said: str
) -> None:
    begun = Progress(step=LongStep.FREEZE, begun_by="office2", begun_at=AT, **left)
    monkeypatch.setattr(FakeWork.shelf, "progress", lambda _round: begun)
    store = a_ceremony(RoundState.OPEN)

    shown, screen = page(store, f"/console/rounds/{ROUND}"), page(store, SCREEN)

    assert said in shown
    assert ("/console/acts/" in shown.split("<main")[1]) != begun.is_running
    assert ("已读" in screen) == begun.is_running
