"""Pages of the registers: what they show, to whom, and what they keep back."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from coordinator.domain.registers import (
    DatedEvent,
    Grading,
    InspectionObject,
)
from coordinator.domain.registers.acts import Channel, RegisterAct, RegisterKind
from coordinator.web.console.registers import overview
from coordinator.web.lists import PAGE_SIZE
from tests.integration.web.builders import AT, PHONE, an_object
from tests.integration.web.client import FakeDocuments, a_client
from tests.integration.web.county import COVERT_TARGET, a_store
from tests.integration.web.county_registers import put
from tests.integration.web.fake_work import FakeStore

HTML = {"Accept": "text/html"}
FIRM = "uscc:911309990000000007"
PAGE = f"/console/registers/objects/{FIRM}"


def shown(store: FakeStore, path: str, login: str = "office1") -> str:
    answer = a_client(store, login).get(path, headers=HTML)
    assert answer.status_code == 200, answer.text
    return answer.text


def with_objects(*objects: InspectionObject) -> FakeStore:
    store = a_store()
    put(store, "objects", *objects)
    return store


def test_the_overview_tells_number_age_gaps_and_next_step() -> None:
    store = with_objects(an_object(7, region="", phone=""))

    page = shown(store, "/console/registers")

    assert "120" in page
    assert 'href="/console/registers/objects?blank=region"' in page
    assert "没有记录" in page
    assert "个月未更新" in page
    assert 'href="/console/registers/imports/new?kind=objects"' in page


def test_a_very_large_register_is_counted_when_somebody_asks(monkeypatch: Any) -> None:
    monkeypatch.setattr(overview, "_COUNTED_AT_ONCE", 100)
    store = with_objects(an_object(7, region=""))

    page = shown(store, "/console/registers")

    assert "blank=region" not in page
    assert 'href="?count=all"' in page
    assert "blank=region" in shown(store, "/console/registers?count=all")


def test_a_register_that_was_just_changed_is_not_stale() -> None:
    store = a_store()
    act = RegisterAct(
        import_id="a1",
        kind=RegisterKind.EXPERTS,
        channel=Channel.FORM,
        source="",
        imported_at=store.at,
        imported_by="office1",
        applied_at=store.at,
        applied_by="office1",
    )
    put(store, "imports", act)
    store.stage.writers[RegisterKind.EXPERTS, "e001"] = "a1"

    page = shown(store, "/console/registers")

    assert "12 个月内更新过" in page
    assert "表单" in page


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ("blank=region", 1),
        ("tags=餐饮", 1),
        ("on_list=abnormal_list=true", 1),
        ("on_list=supervision_list=focus", 1),
        ("kind=premises", 1),
        ("region=130998", 1),
        ("owner=" + FIRM, 1),
        ("on_list=phone=13900000000", 121),
        ("blank=phone_or_whatever", 121),
        ("key_unit=maybe", 121),
    ],
)
def test_objects_are_filtered_by_what_the_url_says(query: str, number: int) -> None:
    store = with_objects(
        an_object(
            500,
            kind="premises",
            owner=FIRM,
            region="",
            tags=("餐饮",),
            abnormal_list=True,
            supervision_list="focus",
        ),
        an_object(1, region="130998"),
    )

    assert f"{number} 条" in shown(store, f"/console/registers/objects?{query}")


def test_the_list_of_objects_can_not_be_searched_by_telephone() -> None:
    assert "没有符合条件的记录" in shown(a_store(), f"/console/registers/objects?q={PHONE}")


def test_an_object_has_a_page_with_all_that_belongs_to_it() -> None:
    store = with_objects(
        an_object(
            7,
            gradings=(
                Grading(scheme="食品安全", value="D", source="市监局", date=date(2026, 2, 1)),
            ),
            events=(DatedEvent(kind="complaint", date=date(2026, 3, 1), source="12345"),),
        ),
        an_object(301, owner=FIRM, name="第七商贸东门店"),
        an_object(302, place=FIRM, name="同楼理发店"),
    )

    page = shown(store, PAGE)

    for words in ("食品安全", "投诉举报", "第七商贸东门店", "同楼理发店", "名下场所"):
        assert words in page
    assert "平联抽查（2026）0007号" in page
    assert 'href="/console/visits/v0007"' in page


def test_a_premises_leads_to_its_enterprise() -> None:
    store = with_objects(an_object(301, owner=FIRM, kind="premises"))

    page = shown(store, "/console/registers/objects/uscc:911309990000000301")

    assert f'href="{PAGE}"' in page
    assert "平川县第7商贸有限公司" in page


def test_a_covert_visit_shows_on_no_page_of_its_target() -> None:
    store = with_objects(an_object(900, name=COVERT_TARGET))

    page = shown(store, "/console/registers/objects/uscc:911309990000000900")

    assert "v0900" not in page


@pytest.mark.parametrize("login", ["office1", "market1", "auditor1"])
def test_nobody_sees_a_telephone_by_opening_the_page(login: str) -> None:
    page = shown(a_store(), PAGE, login)

    assert PHONE not in page
    assert "王五" not in page
    assert ("查看（记入审计）" in page) == (login == "office1")


def test_the_office_sees_a_telephone_for_a_purpose_and_on_record() -> None:
    store = a_store()
    client = a_client(store, "office1")
    csrf = client.headers["X-CSRF-Token"]

    page = client.post(PAGE, data={"csrf": csrf, "purpose": "核实地址"}, headers=HTML)

    assert PHONE in page.text
    entries = store.collections["audit_entries"].values.values()
    looked = [each for each in entries if each.tag == "registers:contact:shown"]
    assert [(each.subject, each.facts["purpose"]) for each in looked] == [(FIRM, "核实地址")]


@pytest.mark.parametrize(
    ("login", "purpose", "status"), [("office1", " ", 409), ("market1", "x", 403)]
)
def test_a_telephone_is_not_shown_without_purpose_or_right(
    login: str, purpose: str, status: int
) -> None:
    client = a_client(a_store(), login)
    csrf = client.headers["X-CSRF-Token"]

    page = client.post(PAGE, data={"csrf": csrf, "purpose": purpose}, headers=HTML)

    assert page.status_code == status
    assert PHONE not in page.text


@pytest.mark.parametrize(
    "path",
    [
        "/console/registers/objects/uscc:nobody",
        "/console/registers/inspectors/nobody",
        "/console/registers/experts/nobody",
        "/console/registers/imports/nothing",
        "/v1/objects/uscc:nobody",
        "/v1/objects/uscc:nobody/history",
        "/v1/inspectors/nobody",
        "/v1/experts/nobody/history",
        "/v1/imports/nothing",
        "/v1/imports/nothing/problems",
    ],
)
def test_an_unknown_id_is_not_found(path: str) -> None:
    assert a_client(a_store(), "office1").get(path).status_code == 404


def test_an_id_may_hold_a_slash() -> None:
    store = with_objects(an_object(1, object_id="other:old:a/b?c", name="老编号商店"))

    listed = shown(store, "/console/registers/objects?q=老编号")

    assert 'href="/console/registers/objects/other:old:a%2Fb%3Fc"' in listed
    assert "老编号商店" in shown(store, "/console/registers/objects/other:old:a%2Fb%3Fc")


def test_the_page_of_an_act_words_its_problems_and_exports_them() -> None:
    client = a_client(a_store(), "office1")

    page = client.get("/console/registers/imports/import-1", headers=HTML).text
    book = client.get("/console/registers/imports/import-1?format=xlsx")

    assert "17" in page
    assert "应为 18 位" in page
    assert "spreadsheetml" in book.headers["content-type"]


def test_the_whole_report_of_an_import_comes_as_one_file_however_long_it_is() -> None:
    store = a_store()
    (problem,) = store.collections["import_problems"].values.values()
    put(store, "import_problems", *(replace(problem, number=n) for n in range(1, 2_346)))
    documents = FakeDocuments()
    client = a_client(store, "office1", documents=documents)

    page = client.get("/console/registers/imports/import-1", headers=HTML).text
    answer = client.get("/console/registers/imports/import-1/report.xlsx")

    assert page.count("应为 18 位") == PAGE_SIZE
    assert "/console/registers/imports/import-1/report.xlsx" in page
    assert 'filename="problems.xlsx"' in answer.headers["content-disposition"]
    assert len(documents.asked[0][1]) == 1 + 2_345


def test_a_department_does_not_see_what_others_brought() -> None:
    client = a_client(a_store(), "market1")

    assert client.get("/console/registers/imports/import-1/report.xlsx").status_code == 404
    assert client.get("/console/registers/imports/import-1").status_code == 404
    assert client.get("/v1/imports/import-1/problems").status_code == 404
    assert client.get("/v1/imports").json()["total"] == 0


def test_the_api_keeps_personal_data_out_of_objects_and_their_history() -> None:
    client = a_client(a_store(), "office1")

    one = client.get(f"/v1/objects/{FIRM}").json()
    past = client.get(f"/v1/objects/{FIRM}/history").json()
    asked = client.post(f"/v1/objects/{FIRM}/contact", json={"purpose": "核实"})

    assert one["phone"] == past[-1]["value"]["phone"] == ""
    assert asked.json() == {"object_id": FIRM, "responsible_person": "王五", "phone": PHONE}
    assert client.get(f"/v1/objects?q={PHONE}").json()["total"] == 0


def test_the_api_tells_how_fresh_every_register_is() -> None:
    found = a_client(a_store(), "office1").get("/v1/registers").json()

    assert [each["kind"] for each in found] == ["objects", "inspectors", "experts", "recusals"]
    assert found[0]["number_of_rows"] == 120


def test_the_time_of_an_act_is_in_the_list() -> None:
    page = shown(a_store(), "/console/registers/imports")

    assert "objects.csv" in page
    assert AT.strftime("%Y-%m-%d") in page
