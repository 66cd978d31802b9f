"""Complaints end to end: the public form, the desk, the receipt; who never learns of them."""

import re
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.integration.web.client import a_client
from tests.integration.web.county import a_store

HTML = {"Accept": "text/html"}
SAID = "检查人员没有出示证件"
FORM = {"text": SAID, "department": "market-regulation", "name": "王某", "contact": "13900"}


def complain(store: Any, **entered: str) -> Any:
    return a_client(store).post("/complaints", data={**FORM, **entered}, headers=HTML)


def only(store: Any) -> Any:
    (found,) = store.collections["complaints"].values.values()
    return found


def receipt_of(page: str) -> tuple[str, str]:
    number, secret = re.findall(r'<b class="mono">([^<]+)</b>', page)
    return number, secret


def act(client: TestClient, name: str, store: Any, **entry: Any) -> Any:
    return client.post(f"/v1/complaints/{only(store).complaint_id}/{name}", json=entry)


@pytest.fixture
def store() -> Any:
    return a_store()


def test_a_complaint_goes_from_the_form_to_the_answer_that_its_receipt_opens(store: Any) -> None:
    number, secret = receipt_of(complain(store).text)
    inspector = a_client(store, "discipline1")

    assert inspector.get("/console/complaints", headers=HTML).text.count(number) == 1
    assert act(inspector, "examine", store).json()["state"] == "examined"
    assert act(inspector, "extend", store, reason="要调监控").status_code == 200
    assert act(inspector, "extend", store, reason="再延").json()["title"] == "complaint-extended"
    finding = {"outcome": "founded", "answer": "经查属实，已处理。"}
    assert act(inspector, "answer", store, **finding).json()["title"] == "value-missing"
    done = act(inspector, "answer", store, **finding, measures="批评教育")
    assert done.json()["state"] == "answered"

    asked = {"number": number, "secret": secret}
    seen = a_client(store).post("/complaints/status", data=asked, headers=HTML).text
    assert "经查属实，已处理。" in seen
    assert "批评教育" not in seen
    assert "王某" not in seen


@pytest.mark.parametrize("login", ["market1", "fire1", "office1"])
def test_neither_organs_nor_office_learn_of_a_complaint(store: Any, login: str) -> None:
    complain(store)
    client = a_client(store, login)

    for path in ("/console/complaints", f"/console/complaints/{only(store).complaint_id}"):
        assert client.get(path, headers=HTML).status_code == 403
    for path in ("/console", "/console/audit"):
        page = client.get(path, headers=HTML).text
        assert SAID not in page
        assert "王某" not in page
        assert 'href="/console/complaints"' not in page


def test_whoever_is_posted_to_the_organ_concerned_neither_sees_nor_handles_it(store: Any) -> None:
    complain(store)
    posted = a_client(store, "discipline2")

    assert only(store).number not in posted.get("/console/complaints", headers=HTML).text
    assert act(posted, "examine", store).json()["title"] == "complaint-conflict"


def test_an_auditor_reads_it_without_the_contact_and_decides_nothing(store: Any) -> None:
    complain(store)
    auditor = a_client(store, "auditor1")

    page = auditor.get(f"/console/complaints/{only(store).complaint_id}", headers=HTML).text
    assert SAID in page
    assert "13900" not in page
    assert act(auditor, "examine", store).status_code == 403


def test_the_office_enters_what_came_by_letter_and_reads_it_no_more(store: Any) -> None:
    client = a_client(store, "office1")
    entry = {"channel": "letter", "text": SAID, "organs": ["market-regulation"]}

    done = client.post("/v1/complaints", json=entry)
    online = client.post("/v1/complaints", json={**entry, "channel": "online"})

    assert done.status_code == 200
    assert only(store).received_by == "office1"
    receipt = done.json()["receipt"]
    seen = a_client(store).post("/complaints/status", data=receipt, headers=HTML).text
    assert "已收到，待核查" in seen
    assert online.json()["title"] == "value-missing"


def test_the_console_shows_the_receipt_of_a_letter_once_for_whoever_complained(store: Any) -> None:
    client = a_client(store, "office1")
    form = {"csrf": client.headers["X-CSRF-Token"], "channel": "letter", "text": SAID}

    page = client.post("/console/acts/enter-complaint", data=form, headers=HTML)

    assert page.status_code == 200
    number, secret = receipt_of(page.text)
    asked = {"number": number, "secret": secret}
    assert number in a_client(store).post("/complaints/status", data=asked, headers=HTML).text


def test_the_audit_chain_holds_the_number_and_nothing_of_the_content(store: Any) -> None:
    complain(store)

    (entry,) = [
        each
        for each in store.collections["audit_entries"].values.values()
        if each.tag.startswith("complaints:")
    ]
    assert entry.subject == only(store).number
    assert set(entry.facts) == {"due"}


@pytest.mark.parametrize("field", ["visit_code", "department", "name", "contact"])
def test_what_the_public_writes_has_its_bounds(store: Any, field: str) -> None:
    refused = complain(store, **{field: "长" * 201})

    assert refused.status_code == 422
    assert not store.collections["complaints"].values


def test_a_wrong_receipt_opens_nothing_and_tells_nothing(store: Any) -> None:
    number, secret = receipt_of(complain(store).text)

    for wrong in ({"number": number, "secret": "x"}, {"number": "TS1", "secret": secret}):
        answer = a_client(store).post("/complaints/status", data=wrong, headers=HTML)
        assert answer.status_code == 404
        assert SAID not in answer.text


def test_whoever_complained_takes_it_back_with_the_receipt(store: Any) -> None:
    number, secret = receipt_of(complain(store).text)
    asked = {"number": number, "secret": secret, "withdraw": "1"}

    page = a_client(store).post("/complaints/status", data=asked, headers=HTML).text

    assert "已撤回" in page
    assert only(store).state == "withdrawn"


def test_a_visit_code_names_the_organs_and_a_wrong_one_is_refused_with_what_was_said(
    store: Any,
) -> None:
    visit = next(each for each in store.collections["visits"].values.values() if each.visit_code)
    refused = complain(store, visit_code="nonsense")
    assert refused.status_code == 422
    assert SAID in refused.text
    assert not store.collections["complaints"].values

    complain(store, visit_code=visit.visit_code, department="")

    assert only(store).visit_id == visit.visit_id
    assert only(store).departments == tuple(sorted(visit.departments))


def test_organs_that_are_ticked_join_those_of_the_visit_and_never_stand_for_them(
    store: Any,
) -> None:
    visit = next(each for each in store.collections["visits"].values.values() if each.visit_code)

    complain(store, visit_code=visit.visit_code, department="fire-rescue")

    posted = a_client(store, "discipline2")
    assert only(store).departments == tuple(sorted({*visit.departments, "fire-rescue"}))
    assert act(posted, "examine", store).json()["title"] == "complaint-conflict"


def test_a_day_takes_only_so_many_behind_one_visit_code(store: Any) -> None:
    visit = next(each for each in store.collections["visits"].values.values() if each.visit_code)
    answers = [complain(store, visit_code=visit.visit_code).status_code for _ in range(4)]

    assert answers == [200, 200, 200, 429]
    assert complain(store).status_code == 200


def test_a_complaint_that_is_too_long_is_refused_with_both_numbers(store: Any) -> None:
    answer = complain(store, text="长" * 4001)

    assert answer.status_code == 422
    assert "4001" in answer.text


def test_the_public_sees_counts_and_no_content(store: Any) -> None:
    complain(store)

    page = a_client(store).get("/complaints", headers=HTML).text
    counts = a_client(store).get("/v1/complaint-counts/2026").json()

    assert SAID not in page
    assert (counts["received"], counts["open"]) == (1, 1)


def test_another_site_cannot_complain_for_somebody() -> None:
    store: Any = a_store()

    answer = a_client(store).post(
        "/complaints", data=FORM, headers={**HTML, "Origin": "https://evil.example"}
    )

    assert answer.status_code == 403
    assert not store.collections["complaints"].values
