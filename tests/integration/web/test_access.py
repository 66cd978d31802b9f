"""Who may do what: every unsafe request, every role, every department."""

import re
from functools import cache
from typing import Any

import pytest
from fastapi.testclient import TestClient

from coordinator.services.ports import Role
from coordinator.web import api
from coordinator.web.acts import Act
from tests.integration.web.client import a_client
from tests.integration.web.county import COVERT_TARGET, a_store
from tests.integration.web.follow_up_entries import FOLLOW_UP_ENTRIES
from tests.integration.web.sanction_entries import SANCTION_ENTRIES

KEYS = {
    "plan_id": "plan-2027",
    "round_id": "2026-Q3",
    "organ": "market-regulation",
    "visit_id": "v0002",
    "department": "market-regulation",
    "disclosure_id": "d0001",
    "result_id": "r0002",
    "rectification_id": "x0001",
    "report_id": "2026.half-year",
    "case_id": "c0001",
    "publication_id": "pp0001",
    "transfer_id": "t0001",
    "notice_id": "n0001",
    "hazard_id": "h0001",
    "sample_id": "s0001",
    "check_id": "check-1",
    "entry_id": "a0001",
    "listing_id": "l0008",
    "correction_id": "co0001",
    "repair_id": "rp0001",
    "import_id": "import-1",
    "inspector_id": "i000",
    "expert_id": "e001",
    "object_id": "uscc:911309990000000007",
    "code": "L1",
    "proposal_id": "p",
    "list_id": "l",
    "duty_list_id": "d",
    "row": "3",
    "amendment_id": "plan-2026.1",
    "line": "L1",
    "number": "1",
    "from_date": "2027-05-01",
    "decision_id": "k0001",
    "lead_id": "lead-1",
    "due_id": "due-1",
    "year": "2027",
    "section": "mr-1",
    "designation_id": "g0001",
    "request_id": "q0001",
    "exemption_id": "e0001",
    "person_id": "i000",
    "feed_id": "feed-1",
    "share_id": "v0001.market-regulation.fire-rescue.1",
    "subscription_id": "s0001",
    "record_id": "credit-publicity.plan.plan-2026@1",
    "letter": "1",
    "complaint_id": "cp0001",
    "matter_id": "um0001",
    "fingerprint": "ff",
    "agent": "dept-health",
    "kind": "department",
    "key_id": "key-1",
}
_LINE = {
    "code": "L7",
    "name": "n",
    "kind": "joint",
    "domain": "d",
    "lead": "health",
    "items": ["HE-01"],
    "window_from": "2027-01-01",
    "window_to": "2027-02-01",
}
_OF_ACT: dict[str, dict[str, Any]] = {
    "draft-report": {"year": 2026, "kind": "half-year"},
    **FOLLOW_UP_ENTRIES,
    **SANCTION_ENTRIES,
    "draft-plan": {"lines": [_LINE], "policy": None, "overrides": {}},
    "mute-agent": {"hours": 1},
    "enter-complaint": {"channel": "letter", "organs": []},
    "propose-unlisted": {
        "object_id": "uscc:911309990000000007",
        "day": "2026-04-10",
        "code": "major-safety",
    },
    "divide-organ": {"section": [], "legal": []},
    "divide-office": {"legal": [], "supervision": [], "credit": [], "office": []},
    "answer-complaint": {"outcome": "unfounded"},
    "give-own-visit": {"day": "2026-06-01", "officers": ["mr-p1", "mr-p2"]},
    "finish-own-visit": {"result_codes": ["1"], "follow_up": ["none"]},
    "remove-participant-queues": {"number": 0},
    "propose-key": {"public_key": "{}", "old_days": 0},
    "rotate-office-key": {"after_hours": 1, "old_days": 1},
    "answer-objection": {"upheld": False, "answer": "a"},
    "receive-objection": {"text": "t", "received": None},
    "state-severity": {"severity": "light", "months": 0},
    "decide-penalty-repair": {"granted": True},
    "request-exemption": {"reason": "privacy", "note": "n"},
    "request-withdrawal": {"reason": "repeated", "note": ""},
    "confirm-training": {
        "held_date": "2026-06-01",
        "document": "签到表",
        "content": "药品经营质量管理规范",
        "discipline": "签订承诺书",
        "trained": ["i000"],
    },
    "note-hearing": {"held_date": "2026-06-01", "participants": ["甲"], "text": "同意"},
    "record-feedback": {"given_date": "2026-06-01", "given_by": "甲", "note": "当面"},
    "move-visit": {"day": "2026-06-01", "slot": "am"},
    **{
        name: {"number": 1}
        for name in ("retry-letters", "archive-letters", "retry-all-letters", "send-unroutable")
    },
}
HTML = {"Accept": "text/html"}


def _path(act: Act) -> str:
    return "/v1" + act.path.format(**KEYS)


_INSIDERS = {
    Role.OFFICE: "office1",
    Role.DEPARTMENT: "market1",
    Role.AUDITOR: "auditor1",
    Role.DISCIPLINE: "discipline1",
}


def _outsiders(act: Act) -> list[str]:
    """Give people of the roles that may not do it."""
    return [login for role, login in _INSIDERS.items() if role not in (act.role, *act.also)]


@cache
def _someone(login: str) -> TestClient:
    """Give one client a person for all acts that are refused: they leave nothing behind."""
    return a_client(a_store(), login)


@pytest.mark.parametrize("act", api.ACTS, ids=lambda act: act.name)
def test_no_act_is_done_without_login(act: Act) -> None:
    answer = _someone("").post(_path(act), json={})

    assert answer.status_code == 401


@pytest.mark.parametrize("act", api.ACTS, ids=lambda act: act.name)
def test_no_act_is_done_without_the_token_of_the_session(act: Act) -> None:
    answer = _someone("office1").post(_path(act), json={}, headers={"X-CSRF-Token": ""})

    assert answer.status_code == 403
    assert answer.json()["title"] == "cross-site-request"


@pytest.mark.parametrize("act", api.ACTS, ids=lambda act: act.name)
def test_no_act_is_done_for_another_site_even_with_the_token(act: Act) -> None:
    answer = _someone("office1").post(
        _path(act), json={}, headers={"Origin": "https://evil.example"}
    )

    assert answer.json()["title"] == "cross-site-request"


@pytest.mark.parametrize("act", api.ACTS, ids=lambda act: act.name)
def test_the_wrong_role_is_refused_before_anything_is_read(act: Act) -> None:
    for login in _outsiders(act):
        answer = _someone(login).post(_path(act), json=_entry(act))

        assert answer.status_code == 403, answer.text
        assert answer.json()["title"] == "role-not-allowed"


@pytest.mark.parametrize("act", [act for act in api.ACTS if act.approver], ids=lambda act: act.name)
def test_an_act_of_approvers_is_refused_to_others(act: Act) -> None:
    login = "office2" if act.role is Role.OFFICE else "market3"

    answer = _someone(login).post(_path(act), json=_entry(act))

    assert answer.status_code == 403
    assert answer.json()["needed"] == "approver"


@pytest.mark.parametrize(
    "act", [act for act in api.ACTS if "department" in act.keys], ids=lambda act: act.name
)
def test_a_department_cannot_act_for_another(act: Act) -> None:
    answer = _someone("fire1").post(_path(act), json=_entry(act))

    assert answer.status_code == 403
    assert answer.json()["title"] == "not-your-department"


@pytest.mark.parametrize(
    "act", [act for act in api.ACTS if act.on_console], ids=lambda act: act.name
)
def test_the_form_of_an_act_is_shown_to_those_who_may_do_it_only(act: Act) -> None:
    path = "/".join(["/console/acts", act.name, *(KEYS[key] for key in act.keys)])

    allowed = _someone(_INSIDERS[act.role]).get(path, headers=HTML)
    refused = _someone(_outsiders(act)[-1]).get(path, headers=HTML)

    assert allowed.status_code == 200
    assert act.consequence in allowed.text
    assert refused.status_code == 403


def test_a_form_without_the_token_does_nothing() -> None:
    store = a_store()
    client = a_client(store, "office1")

    answer = client.post("/console/acts/submit-plan/plan-2027", data={}, headers=HTML)

    assert answer.status_code == 403
    assert store.collections["plans"].values[("plan-2027",)].state == "draft"


def test_a_form_with_the_token_acts_and_leads_back() -> None:
    store = a_store()
    client = a_client(store, "fire1")

    answer = client.post(
        "/console/acts/report-rectification/x0001",
        data={"csrf": client.headers["X-CSRF-Token"], "evidence": "通道已清理"},
        headers=HTML,
    )

    assert answer.status_code == 303
    assert answer.headers["location"].endswith("/x0001?done=report-rectification")
    assert store.collections["rectifications"].values[("x0001",)].evidence == "通道已清理"


def test_a_form_that_is_not_filled_in_comes_back_with_its_problems() -> None:
    client = a_client(a_store(), "fire1")

    answer = client.post(
        "/console/acts/report-rectification/x0001",
        data={"csrf": client.headers["X-CSRF-Token"], "evidence": " "},
        headers=HTML,
    )

    assert answer.status_code == 422
    assert 'id="error-evidence"' in answer.text
    assert 'href="#field-evidence"' in answer.text


def test_a_broken_rule_comes_back_on_the_form() -> None:
    client = a_client(a_store(), "office1")

    answer = client.post(
        "/console/acts/submit-plan/plan-2027",
        data={"csrf": client.headers["X-CSRF-Token"]},
        headers=HTML,
    )

    assert answer.status_code == 422
    assert "跨部门联合任务只有 0 条" in answer.text


def test_a_department_sees_its_own_matters_only() -> None:
    store = a_store()
    client = a_client(store, "market1")

    rectifications = client.get("/v1/rectifications").json()
    measures = client.get("/v1/measures").json()
    other = client.get("/console/rectifications/x0001", headers=HTML)

    assert rectifications["total"] == 0
    assert {each["department"] for each in measures["values"]} == {"market-regulation"}
    assert other.status_code == 403


def test_a_filter_never_widens_what_a_department_sees() -> None:
    client = a_client(a_store(), "market1")

    answer = client.get("/console/registers/inspectors?department=fire-rescue", headers=HTML)

    assert "没有符合条件的记录" in answer.text


@pytest.mark.parametrize("login", ["office1", "auditor1", "market1"])
def test_nobody_sees_a_covert_target_before_its_record_opens(login: str) -> None:
    client = a_client(a_store(), login)
    target = COVERT_TARGET[2:]

    for path in (*_console_pages(client), *_api_lists(client)):
        answer = client.get(path, headers=HTML)
        assert target not in answer.text, path


@pytest.mark.parametrize("path", ["merge", "savings/place", "savings/department"])
def test_the_merge_of_a_covert_round_is_as_if_it_were_not_there(path: str) -> None:
    client = a_client(a_store(), "office1")

    assert client.get(f"/v1/rounds/2026-C1/{path}").status_code == 404
    assert client.get(f"/v1/rounds/2026-Q2/{path}").status_code == 200


def test_a_search_does_not_find_a_covert_target() -> None:
    client = a_client(a_store(), "office1")

    assert client.get("/v1/visits", params={"q": COVERT_TARGET}).json()["total"] == 0
    page = client.get("/console/visits", params={"q": COVERT_TARGET}, headers=HTML)
    assert "没有符合条件的记录" in page.text


def test_no_answer_about_a_round_holds_a_value_of_the_lottery() -> None:
    client = a_client(a_store(), "auditor1")

    for path in ("/v1/rounds", "/v1/rounds/2026-Q2", "/console/rounds/2026-Q2"):
        assert "abababab" not in client.get(path, headers=HTML).text


def test_openapi_names_every_act_with_its_keys_and_body() -> None:
    document: dict[str, Any] = a_client(a_store()).get("/v1/openapi.json").json()

    for act in api.ACTS:
        operation = document["paths"]["/v1" + act.path]["post"]
        named = {each["name"] for each in operation.get("parameters", ())}
        assert set(act.keys) <= named
        assert ("requestBody" in operation) is bool(act.entry.model_fields)


REGISTER_ENTRY: dict[str, Any] = {
    "department": "market-regulation",
    "certificate_from": "2026-01-01",
    "certificate_to": "2030-01-01",
    "from_date": "2026-05-01",
    "to_date": "2026-05-02",
    "leader": False,
    "key_unit": False,
    "abnormal_list": False,
    "serious_list": False,
    "accepted_only": False,
    "gradings": [],
    "events": [],
    "last_checks": [],
    "sex": "female",
    "status": "active",
    "kind": "enterprise",
    "scale": "small",
    "risk_class": "B",
    "supervision_list": "random",
    "declared_by": "office",
    "region": "130999",
    "industry": "F52",
    "competences": [],
    "qualifications": [],
    "tags": [],
    "licences": [],
}


ITEM_ENTRY: dict[str, Any] = {
    "item_class": "key",
    "risk_grades": [],
    "legal_bases": ["b"],
    "subject_organs": ["o"],
    "levels": ["county"],
    "named_organs": [],
    "delegated": False,
    "methods": ["现场"],
    "competences": [],
    "checkpoints": [],
    "documents": [],
    "estimated_minutes": 30,
    "valid_from": "2026-06-01",
    "valid_to": None,
    "effective_date": "2026-06-01",
    "proposals": ["p"],
    "duties": ["x"],
    "exemptions": [],
}


ORGANISATION_ENTRY: dict[str, Any] = {
    "level": "county",
    "superior": None,
    "legal_capacity": "own",
    "duties": [],
    "valid_from": "2026-01-01",
    "valid_to": None,
    "last_day": "2026-06-30",
    "official": True,
    "days": [{"day": "2027-01-01", "working": False}],
}


def _entry(act: Act) -> dict[str, Any]:
    """Give a body that fits, so that only the person is at fault."""
    values: dict[str, Any] = {
        "plan_id": "p",
        "round_id": "r",
        "title": "t",
        "year": 2027,
        "due_date": "2026-06-01",
        "decided_date": "2026-06-01",
        "filed": True,
        "penalty_kind": "fine",
        "list_code": "market-serious",
        "lines": ["L2"],
        "sources": [],
        "sums_hash": "0" * 64,
        **REGISTER_ENTRY,
        **ORGANISATION_ENTRY,
    }
    if act.path.startswith(("/item", "/duty-lists")):
        values |= ITEM_ENTRY
    if act.path == "/leads":
        values |= {"items": ["mr-1"], "received_date": "2026-06-01", "deadline": None}
    if act.path.startswith(("/burden", "/due-checks")):
        values["day"] = "2026-06-01"
    values |= _OF_ACT.get(act.name, {})
    if act.name == "amend-plan":
        values["changes"] = [{"kind": "cancel", "code": "L1"}]
    if act.name == "add-temporary-line":
        values["line"] = _LINE
    if act.name in ("add-section", "edit-section"):
        values |= dict.fromkeys(("tags", "kinds", "industries", "regions"), ())
    return {name: values.get(name, "text") for name in act.entry.model_fields}


_COVERT_LISTS = (
    "/console/visits?round_id=2026-C1",
    "/console/visits?round_id=2026-C1&format=csv",
    "/console/checks?round_id=2026-C1",
    "/console/checks/savings/object?round_id=2026-C1",
    "/console/checks/savings/line",
    "/console/results?round_id=2026-C1",
)


def _console_pages(client: TestClient) -> list[str]:
    page = client.get("/console", headers=HTML).text
    return [
        *re.findall(r'class="stage[^"]*" href="([^"]+)"', page),
        "/console/visits/v0900",
        *_COVERT_LISTS,
    ]


def _api_lists(client: TestClient) -> list[str]:
    paths = client.get("/v1/openapi.json").json()["paths"]
    lists = [path for path, of in paths.items() if "get" in of and "{" not in path]
    return [*lists, "/v1/visits/v0900", "/v1/visits?round_id=2026-C1"]
