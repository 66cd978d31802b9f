"""What operators see: agents with the silent first, the flow of a matter, the queues."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from contracts.heartbeats import Backlog, CheckName, SelfCheck
from coordinator.domain.agents import AgentMute, AgentPulse
from coordinator.services.ports import Outgoing
from tests.integration.web.client import a_client
from tests.integration.web.county import a_store, put
from tests.integration.web.fake_work import FakeStore

HTML = {"Accept": "text/html"}
DISK = SelfCheck(name=CheckName.DISK, passed=False, measured=12)
CODES = ("ecology-environment", "emergency-management", "fire-rescue", "market-regulation")


@pytest.fixture
def store() -> FakeStore:
    """Give the county with all agents well but health's, which was never heard."""
    store = a_store()
    backlog = Backlog(outbox_pending=3, unroutable=0, retries=1, held_back=0, parked=0)
    for code in CODES:
        pulse = AgentPulse(
            agent=f"dept-{code}",
            heard_at=store.at,
            heartbeat_at=store.at,
            sent_at=store.at,
            version="0.9.7",
            backlog=backlog,
        )
        put(store, "agent_pulses", pulse)
    return store


def an_outgoing(store: FakeStore, matter: str, type_name: str) -> Outgoing:
    return Outgoing(
        outbox_id=77,
        message_id="m-77",
        aggregate=matter,
        recipient="onevisit.dept.health.tasks",
        sequence=1,
        type=type_name,
        state="sent",
        created_at=store.at,
        sent_at=store.at,
        last_error=None,
    )


def _page(store: FakeStore, path: str, login: str = "office1") -> str:
    answer = a_client(store, login).get(path, headers=HTML)
    assert answer.status_code == 200
    return answer.text


def test_the_silent_agent_stands_first_and_on_the_start_page(store: FakeStore) -> None:
    page, start = _page(store, "/console/agents"), _page(store, "/console")

    agents = re.findall(r'mono">((?:dept|credit)-[a-z-]+)<', page)
    assert agents[0] == "dept-health"
    assert "失联" in page
    assert "0.9.7" in page
    assert "需要查看的代理：卫生健康局的系统（失联）" in start
    assert "需要查看的代理" not in _page(store, "/console", "market1")


def test_a_check_that_failed_is_told_in_words(store: FakeStore) -> None:
    pulses = store.collections["agent_pulses"].values
    key = ("dept-fire-rescue",)
    pulses[key] = replace(
        pulses[key],
        checks=(DISK,),
        heartbeat_at=store.at,
        sent_at=store.at - timedelta(minutes=5),
        flaw="body: json_invalid",
    )

    page = _page(store, "/console/agents")

    for words in ("磁盘空间不足，剩余 12 MB", "时钟与本办相差 300 秒", "心跳无法读取：body"):
        assert words in page


def test_an_agent_under_maintenance_alarms_nobody_until_the_mute_ends(store: FakeStore) -> None:
    client = a_client(store, "office1")
    muted = client.post("/v1/agents/dept-health/mute", json={"hours": 2, "reason": "换机器"})

    assert muted.status_code == 200
    assert "需要查看的代理" not in client.get("/console", headers=HTML).text
    page = client.get("/console/agents", headers=HTML).text
    assert "换机器" in page
    assert "/console/acts/unmute-agent/dept-health" in page
    [mute] = store.collections["agent_mutes"].values.values()
    assert isinstance(mute, AgentMute)
    store.at = mute.until
    assert "需要查看的代理" in client.get("/console", headers=HTML).text


@pytest.mark.parametrize(
    "path",
    [
        "/console/agents",
        "/console/messages/flows",
        "/console/messages/flows/v0001",
        "/console/messages/queues",
        "/v1/agents",
        "/v1/messages/flow?key=v0001",
        "/v1/messages/queues",
        "/v1/messages/outgoing/1",
        "/console/messages/outgoing/1",
    ],
)
def test_departments_see_none_of_it(store: FakeStore, path: str) -> None:
    assert a_client(store, "market1").get(path).status_code == 403


def test_a_message_leads_to_the_flow_of_its_matter(store: FakeStore) -> None:
    message = an_outgoing(store, "v0001", "TaskPublished.v1")
    put(store, "outgoing", message)
    client = a_client(store, "auditor1")

    found = client.get("/console/messages/flows", params={"q": message.message_id})
    flow = client.get(found.headers["location"], headers=HTML).text

    assert found.status_code == 303
    assert found.headers["location"] == f"/console/messages/flows/{message.aggregate}"
    assert message.message_id in flow
    assert f"/console/messages/outgoing/{message.outbox_id}" not in flow
    assert _flow(client, message.aggregate)["total"] == flow.count("<tr>") - 1
    assert "/console/messages/flows/v0001" in _page(store, "/console/visits/v0001")


def _flow(client: TestClient, key: str) -> dict[str, Any]:
    found: dict[str, Any] = client.get("/v1/messages/flow", params={"key": key}).json()
    return found


def test_a_secret_message_is_read_by_nobody(store: FakeStore) -> None:
    put(store, "outgoing", an_outgoing(store, "2026-Q2", "RevealRequested.v1"))

    answer = a_client(store, "office1").get("/console/messages/outgoing/77", headers=HTML)

    assert answer.status_code >= 400
    assert "outbox_id" not in answer.text


def test_queues_without_the_brokers_figures_say_why(store: FakeStore) -> None:
    page = _page(store, "/console/messages/queues")
    told = a_client(store, "office1").get("/v1/messages/queues").json()

    assert "ONEVISIT_RABBITMQ_API_URL" in page
    assert "ONEVISIT_RABBITMQ_API_URL" in told["broker_not_asked"]
