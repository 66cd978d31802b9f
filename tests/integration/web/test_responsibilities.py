"""Division of work: set by an organ's approver, all at once, and in force from then on."""

from typing import Any

import pytest

from tests.integration.web.client import a_client
from tests.integration.web.county import a_store

HTML = {"Accept": "text/html"}
ORGAN = "/v1/departments/market-regulation/responsibilities"
OFFICE = "/v1/office/responsibilities"


@pytest.fixture
def store() -> Any:
    return a_store()


def divided(store: Any) -> Any:
    entry = {"section": ["market1", "market2"], "legal": ["market3"]}
    return a_client(store, "market1").post(ORGAN, json=entry)


def test_as_long_as_nothing_is_divided_everybody_may_do_everything(store: Any) -> None:
    page = a_client(store, "market3").get("/console/people", headers=HTML).text

    assert "未分工，人人可办" in page
    assert "陈一" not in page  # another organ's


def test_an_approver_divides_the_work_and_others_are_refused_with_whom_to_ask(store: Any) -> None:
    duties = {"post": "科员", "duties": ["亮证"], "exemptions": [], "basis": "办法"}
    assert divided(store).status_code == 200

    refused = a_client(store, "market1").post("/v1/duty-lists", json=duties)
    done = a_client(store, "market3").post("/v1/duty-lists", json=duties)

    assert (refused.status_code, refused.json()["needed"]) == (403, "legal")
    assert done.status_code == 200, done.text
    page = a_client(store, "market3").get("/console/people", headers=HTML).text
    assert "已分工" in page


def test_every_responsibility_needs_somebody(store: Any) -> None:
    entry = {"section": ["market1"], "legal": []}

    answer = a_client(store, "market1").post(ORGAN, json=entry)

    assert (answer.status_code, answer.json()["title"]) == (422, "responsibility-unheld")


def test_nobody_of_another_organ_is_named(store: Any) -> None:
    entry = {"section": ["market1"], "legal": ["fire1"]}

    assert a_client(store, "market1").post(ORGAN, json=entry).status_code == 404


def test_leaving_all_empty_lets_everybody_do_everything_again(store: Any) -> None:
    divided(store)

    answer = a_client(store, "market2").post(ORGAN, json={"section": [], "legal": []})

    assert answer.status_code == 200
    page = a_client(store, "market3").get("/console/people", headers=HTML).text
    assert "未分工，人人可办" in page


def test_only_approvers_divide_and_only_their_own_organ(store: Any) -> None:
    entry = {"section": ["market1"], "legal": ["market1"]}

    assert a_client(store, "market3").post(ORGAN, json=entry).status_code == 403
    assert a_client(store, "fire1").post(ORGAN, json=entry).status_code == 403
    assert a_client(store, "office2").post(OFFICE, json={}).status_code == 403


def test_the_credit_section_drafts_the_plan_and_the_office_draws(store: Any) -> None:
    entry = {
        "legal": ["office1"],
        "supervision": ["office1"],
        "credit": ["office2"],
        "office": ["office1"],
    }
    a_client(store, "office1").post(OFFICE, json=entry)

    def submitted(login: str) -> str:
        answer = a_client(store, login).post("/v1/plans/plan-2027/submit", json={})
        return str(answer.json()["title"])

    assert submitted("office1") == "not-your-responsibility"
    assert submitted("office2") == "plan-breaches"
    page = a_client(store, "auditor1").get("/console/people", headers=HTML).text
    assert page.count("✓") > 4
    assert "监二" in page


def test_the_division_stands_in_the_audit_chain(store: Any) -> None:
    divided(store)

    entries = store.collections["audit_entries"].values.values()
    (entry,) = [e for e in entries if e.tag == "organisation:responsibilities:divided"]
    assert (entry.subject, entry.facts["legal"]) == ("market-regulation", ["market3"])


def test_the_form_begins_with_the_division_as_it_stands(store: Any) -> None:
    divided(store)

    form = a_client(store, "market1").get(
        "/console/acts/divide-organ/market-regulation", headers=HTML
    )

    assert form.text.count(" checked") == 3
