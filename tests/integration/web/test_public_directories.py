"""The public directories: what the policy names and nothing else, searched and paged."""

from typing import Any

import pytest

from coordinator.domain.registers import Grading
from tests.integration.web.builders import PHONE, an_object
from tests.integration.web.client import a_client
from tests.integration.web.county import a_store
from tests.integration.web.county_registers import put
from tests.integration.web.fake_work import POLICY, FakeWork

HTML = {"Accept": "text/html"}


def publishing(monkeypatch: pytest.MonkeyPatch, **fields: Any) -> None:
    registers = POLICY.registers.model_copy(update=fields)
    monkeypatch.setattr(FakeWork, "policy", POLICY.model_copy(update={"registers": registers}))


def test_inspectors_show_name_unit_and_certificate_without_login() -> None:
    page = a_client(a_store()).get("/inspectors", headers=HTML).text

    assert "赵1" in page
    assert "03000001" in page
    assert "消防救援大队" in page
    assert "24 条" in page


def test_objects_show_name_code_and_district_and_nothing_internal() -> None:
    store = a_store()
    graded = Grading(scheme="机密评级", value="D", source="x", date="2026-01-01")
    put(store, "objects", an_object(1, gradings=(graded,), risk_class="D", tags=("机密标签",)))

    page = a_client(store).get("/objects?q=第1商贸", headers=HTML).text

    assert "911309990000000001" in page
    assert "130999" in page
    for secret in (PHONE, "王五", "机密评级", "机密标签", "城关镇"):
        assert secret not in page
    assert "<td" in page
    assert "信用风险" not in page


@pytest.mark.parametrize("asked", [PHONE, "王五", "城关镇解放路7号"])
def test_what_is_not_public_can_not_be_searched_for(asked: str) -> None:
    page = a_client(a_store()).get("/objects", params={"q": asked}, headers=HTML).text

    assert "没有符合条件的记录" in page


@pytest.mark.parametrize("path", ["/objects", "/inspectors"])
def test_a_directory_is_given_in_pages_and_never_as_a_whole(path: str) -> None:
    client = a_client(a_store())

    answer = client.get(f"{path}?format=csv", headers=HTML)

    assert answer.headers["content-type"].startswith("text/html")
    assert "format=csv" not in client.get(path, headers=HTML).text


def test_the_public_turns_pages() -> None:
    client = a_client(a_store())

    assert "第 3 页，共 3 页" in client.get("/objects?page=3", headers=HTML).text


def test_who_is_not_on_duty_is_not_named() -> None:
    store = a_store()
    known = store.collections["inspectors"].values[("i001",)]
    put(store, "inspectors", known.model_copy(update={"status": "left", "name": "离职人员"}))

    page = a_client(store).get("/inspectors", headers=HTML).text

    assert "离职人员" not in page
    assert "23 条" in page


@pytest.mark.parametrize("path", ["/objects", "/inspectors"])
def test_a_profile_may_make_no_directory_public(monkeypatch: Any, path: str) -> None:
    publishing(monkeypatch, public_objects=(), public_inspectors=())

    page = a_client(a_store()).get(path, headers=HTML).text

    assert "这份名录不公开" in page
    assert "赵1" not in page
    assert "商贸有限公司" not in page


def test_a_profile_chooses_the_fields(monkeypatch: Any) -> None:
    publishing(monkeypatch, public_objects=("name", "address"))

    page = a_client(a_store()).get("/objects?q=解放路7号", headers=HTML).text

    assert "城关镇解放路7号" in page
    assert "911309990000000007" not in page


def test_every_public_page_leads_to_the_directories() -> None:
    page = a_client(a_store()).get("/items", headers=HTML).text

    assert 'href="/inspectors"' in page
