"""The credit log over HTTP: for credit systems by token, for overseers, page by page."""

import asyncio
import base64
import socket
from dataclasses import replace
from datetime import UTC, datetime

import pytest
import uvicorn

from coordinator.services.ports import CreditEvent, CreditSystem
from coordinator.web.identity import digest_of
from department_agents.credit.recovery import HttpCreditLog, LogUnavailableError
from tests.integration.web.client import a_client, an_app
from tests.integration.web.county import a_store
from tests.integration.web.fake_work import FakeStore

TOKEN = "t" * 43
PATH = "/v1/credit-events"
WITH_TOKEN = {"Authorization": f"Bearer {TOKEN}"}


def a_log(number_of_events: int = 5) -> FakeStore:
    store = a_store()
    system = CreditSystem(code="county", name="平川县信用平台", name_en="County")
    systems = store.collections["credit_systems"].values
    systems[("county",)] = replace(system, log_token=digest_of(TOKEN))
    events = store.collections["credit_events"].values
    events.clear()
    for number in range(1, number_of_events + 1):
        events[(number,)] = CreditEvent(
            number=number,
            message_id=f"event-{number}",
            type="EntityListed.v1",
            subject="uscc:x",
            body=b'{"sequence": "%d"}' % number,
            signature="a..b",
            created_at=datetime(2026, 4, 1, tzinfo=UTC),
        )
    return store


def test_a_credit_system_reads_on_from_its_last_number() -> None:
    client = a_client(a_log(), "")

    first = client.get(f"{PATH}?limit=2", headers=WITH_TOKEN).json()
    then = client.get(f"{PATH}?after={first[-1]['number']}", headers=WITH_TOKEN).json()
    end = client.get(f"{PATH}?after=5", headers=WITH_TOKEN)

    assert [each["number"] for each in first + then] == [1, 2, 3, 4, 5]
    assert base64.b64decode(then[0]["body"]) == b'{"sequence": "3"}'
    assert then[0]["signature"] == "a..b"
    assert (end.status_code, end.json()) == (200, [])


@pytest.mark.parametrize(
    "headers", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": TOKEN}]
)
def test_nobody_reads_the_log_without_its_token(headers: dict[str, str]) -> None:
    answer = a_client(a_log(), "").get(PATH, headers=headers)

    assert (answer.status_code, answer.json()["title"]) == (401, "login-needed")


def test_a_token_taken_back_opens_nothing() -> None:
    store = a_log()
    systems = store.collections["credit_systems"].values
    systems[("county",)] = replace(systems[("county",)], log_token=None)

    assert a_client(store, "").get(PATH, headers=WITH_TOKEN).status_code == 401


@pytest.mark.parametrize(
    ("login", "status"), [("office1", 200), ("auditor1", 200), ("market1", 403)]
)
def test_overseers_read_the_log_logged_in(login: str, status: int) -> None:
    assert a_client(a_log(), login).get(PATH).status_code == status


@pytest.mark.parametrize("asked", ["limit=0", "limit=501", "after=-1", "after=x"])
def test_an_impossible_page_is_refused(asked: str) -> None:
    assert a_client(a_log(), "").get(f"{PATH}?{asked}", headers=WITH_TOKEN).status_code == 422


async def test_the_reference_consumer_reads_the_log_of_a_real_server() -> None:
    server = uvicorn.Server(uvicorn.Config(an_app(a_log()), port=0, log_config=None))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        serving = asyncio.create_task(server.serve([listening]))
        address = f"http://127.0.0.1:{listening.getsockname()[1]}"

        page = await HttpCreditLog(address, TOKEN).after(2, 2)
        with pytest.raises(LogUnavailableError, match="HTTPError"):
            await HttpCreditLog(address, "wrong").after(0, 2)

        server.should_exit = True
        await serving
    assert [(each.number, each.body) for each in page] == [
        (3, b'{"sequence": "3"}'),
        (4, b'{"sequence": "4"}'),
    ]
