"""The one list: filters, text, pages and export tell the same."""

import csv
import io

import pytest

from coordinator.web import lists
from tests.integration.web.builders import an_object
from tests.integration.web.client import FakeDocuments, a_client
from tests.integration.web.county import a_store
from tests.integration.web.fake_work import FakeStore

HTML = {"Accept": "text/html"}
LISTS = (
    "/console/registers/objects",
    "/console/registers/inspectors",
    "/console/registers/experts",
    "/console/registers/recusals",
    "/console/registers/items",
    "/console/registers/joint-list",
    "/console/registers/imports",
    "/console/plans",
    "/console/plans/plan-2026",
    "/console/rounds",
    "/console/draws",
    "/console/checks",
    "/console/checks/savings/place",
    "/console/teams",
    "/console/visits",
    "/console/results",
    "/console/disclosures",
    "/console/rectifications",
    "/console/cases",
    "/console/listings",
    "/console/measures",
    "/console/punishments",
    "/console/repairs",
    "/console/archive",
    "/console/messages",
    "/console/messages/gaps",
    "/console/audit",
)


@pytest.mark.parametrize("path", LISTS)
def test_every_list_shows_counts_and_exports(path: str) -> None:
    client = a_client(a_store(), "office1")

    page = client.get(path, headers=HTML)
    table = client.get(path, params={"format": "csv"})
    book = client.get(path, params={"format": "xlsx"})

    assert page.status_code == 200
    assert " 条" in page.text
    assert table.content.startswith(b"\xef\xbb\xbf")
    assert "spreadsheetml" in book.headers["content-type"]


@pytest.mark.parametrize("path", [path for path in LISTS if "plan-2026" not in path])
def test_every_list_has_an_empty_state_that_says_something(path: str) -> None:
    store = FakeStore()
    store.collections["credentials"] = a_store().collections["credentials"]

    page = a_client(store, "office1").get(path, headers=HTML)

    assert page.status_code == 200
    assert 'class="empty"' in page.text or path == "/console/audit"


def test_a_list_shows_fifty_and_leads_to_the_next_page() -> None:
    client = a_client(a_store(), "office1")

    first = client.get("/console/registers/objects", headers=HTML).text
    last = client.get("/console/registers/objects?page=3", headers=HTML).text

    assert first.count("<tr>") == 51
    assert "第 1 页，共 3 页" in first
    assert last.count("<tr>") == 21
    assert 'rel="next"' not in last


@pytest.mark.parametrize("page", ["0", "-1", "x", "9" * 30, "²"])
def test_a_page_number_that_makes_no_sense_does_not_fail(page: str) -> None:
    client = a_client(a_store(), "office1")

    answer = client.get("/console/registers/objects", params={"page": page}, headers=HTML)

    assert answer.status_code == 200


def test_filters_come_from_the_url_and_hold_in_the_export() -> None:
    client = a_client(a_store(), "office1")
    asked = {"q": "第12", "risk_class": "B"}

    page = client.get("/console/registers/objects", params=asked, headers=HTML).text
    table = client.get("/console/registers/objects", params={**asked, "format": "csv"})

    rows = list(csv.reader(io.StringIO(table.content.decode("utf-8-sig"))))
    assert "2 条" in page
    assert 'value="第12"' in page
    assert '<option value="B" selected>' in page
    assert len(rows) == 3


def test_a_filter_that_selects_nothing_says_how_to_go_on() -> None:
    client = a_client(a_store(), "office1")

    page = client.get("/console/registers/objects?risk_class=D", headers=HTML).text

    assert "没有符合条件的记录" in page
    assert "清除" in page


def test_unknown_filters_and_orders_are_left_alone() -> None:
    client = a_client(a_store(), "office1")

    page = client.get("/console/registers/objects?phone=1&sort=phone", headers=HTML)

    assert "120 条" in page.text


def test_an_order_is_kept_when_the_page_turns() -> None:
    client = a_client(a_store(), "office1")

    page = client.get("/console/registers/objects?sort=-name", headers=HTML).text

    assert 'aria-sort="descending"' in page
    assert "sort=-name&amp;page=2" in page


def test_the_export_holds_no_formula() -> None:
    store = a_store()
    evil = an_object(999, name="=HYPERLINK(1)")
    store.collections["objects"].values[("uscc:evil",)] = evil
    client = a_client(store, "office1")

    table = client.get("/console/registers/objects?q=HYPERLINK&format=csv")

    assert "'=HYPERLINK(1)" in table.content.decode("utf-8-sig")


def test_the_workbook_gets_words_instead_of_codes() -> None:
    documents = FakeDocuments()
    client = a_client(a_store(), "office1", documents=documents)

    client.get("/console/visits?q=云溪&format=xlsx")

    _title, rows = documents.asked[-1]
    assert rows[0][0] == "被检查对象"
    assert "消防救援大队、市场监督管理局" in rows[1]
    assert "已完成" in rows[1]


def test_an_export_that_memory_could_not_hold_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "_MOST_EXPORTED", 100)
    client = a_client(a_store(), "office1")

    whole = client.get("/console/registers/objects?format=csv", headers=HTML)
    some = client.get("/console/registers/objects?format=csv&q=第7商贸", headers=HTML)

    assert (whole.status_code, some.status_code) == (422, 200)
    assert "要导出 120 行，一次最多 100 行" in whole.text


def test_personal_data_of_objects_are_not_in_the_list() -> None:
    client = a_client(a_store(), "office1")

    assert "13900000000" not in client.get("/console/registers/objects?format=csv").text


def test_what_is_entered_is_never_markup() -> None:
    store = a_store()
    evil = an_object(999, name="<script>alert(1)</script>")
    store.collections["objects"].values[("uscc:evil",)] = evil

    page = a_client(store, "office1").get("/console/registers/objects?q=<script>", headers=HTML)

    assert "<script>alert" not in page.text
    assert "&lt;script&gt;alert" in page.text


@pytest.mark.parametrize(
    "path",
    [
        "/items?page=99999999999999999999",
        "/console/visits?page=99999999999999999999",
        "/v1/visits?page=99999999999999999999",
        "/v1/credit-events?after=99999999999999999999",
    ],
)
def test_a_page_beyond_all_counting_is_no_fault_of_ours(path: str) -> None:
    answer = a_client(a_store(), "office1").get(path)

    assert answer.status_code in {200, 422}


def test_the_search_box_leads_to_the_list_of_visits() -> None:
    answer = a_client(a_store(), "office1").get("/console/search", params={"q": "a&state=x"})

    assert answer.status_code == 303
    assert answer.headers["location"] == "/console/visits?q=a%26state%3Dx"
