"""The auditor's page of the audit chain, and its checkpoints for everybody."""

from dataclasses import replace
from typing import Any

from coordinator.domain.audit_chain import (
    ChainState,
    ChainVerification,
    Checkpoint,
    Flaw,
    FlawKind,
)
from coordinator.services.ports import Actor
from tests.integration.web.client import a_client
from tests.integration.web.county import a_store

HTML = {"Accept": "text/html"}
WHOLE = ChainState(
    number_of_entries=7, last=7, digest="d" * 64, number_of_checkpoints=1, anchored=5
)


def verified(store: Any, state: ChainState) -> None:
    value = ChainVerification(
        verification_id="k1",
        verified_at=store.at,
        verified_by="auditor1",
        state=state,
        whole=state.whole,
    )
    store.collections["chain_verifications"].values[("k1",)] = value


def sealed(store: Any) -> None:
    value = Checkpoint(
        checkpoint=1, number=5, digest="ab" * 32, made_at=store.at, previous="", signature="x..y"
    )
    store.collections["audit_checkpoints"].values[(1,)] = value


def test_the_page_says_who_verified_when_and_how_far_the_chain_is_vouched_for() -> None:
    store = a_store()
    verified(store, WHOLE)
    sealed(store)

    page = a_client(store, "auditor1").get("/console/audit", headers=HTML).text

    assert "全链核验一致" in page
    assert "第 1 个，签到第 5 条" in page
    assert 'action="/console/audit/verify"' not in page  # nobody wired a walk here


def test_the_page_names_what_does_not_fit() -> None:
    store = a_store()
    flaw = Flaw(kind=FlawKind.END_REMOVED, number=6, until=9)
    verified(store, replace(WHOLE, flaws=(flaw,), number_of_flaws=3))

    page = a_client(store, "auditor1").get("/console/audit", headers=HTML).text

    assert "有对不上的地方" in page
    assert "链尾被截去" in page
    assert "另有 2 处" in page


def test_an_auditor_has_the_chain_verified_and_nobody_without_the_token() -> None:
    store, asked = a_store(), []

    async def verify(actor: Actor) -> None:
        asked.append(actor.name)

    client = a_client(store, "auditor1", verify_chain=verify)
    refused = client.post("/console/audit/verify", data={}, headers=HTML)
    done = client.post(
        "/console/audit/verify", data={"csrf": client.headers["X-CSRF-Token"]}, headers=HTML
    )

    assert refused.status_code == 403
    assert (done.status_code, done.headers["location"]) == (303, "/console/audit")
    assert asked == ["auditor1"]


def test_a_department_does_not_see_the_chain() -> None:
    client = a_client(a_store(), "market1")

    for page in ("", "/verifications", "/checkpoints"):
        assert client.get(f"/console/audit{page}", headers=HTML).status_code == 403


def test_everybody_may_keep_the_checkpoints() -> None:
    store = a_store()
    client = a_client(store)
    empty = client.get("/audit-checkpoints", headers=HTML).text
    sealed(store)

    page = client.get("/audit-checkpoints", headers=HTML).text
    file = client.get("/audit-checkpoints.jsonl")

    assert "还没有检查点" in empty
    assert "ab" * 32 in page
    assert Checkpoint(**file.json() | {"made_at": store.at}) == replace(
        store.collections["audit_checkpoints"].values[(1,)]
    )


def test_the_first_page_warns_of_a_chain_that_does_not_hold() -> None:
    store = a_store()
    flaw = Flaw(kind=FlawKind.CHANGED, number=3, until=3)
    verified(store, replace(WHOLE, flaws=(flaw,), number_of_flaws=1))

    assert "审计链有对不上的地方" in a_client(store, "office1").get("/console", headers=HTML).text
    assert "审计链有对不上的地方" not in a_client(store, "fire1").get("/console", headers=HTML).text
