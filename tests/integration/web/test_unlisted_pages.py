"""Pages of matters outside the lists: proposed and approved by form, seen by the own organ only."""

from typing import Any

import pytest

from tests.integration.web.client import a_client
from tests.integration.web.county import a_store

HTML = {"Accept": "text/html"}
ENTRY = {
    "object_id": "uscc:911309990000000007",
    "day": "2026-04-10",
    "code": "major-safety",
    "basis": "《安全生产法》第六十五条",
    "matter": "险情核查",
}


@pytest.fixture
def store() -> Any:
    return a_store()


def proposed(store: Any) -> str:
    client = a_client(store, "market3")
    objects = store.collections["objects"].values
    entry = {**ENTRY, "object_id": next(iter(objects))[0]}
    answer = client.post(
        "/console/acts/propose-unlisted",
        data={**entry, "csrf": client.headers["X-CSRF-Token"]},
        headers=HTML,
    )
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"]).partition("?")[0]


def test_a_matter_is_proposed_by_form_and_shows_its_basis_and_what_is_next(store: Any) -> None:
    page = proposed(store)

    clerk = a_client(store, "market3").get(page, headers=HTML).text
    chief = a_client(store, "market1").get(page, headers=HTML).text
    listed = a_client(store, "market1").get("/console/unlisted", headers=HTML).text

    assert "《安全生产法》第六十五条" in clerk
    assert "同意检查" not in clerk
    assert "同意检查" in chief
    assert "清单外重大安全事项" in listed


def test_another_organ_sees_nothing_of_it(store: Any) -> None:
    page = proposed(store)

    client = a_client(store, "fire1")
    assert client.get(page, headers=HTML).status_code == 403
    assert "没有清单外事项" in client.get("/console/unlisted", headers=HTML).text
    assert client.get("/v1/unlisted").json()["total"] == 0
    assert a_client(store, "auditor1").get("/v1/unlisted").json()["total"] == 1
