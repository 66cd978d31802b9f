"""After a file is read: its preview, its problems, and the decision to take it in or not."""

from dataclasses import replace
from typing import Any

from coordinator.domain.errors import Rule
from coordinator.domain.registers.acts import (
    ActState,
    Channel,
    ImportProblem,
    RegisterAct,
    RegisterKind,
    Severity,
)
from tests.integration.web.builders import AT
from tests.integration.web.county_registers import put
from tests.integration.web.fake_work import FakeStore
from tests.integration.web.test_uploads import HTML, a_person, choose

PAGE = "/console/registers/imports/i1"


def an_act(store: FakeStore, **changes: Any) -> RegisterAct:
    act = RegisterAct(
        import_id="i1",
        kind=RegisterKind.INSPECTORS,
        channel=Channel.UPLOAD,
        source="名录.csv",
        imported_at=AT,
        imported_by="office1",
        state=ActState.READ,
        number_of_rows=24,
        number_accepted=24,
        number_changed=1,
        bytes_total=100,
    )
    changed = replace(act, **changes)
    put(store, "imports", changed)
    return changed


def stage_one_change(store: FakeStore) -> None:
    known = store.collections["inspectors"].values[("i000",)]
    new = known.model_copy(update={"inspector_id": "i800", "name": "新来的"})
    moved = known.model_copy(update={"section": "执法二中队"})
    store.stage.rows["i1"] = [(2, moved), (3, new)]


def test_a_reading_shows_its_progress_and_can_be_stopped() -> None:
    store, _kept, client = a_person()
    an_act(store, state=ActState.READING, bytes_read=42, number_of_rows=1234)

    page = client.get(PAGE, headers=HTML).text
    stopped = choose(client, "/console/acts/cancel-import/i1")

    assert "1,234" in page
    assert 'value="42"' in page
    assert '<noscript><meta http-equiv="refresh"' in page
    assert stopped.headers["location"] == f"{PAGE}?done=cancel-import"
    assert "登记库没有任何改动" in client.get(PAGE, headers=HTML).text


def test_the_preview_shows_what_would_change_before_it_does() -> None:
    store, _kept, client = a_person()
    an_act(store)
    stage_one_change(store)

    page = client.get(PAGE, headers=HTML).text

    assert "<del>执法一中队</del> → <ins>执法二中队</ins>" in page
    assert "新来的" in page
    assert "http-equiv" not in page
    assert store.collections["inspectors"].values[("i000",)].section == "执法一中队"


def test_a_file_without_problems_is_taken_in_with_one_button() -> None:
    store, _kept, client = a_person()
    an_act(store)
    stage_one_change(store)

    done = choose(client, "/console/acts/apply-import/i1", accepted_only="false")
    page = client.get(PAGE, headers=HTML).text

    assert done.status_code == 303, done.text
    assert store.collections["inspectors"].values[("i000",)].section == "执法二中队"
    assert "已入库" in page
    assert "/console/acts/apply-import" not in page


def test_refused_rows_ask_for_a_decision_and_nothing_goes_in_without_it() -> None:
    store, _kept, client = a_person()
    an_act(store, number_accepted=22, number_refused=2)
    stage_one_change(store)
    problem = ImportProblem(
        import_id="i1",
        number=1,
        row=9,
        column="证件有效期至",
        value="2026-13-01",
        rule=Rule.IMPORT_DATE_INVALID,
        expected="2026-11-21",
        severity=Severity.REFUSED,
    )
    put(store, "import_problems", problem)

    page = client.get(PAGE, headers=HTML).text
    all_or_nothing = choose(client, "/console/acts/apply-import/i1")
    before = store.collections["inspectors"].values[("i000",)].section
    valid_rows = choose(client, "/console/acts/apply-import/i1", accepted_only="true")

    assert "2 行不能接收" in page
    assert "2026-13-01" in page
    assert all_or_nothing.status_code == 409
    assert "2 行不能接收" in all_or_nothing.text
    assert before == "执法一中队"
    assert valid_rows.status_code == 303
    assert store.collections["inspectors"].values[("i000",)].section == "执法二中队"


def test_a_file_without_a_good_row_offers_no_button() -> None:
    store, _kept, client = a_person()
    an_act(store, number_accepted=0, number_refused=24)

    page = client.get(PAGE, headers=HTML).text

    assert "没有一行可以接收" in page
    assert "/console/acts/apply-import" not in page


def test_a_file_that_could_not_be_read_says_why() -> None:
    store, _kept, client = a_person()
    an_act(
        store,
        state=ActState.FAILED,
        failure={"rule": "import-interrupted", "source": "名录.csv"},
    )

    assert "程序中断" in client.get(PAGE, headers=HTML).text


def test_an_auditor_looks_and_decides_nothing() -> None:
    store, _kept, client = a_person("auditor1")
    an_act(store)

    page = client.get(PAGE, headers=HTML).text

    assert "/console/acts/apply-import" not in page
    assert choose(client, "/console/acts/apply-import/i1").status_code == 403


def test_two_thousand_problems_come_in_pages() -> None:
    store, _kept, client = a_person()
    an_act(store, number_refused=2000, number_accepted=1)
    put(
        store,
        "import_problems",
        *(
            ImportProblem(
                import_id="i1",
                number=number,
                row=number + 1,
                column="区划",
                value="平川",
                rule=Rule.IMPORT_CELL_MISSING,
                expected="640221",
                severity=Severity.DOUBTED if number % 2 else Severity.REFUSED,
            )
            for number in range(1, 2001)
        ),
    )

    page = client.get(PAGE, headers=HTML).text
    last = client.get(PAGE + "?page=40", headers=HTML).text
    refused = client.get(PAGE + "?severity=refused", headers=HTML).text

    assert "第 1 页，共 40 页" in page
    assert "第 40 页，共 40 页" in last
    assert "1000 条" in refused
