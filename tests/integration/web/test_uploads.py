"""Bringing a file by web: choose it, say what its columns hold, follow it, decide."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from coordinator.domain.registers.acts import (
    RegisterKind,
    SavedMapping,
)
from tests.integration.web.builders import AT
from tests.integration.web.client import a_client
from tests.integration.web.county import a_store
from tests.integration.web.county_registers import put
from tests.integration.web.fake_uploads import BROKEN, FakeUploads
from tests.integration.web.fake_work import FakeStore

HTML = {"Accept": "text/html"}
NEW = "/console/registers/imports/new"
COLUMNS = "/console/registers/uploads/upload-1/inspectors"
PAGE = "/console/registers/imports/i1"
CHOSEN = {"column-0": "inspector_id", "column-1": "name", "column-2": "certificate_number"}


def a_person(login: str = "office1", **uploads: int) -> tuple[FakeStore, FakeUploads, TestClient]:
    store, kept = a_store(), FakeUploads(**uploads)
    return store, kept, a_client(store, login, uploads=kept)


def upload(client: TestClient, body: bytes = b"a,b\n", **changes: Any) -> Any:
    data = {"csrf": client.headers["X-CSRF-Token"], "kind": "inspectors", **changes}
    return client.post(NEW, data=data, files={"file": ("名录.csv", body)}, headers=HTML)


def choose(client: TestClient, path: str = COLUMNS, **fields: str) -> Any:
    data = {"csrf": client.headers["X-CSRF-Token"], **fields}
    return client.post(path, data=data, headers=HTML)


def test_a_file_leads_to_its_columns_with_guesses_and_samples() -> None:
    _store, kept, client = a_person()

    sent = upload(client)
    page = client.get(sent.headers["location"], headers=HTML).text

    assert sent.status_code == 303
    assert sent.headers["location"] == COLUMNS
    assert kept.files["upload-1"][0].source == "名录.csv"
    assert '<option value="inspector_id" selected>' in page
    assert "赵一" in page
    assert "还缺必填的列：执法证号" in page
    assert "备注&lt;b&gt;" in page


def test_the_register_is_chosen_by_link_and_limited_to_what_a_person_keeps() -> None:
    _store, _kept, office = a_person()
    _store, _kept, department = a_person("market1")

    assert 'value="experts" required checked' in office.get(NEW + "?kind=experts").text
    page = department.get(NEW).text
    assert 'value="inspectors"' in page
    assert 'value="objects"' not in page


@pytest.mark.parametrize(
    ("login", "kind", "status"),
    [("auditor1", "inspectors", 403), ("market1", "objects", 404), ("office1", "planets", 404)],
)
def test_a_file_for_a_register_that_one_does_not_keep_is_refused(
    login: str, kind: str, status: int
) -> None:
    _store, kept, client = a_person(login)

    answer = upload(client, kind=kind)

    assert answer.status_code == status
    assert not kept.files


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        (BROKEN, 415, "名录.csv"),
        (b"x" * 2000, 413, "1000"),
        (b"x" * 200_000, 413, "1000"),
    ],
)
def test_what_is_no_table_or_too_large_is_said_beside_the_file(
    body: bytes, status: int, words: str
) -> None:
    _store, kept, client = a_person()

    page = upload(client, body)

    assert page.status_code in {status, 422}
    assert 'href="#field-file"' in page.text
    assert words in page.text
    assert not kept.files


def test_a_form_without_a_file_says_what_to_do() -> None:
    _store, _kept, client = a_person()
    csrf = client.headers["X-CSRF-Token"]

    empty = client.post(NEW, data={"csrf": csrf, "kind": "inspectors"}, headers=HTML)
    no_name = client.post(
        NEW, data={"csrf": csrf, "kind": "inspectors"}, files={"file": ("", b"")}, headers=HTML
    )

    assert "没有收到文件" in empty.text
    assert "没有收到文件" in no_name.text


def test_a_file_without_the_token_of_the_session_is_not_kept() -> None:
    _store, kept, client = a_person()

    answer = upload(client, csrf="another")

    assert answer.status_code == 403
    assert not kept.files


def test_a_server_without_uploads_names_the_command_line() -> None:
    page = a_client(a_store(), "office1").get(NEW, headers=HTML)

    assert page.status_code == 404
    assert "onevisit import" in page.text


def test_chosen_columns_open_an_import_that_is_read_in_the_background() -> None:
    store, kept, client = a_person()
    upload(client)

    answer = choose(client, **CHOSEN, save_as="市局月报")

    (act,) = [a for a in store.collections["imports"].values.values() if a.state == "reading"]
    assert answer.headers["location"] == f"/console/registers/imports/{act.import_id}"
    assert kept.started == [("upload-1", act.import_id)]
    assert act.mapping == {
        "columns": {"inspector_id": "人员编号", "name": "姓名", "certificate_number": "备注<b>"},
        "sheet": None,
        "header_row": 2,
    }
    (saved,) = store.collections["column_mappings"].values.values()
    assert (saved.name, saved.kind) == ("市局月报", RegisterKind.INSPECTORS)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"column-0": "inspector_id", "column-1": "inspector_id"}, "选了两列（A、B）"),
        ({"column-0": "inspector_id"}, "执法证号"),
        ({}, "执法证号"),
        ({"column-0": "password"}, "执法证号"),
    ],
)
def test_columns_that_do_not_fit_are_named_and_the_choice_is_kept(
    fields: dict[str, str], words: str
) -> None:
    store, kept, client = a_person()
    upload(client)

    page = choose(client, **fields, save_as="月报")

    assert page.status_code == 422
    assert words in page.text
    assert 'value="月报"' in page.text
    assert not kept.started
    assert not [a for a in store.collections["imports"].values.values() if a.state == "reading"]


def test_a_saved_mapping_fills_the_form_and_is_replaced_under_its_name() -> None:
    store, _kept, client = a_person()
    mapping = SavedMapping(
        mapping_id="m1",
        kind=RegisterKind.INSPECTORS,
        name="市局月报",
        mapping={"columns": {"certificate_number": "C", "inspector_id": "人员编号"}},
        saved_at=AT,
        saved_by="office1",
    )
    put(store, "column_mappings", mapping)
    upload(client)

    page = client.get(COLUMNS + "?saved=m1", headers=HTML).text
    choose(client, **CHOSEN, save_as="市局月报")

    assert '<option value="certificate_number" selected>' in page
    assert "人工选定" in page
    (saved,) = store.collections["column_mappings"].values.values()
    assert saved.mapping["columns"]["name"] == "姓名"


@pytest.mark.parametrize("path", [COLUMNS, "/console/registers/uploads/%2e%2e/inspectors"])
def test_a_file_that_is_gone_is_not_found(path: str) -> None:
    _store, _kept, client = a_person()

    assert client.get(path, headers=HTML).status_code == 404


def test_the_api_takes_a_file_and_answers_with_the_import() -> None:
    _store, kept, client = a_person()
    mapping = '{"columns": {"name": "B"}}'

    answer = client.post(
        "/v1/imports",
        data={"kind": "inspectors", "mapping": mapping},
        files={"file": ("名录.csv", b"a,b\n")},
    )

    assert answer.status_code == 202, answer.text
    act = answer.json()
    assert (act["state"], act["channel"], act["source"]) == ("reading", "api", "名录.csv")
    assert act["bytes_total"] == len(b"a,b\n")
    assert kept.started == [("upload-1", act["import_id"])]
    assert client.get(f"/v1/imports/{act['import_id']}").json()["mapping"]["columns"] == {
        "name": "B"
    }
    cancelled = client.post(f"/v1/imports/{act['import_id']}/cancel")
    assert cancelled.json()["state"] == "cancelled"


def test_an_official_list_is_read_as_it_is() -> None:
    store, kept, client = a_person()

    sent = upload(client, kind="joint-list")

    (act,) = [a for a in store.collections["imports"].values.values() if a.state == "reading"]
    assert sent.headers["location"] == f"/console/registers/imports/{act.import_id}"
    assert (act.kind, act.mapping) == (RegisterKind.JOINT_LIST, None)
    assert kept.started == [("upload-1", act.import_id)]


@pytest.mark.parametrize(
    ("login", "data", "title"),
    [
        ("auditor1", {"kind": "inspectors"}, "role-not-allowed"),
        ("market1", {"kind": "objects"}, "not-found"),
        ("office1", {"kind": "planets"}, "not-found"),
        ("office1", {"kind": "inspectors", "mapping": "{"}, "import-mapping-invalid"),
    ],
)
def test_the_api_refuses_by_name_and_keeps_no_file(
    login: str, data: dict[str, str], title: str
) -> None:
    _store, kept, client = a_person(login)

    answer = client.post("/v1/imports", data=data, files={"file": ("a.csv", b"a")})

    assert answer.json()["title"] == title, answer.text
    assert not kept.files
    assert not kept.started
