"""Acts upon the registers by form and API: who may, what is kept, what is said when it is wrong."""

from datetime import date
from typing import Any

import pytest
from fastapi.testclient import TestClient

from coordinator.domain.registers import Recusal
from coordinator.domain.registers.acts import Channel, RegisterKind
from tests.integration.web.client import a_client
from tests.integration.web.county import a_store
from tests.integration.web.county_registers import put
from tests.integration.web.fake_work import FakeStore

HTML = {"Accept": "text/html"}
FIRM = "uscc:911309990000000007"
INSPECTOR = {
    "inspector_id": "i900",
    "name": "周新",
    "department": "fire-rescue",
    "certificate_number": "03009999",
    "certificate_from": "2026-01-01",
    "certificate_to": "2030-01-01",
    "competences": ["一般", "消防"],
    "leader": True,
}
OBJECT = {
    "object_id": "uscc:91640221MA0000001X",
    "name": "新开饭店",
    "kind": "enterprise",
    "region": "130999",
    "industry": "H6210",
    "address": "城关镇新街1号",
    "status": "active",
    "tags": ["餐饮"],
}


def by_form(client: TestClient, path: str, **entered: Any) -> Any:
    data = {"csrf": client.headers["X-CSRF-Token"], **entered}
    return client.post(f"/console/acts/{path}", data=data, headers=HTML)


def stored(store: FakeStore, kind: str, *key: str) -> Any:
    return store.collections[kind].values[key]


def test_an_inspector_is_added_and_the_history_says_by_whom() -> None:
    store = a_store()

    answer = a_client(store, "office1").post("/v1/inspectors", json=INSPECTOR)

    assert answer.json()["subject"] == "i900", answer.text
    added = stored(store, "inspectors", "i900")
    assert (added.organ, added.competences, added.leader) == ("fire-rescue", ("一般", "消防"), True)
    act_id = store.stage.writers[RegisterKind.INSPECTORS, "i900"]
    act = stored(store, "imports", act_id)
    assert (act.channel, act.imported_by, act.number_added) == (Channel.API, "office1", 1)


def test_a_taken_id_is_never_overwritten_by_an_addition() -> None:
    store = a_store()
    client = a_client(store, "office1")

    inspector = client.post("/v1/inspectors", json={**INSPECTOR, "inspector_id": "i001"})
    firm = client.post("/v1/objects", json={**OBJECT, "object_id": FIRM})

    assert (inspector.status_code, firm.status_code) == (409, 409)
    assert stored(store, "inspectors", "i001").name == "赵1"


def test_an_edit_starts_with_what_is_stored_and_keeps_the_former_version() -> None:
    store = a_store()
    client = a_client(store, "fire1")

    form = client.get("/console/acts/edit-inspector/i001", headers=HTML).text
    done = by_form(
        client,
        "edit-inspector/i001",
        name="赵1",
        department="fire-rescue",
        certificate_number="NEW-1",
        certificate_from="2026-01-01",
        certificate_to="2030-01-01",
        competences="一般\n消防；危化",
        leader="false",
        status="away",
        reason="换证",
    )

    assert 'value="03000001"' in form
    assert '<option value="fire-rescue" selected>' in form
    assert done.status_code == 303, done.text
    assert done.headers["location"] == "/console/registers/inspectors/i001?done=edit-inspector"
    changed = stored(store, "inspectors", "i001")
    assert changed.competences == ("一般", "消防", "危化")
    page = client.get("/console/registers/inspectors/i001", headers=HTML).text
    assert "<del>03000001</del> → <ins>NEW-1</ins>" in page
    assert "换证" in page
    assert "保存变更记录之前已在库" in page


@pytest.mark.parametrize(
    ("path", "entry"),
    [
        ("/v1/inspectors", INSPECTOR),
        ("/v1/inspectors/i001", {k: v for k, v in INSPECTOR.items() if k != "inspector_id"}),
        (
            "/v1/inspectors/i001/absences",
            {"from_date": "2026-05-01", "to_date": "2026-05-02", "reason": "培训"},
        ),
        (
            "/v1/recusals",
            {"person_id": "i001", "object_id": FIRM, "declared_by": "person", "reason": "亲属"},
        ),
    ],
)
def test_a_department_changes_nothing_of_another_ones_people(
    path: str, entry: dict[str, Any]
) -> None:
    store = a_store()
    before = {kind: dict(each.values) for kind, each in store.collections.items()}

    answer = a_client(store, "market1").post(path, json=entry)

    assert answer.status_code == 403, answer.text
    assert answer.json()["title"] == "not-your-department"
    assert before["inspectors"] == store.collections["inspectors"].values
    assert before["recusals"] == store.collections["recusals"].values


def test_an_absence_is_recorded_and_withdrawn_and_both_stay_in_the_history() -> None:
    store = a_store()
    client = a_client(store, "fire1")

    days = {"from_date": "2026-05-01", "to_date": "2026-05-03", "reason": "培训"}
    recorded = client.post("/v1/inspectors/i001/absences", json=days)
    again = client.post("/v1/inspectors/i001/absences", json=days)
    absent = stored(store, "inspectors", "i001").is_absent(date(2026, 5, 2))
    withdrawn = client.post(
        "/v1/inspectors/i001/absences/withdraw",
        json={"from_date": "2026-05-01", "reason": "培训取消"},
    )

    assert (recorded.status_code, again.status_code, withdrawn.status_code) == (200, 409, 200)
    assert absent
    assert stored(store, "inspectors", "i001").absences == ()
    past = client.get("/v1/inspectors/i001/history").json()
    assert [len(each["value"]["absences"]) for each in past] == [0, 1, 0]


@pytest.mark.parametrize(
    ("path", "entry", "title"),
    [
        (
            "/v1/inspectors/i001/absences",
            {"from_date": "2026-05-03", "to_date": "2026-05-01", "reason": "培训"},
            "period-inverted",
        ),
        (
            "/v1/inspectors/i001/absences/withdraw",
            {"from_date": "2026-05-03", "reason": "x"},
            "not-found",
        ),
        (
            "/v1/recusals",
            {"person_id": "i999", "object_id": FIRM, "declared_by": "person", "reason": "亲属"},
            "not-found",
        ),
        (
            "/v1/recusals",
            {"person_id": "i001", "object_id": "uscc:x", "declared_by": "person", "reason": "亲属"},
            "not-found",
        ),
        (
            "/v1/recusals/withdraw",
            {"person_id": "i001", "object_id": FIRM, "reason": "x"},
            "not-found",
        ),
        (
            "/v1/inspectors",
            {**INSPECTOR, "certificate_to": "2020-01-01"},
            "period-inverted",
        ),
        ("/v1/inspectors", {**INSPECTOR, "department": "nobody"}, "not-found"),
        ("/v1/objects", {**OBJECT, "object_id": "uscc:123"}, "uscc-length"),
        ("/v1/objects", {**OBJECT, "object_id": "what:123"}, "object-scheme-unknown"),
        ("/v1/objects", {**OBJECT, "kind": "premises"}, "value-missing"),
        ("/v1/objects", {**OBJECT, "region": "county"}, "request-invalid"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(path: str, entry: dict[str, Any], title: str) -> None:
    answer = a_client(a_store(), "office1").post(path, json=entry)

    assert answer.json()["title"] == title, answer.text


def test_a_recusal_is_declared_from_a_link_that_names_the_person() -> None:
    store = a_store()
    client = a_client(store, "fire1")

    form = client.get("/console/acts/declare-recusal?person_id=i011", headers=HTML).text
    done = by_form(
        client,
        "declare-recusal",
        person_id="i011",
        object_id=FIRM,
        declared_by="object",
        reason="曾任职",
    )

    assert 'value="i011"' in form
    assert done.status_code == 303, done.text
    assert stored(store, "recusals", "i011", FIRM).declared_by == "object"


def test_a_recusal_is_withdrawn_with_a_reason_that_stays() -> None:
    store = a_store()
    put(
        store,
        "recusals",
        Recusal(person_id="i001", object_id=FIRM, reason="亲属", declared_by="person"),
    )
    keys = {"person_id": "i001", "object_id": FIRM}
    client = a_client(store, "fire1")

    without = client.post("/v1/recusals/withdraw", json={**keys, "reason": ""})
    done = client.post("/v1/recusals/withdraw", json={**keys, "reason": "已离婚"})

    assert (without.status_code, done.status_code) == (422, 200)
    assert not store.collections["recusals"].values
    reasons = [each.reason for each in store.collections["imports"].values.values()]
    assert "已离婚" in reasons


def test_an_expert_is_added_changed_and_removed() -> None:
    store = a_store()
    client = a_client(store, "office1")
    fields = {"name": "钱一", "field": "消防", "organisation": "学院", "qualifications": ["教授"]}

    added = client.post("/v1/experts", json={**fields, "expert_id": "e1"})
    edited = client.post("/v1/experts/e1", json={**fields, "field": "危化"})
    kept = stored(store, "experts", "e1")
    removed = client.post("/v1/experts/e1/remove", json={"reason": "退休"})

    assert (added.status_code, edited.status_code, removed.status_code) == (200, 200, 200)
    assert (kept.field, kept.qualifications) == ("危化", ("教授",))
    past = client.get("/v1/experts/e1/history").json()
    assert [each["value"]["field"] for each in past] == ["消防", "危化"]


def test_an_object_is_edited_without_its_telephone_ever_being_shown_or_lost() -> None:
    store = a_store()
    client = a_client(store, "office1")

    form = client.get(f"/console/acts/edit-object/{FIRM}", headers=HTML).text
    done = by_form(
        client,
        f"edit-object/{FIRM}",
        name="平川县第7商贸有限公司",
        kind="enterprise",
        region="130999",
        industry="F52",
        address="搬到了新地址9号",
        status="active",
        tags="餐饮\n旅馆",
        risk_class="B",
    )

    assert "13900000000" not in form
    assert "城关镇解放路7号" in form
    assert done.status_code == 303, done.text
    changed = stored(store, "objects", FIRM)
    assert (changed.address, changed.phone) == ("搬到了新地址9号", "13900000000")
    assert changed.tags == ("餐饮", "旅馆")
    page = client.get(f"/console/registers/objects/{FIRM}", headers=HTML).text
    assert "<del>城关镇解放路7号</del> → <ins>搬到了新地址9号</ins>" in page


def test_a_changed_telephone_stays_masked_in_the_history() -> None:
    store = a_store()
    client = a_client(store, "office1")
    fields = {k: v for k, v in OBJECT.items() if k != "object_id"}

    client.post(f"/v1/objects/{FIRM}", json={**fields, "phone": "10012345678"})

    page = client.get(f"/console/registers/objects/{FIRM}", headers=HTML).text
    assert "联系电话" in page
    assert "10012345678" not in page
    assert "10012345678" not in client.get(f"/v1/objects/{FIRM}/history").text


def test_wrong_entries_are_said_beside_their_fields() -> None:
    page = by_form(a_client(a_store(), "office1"), "add-object", name="x", object_id="y")

    assert page.status_code == 422
    assert 'href="#field-region"' in page.text
    assert "没有填写" in page.text


ROWS = {
    "gradings-0-scheme": "food-risk",
    "gradings-0-value": "C",
    "gradings-0-date": "2026-03-01",
    "gradings-0-source": "市场监管局",
    "gradings-4-scheme": "",
    "events-0-kind": "complaint",
    "events-0-date": "2026-04-01",
    "last_checks-0-department": "health",
    "last_checks-0-date": "2025-02-01",
    "last_checks-1-department": "health",
    "last_checks-1-date": "2025-09-01",
}
EDITED = {k: v for k, v in OBJECT.items() if k not in ("object_id", "tags")}


def test_gradings_events_and_last_checks_are_entered_row_by_row() -> None:
    store = a_store()
    client = a_client(store, "office1")

    done = by_form(client, f"edit-object/{FIRM}", **EDITED, **ROWS)
    form = client.get(f"/console/acts/edit-object/{FIRM}", headers=HTML).text

    assert done.status_code == 303, done.text
    changed = stored(store, "objects", FIRM)
    assert [(each.scheme, each.value) for each in changed.gradings] == [("food-risk", "C")]
    assert [(each.kind, each.date) for each in changed.events] == [("complaint", date(2026, 4, 1))]
    assert [each.date for each in changed.last_checks] == [date(2025, 9, 1)]
    assert 'name="gradings-0-value" value="C"' in form
    assert 'name="gradings-2-value" value=""' in form
    page = client.get(f"/console/registers/objects/{FIRM}", headers=HTML).text
    assert "food-risk C 2026-03-01" in page


def test_rows_that_a_program_does_not_name_stay_and_a_cleared_row_goes() -> None:
    store = a_store()
    client = a_client(store, "office1")
    by_form(client, f"edit-object/{FIRM}", **EDITED, **ROWS)

    client.post(f"/v1/objects/{FIRM}", json={**EDITED, "events": []})

    changed = stored(store, "objects", FIRM)
    assert (len(changed.gradings), changed.events, len(changed.last_checks)) == (1, (), 1)


def test_more_rows_are_offered_with_what_was_entered_and_nothing_is_saved() -> None:
    store = a_store()
    client = a_client(store, "office1")

    form = by_form(client, f"edit-object/{FIRM}", **EDITED, **ROWS, more="gradings")

    assert form.status_code == 200
    assert 'name="gradings-0-source" value="市场监管局"' in form.text
    assert stored(store, "objects", FIRM).gradings == ()
    assert by_form(a_client(store, "fire1"), f"edit-object/{FIRM}", more="x").status_code == 403


@pytest.mark.parametrize(
    ("wrong", "status", "said"),
    [
        ({"gradings-0-date": ""}, 422, "分级评定第 1 行，日期：没有填写"),
        ({"events-0-kind": "party"}, 422, "代码“party”不在现行代码表中"),
        ({"last_checks-0-department": "nobody"}, 404, "nobody"),
    ],
)
def test_a_wrong_row_is_named(wrong: dict[str, str], status: int, said: str) -> None:
    store = a_store()

    page = by_form(a_client(store, "office1"), f"edit-object/{FIRM}", **{**EDITED, **ROWS, **wrong})

    assert page.status_code == status
    assert said in page.text
    assert stored(store, "objects", FIRM).gradings == ()
