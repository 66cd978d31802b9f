"""Results on the public site: an address that survives corrections, marks, withdrawal, search."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from coordinator.domain.disclosure import Disclosure
from tests.integration.web.builders import AT
from tests.integration.web.client import a_client
from tests.integration.web.county import a_store
from tests.integration.web.county_registers import put
from tests.integration.web.fake_work import FakeStore

HTML = {"Accept": "text/html"}


def first_of(store: FakeStore) -> Disclosure:
    found: Disclosure = store.collections["disclosures"].values[("d0001",)]
    return found


def change(store: FakeStore, **changes: Any) -> Disclosure:
    changed = replace(first_of(store), **changes)
    put(store, "disclosures", changed)
    return changed


def a_corrected_store() -> FakeStore:
    """Give a store whose first result was published, and corrected a day later."""
    store = a_store()
    old = change(
        store,
        superseded_by="d0001-b",
        superseded_at=AT + timedelta(days=21),
        correction_reason="录入时选错了结果",
        result_codes=("1",),
    )
    new = replace(
        old,
        disclosure_id="d0001-b",
        supersedes="d0001",
        superseded_by=None,
        superseded_at=None,
        correction_reason=None,
        version=2,
        disclosed_at=AT + timedelta(days=21),
        result_codes=("3",),
        has_problem=True,
    )
    put(store, "disclosures", new)
    return store


def test_the_address_of_a_result_survives_its_correction() -> None:
    client = a_client(a_corrected_store())

    page = client.get("/results/d0001", headers=HTML)
    later = client.get("/results/d0001-b", headers=HTML)

    assert page.status_code == 200
    assert "更正" in page.text
    assert "录入时选错了结果" in page.text
    assert "此前公示" in page.text
    assert "发现问题" in page.text
    assert (later.status_code, later.headers["location"]) == (303, "/results/d0001")


def test_search_finds_the_version_that_stands_once() -> None:
    store = a_corrected_store()
    name = first_of(store).object_name

    page = a_client(store).get("/", params={"q": name}, headers=HTML).text

    assert "/results/d0001-b" in page
    assert 'href="/results/d0001"' not in page


def test_a_withdrawn_result_says_when_and_why_and_nothing_else() -> None:
    store = a_store()
    gone = change(
        store,
        withdrawn_at=AT,
        withdrawn_by="market2",
        withdrawal_reason="wrong-object",
        withdrawal_note="误登记的内部情况",
    )

    page = a_client(store).get("/results/d0001", headers=HTML)
    found = a_client(store).get("/", params={"q": gone.object_name}, headers=HTML).text

    assert "公示已撤销" in page.text
    assert "公示对象有误" in page.text
    assert "误登记的内部情况" not in page.text
    assert gone.item_name not in page.text
    assert "/results/d0001" not in found


def test_what_was_withdrawn_stays_hidden_when_the_result_is_published_anew() -> None:
    store = a_store()
    gone = change(
        store, withdrawn_at=AT, withdrawal_reason="annulled", result_codes=("7",), method="书面检查"
    )
    new = replace(
        gone,
        disclosure_id="d0001-n",
        withdrawn_at=None,
        withdrawal_reason=None,
        version=2,
        result_codes=("1",),
        method="现场检查",
    )
    put(store, "disclosures", new)

    page = a_client(store).get("/results/d0001", headers=HTML).text

    assert "现场检查" in page
    assert "撤销公示" in page
    assert "已关闭停业" not in page


def test_a_result_past_its_years_is_on_no_public_page() -> None:
    store = a_store()
    old = change(store, retired_at=AT)

    client = a_client(store)

    assert client.get("/results/d0001", headers=HTML).status_code == 404
    assert "/results/d0001" not in client.get("/", params={"q": old.object_name}).text


@pytest.mark.parametrize("secret", ["market1", "问题并不属实"])
def test_search_looks_at_names_and_codes_only(secret: str) -> None:
    store = a_store()
    change(store, objection="问题并不属实", disclosed_by="market1")

    page = a_client(store).get("/", params={"q": secret}, headers=HTML).text

    assert "没有找到公示结果" in page


def test_a_late_visitor_is_told_so_instead_of_a_form() -> None:
    store = a_store()
    late = change(store, objection=None, objection_until=(AT - timedelta(days=400)).date())

    page = a_client(store).get("/results/d0001", headers=HTML).text

    assert late.objection_until is not None
    assert late.objection_until.isoformat() in page
    assert 'name="code"' not in page


def test_what_is_being_corrected_is_marked_before_the_new_version_is_out() -> None:
    store = a_store()
    change(store, correcting_at=AT, correction_reason="内部核查发现录入有误")

    page = a_client(store).get("/results/d0001", headers=HTML).text

    assert "正在更正" in page
    assert "内部核查发现录入有误" not in page


def test_results_are_searched_page_by_page() -> None:
    store = a_store()
    base = first_of(store)
    many = [
        replace(
            base,
            disclosure_id=f"x{n:03}",
            result_id=f"x{n:03}",
            visit_id=f"x{n:03}",
            object_name=f"平川分页饭店{n:03}",
            disclosed_at=AT + timedelta(minutes=n),
        )
        for n in range(65)
    ]
    put(store, "disclosures", *many)
    client = a_client(store)

    pages = [
        client.get("/", params={"q": "分页饭店", "page": n}, headers=HTML).text for n in (1, 2, 3)
    ]

    assert [page.count("平川分页饭店") for page in pages] == [30, 30, 5]
    assert 'rel="next"' not in pages[2]
    assert 'rel="prev"' in pages[1]


def test_a_department_sees_neither_the_words_nor_the_facts_of_anothers_result() -> None:
    store = a_store()
    change(
        store,
        objection="商业细节在此",
        withdrawal_asked_by="market1",
        withdrawal_reason="annulled",
        withdrawal_note="诉讼细节",
    )
    owner = first_of(store).department
    stranger = "fire1" if owner != "fire-rescue" else "market1"

    page = a_client(store, stranger).get("/console/disclosures/d0001", headers=HTML).text
    listed = a_client(store, stranger).get("/v1/disclosures").text
    office = a_client(store, "office1").get("/console/disclosures/d0001", headers=HTML).text

    assert "商业细节在此" in office
    assert "诉讼细节" in office
    for answer in (page, listed):
        assert "商业细节在此" not in answer
        assert "诉讼细节" not in answer


def test_the_export_has_a_row_per_published_result_of_the_period() -> None:
    store = a_corrected_store()
    client = a_client(store, "market1")
    day = (AT + timedelta(days=20)).date().isoformat()

    answer = client.get(
        "/console/disclosures/export", params={"from_date": day, "to_date": day, "format": "csv"}
    )
    form = client.get("/console/disclosures/export", headers=HTML).text

    rows = answer.text.lstrip("\ufeff").splitlines()
    assert rows[0].startswith("公示编号,统一社会信用代码,检查对象名称")
    assert [row.split(",")[0] for row in rows[1:] if row.startswith("d0001")] == ["d0001"]
    assert "已被更正" in answer.text
    assert 'name="from_date"' in form


def test_the_due_list_shows_what_a_department_has_to_publish_and_the_days_left() -> None:
    client = a_client(a_store(), "market1")

    page = client.get("/console/disclosures/due", headers=HTML)
    kept = client.get("/console/disclosures/exemptions", headers=HTML)

    assert page.status_code == 200
    assert "待公示" in page.text
    assert "不予公示 0 项" in kept.text
