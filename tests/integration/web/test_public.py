"""The public site tells what it must and leaks nothing."""

import io
import zipfile
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from contracts.vocabulary import Mode
from coordinator.domain.lifecycle import RoundState
from tests.integration.web.builders import EARLY_TARGET, PHONE, a_round
from tests.integration.web.client import a_client
from tests.integration.web.county import COVERT_TARGET, a_store
from tests.integration.web.fake_work import FakeStore

HTML = {"Accept": "text/html"}
PAGES = (
    "/",
    "/?q=有限公司",
    "/results/d0001",
    "/items",
    "/items?format=csv",
    "/plans",
    "/plans/plan-2026",
    "/rounds",
    "/rounds/2026-Q2",
    "/rounds/2026-C1",
    "/how-to-verify",
    "/self-audit",
    "/record-chain",
    "/v/CODE0002/openings/1.json",
    "/listings",
    "/listings/l0007",
    "/listings/rules",
    "/v",
    "/v/CODE0002",
    "/v1/keys",
)
SECRETS = (
    PHONE,
    "王五",
    COVERT_TARGET,
    "abababab",
    "平川县尚未决定有限公司",
    "office1",
    "同意",
    "2027年度",
)


@pytest.mark.parametrize("path", PAGES)
def test_no_public_page_leaks(path: str) -> None:
    text = a_client(a_store()).get(path, headers=HTML).text

    assert [secret for secret in SECRETS if secret in text] == []


def test_a_result_is_told_as_a_sentence() -> None:
    text = a_client(a_store()).get("/?q=云溪", headers=HTML).text

    assert EARLY_TARGET in text
    assert "2026-04-09 由<b>" in text
    assert "发现 1 个问题" in text


def test_a_target_without_disclosed_result_is_not_found() -> None:
    text = a_client(a_store()).get("/?q=第2商贸", headers=HTML).text

    assert "没有找到公示结果" in text


@pytest.mark.parametrize("path", ["/listings/l0008", "/plans/plan-2027", "/results/none"])
def test_what_is_not_decided_has_no_public_page(path: str) -> None:
    assert a_client(a_store()).get(path, headers=HTML).status_code == 404


def test_the_record_before_disclosure_holds_the_sealed_part_only() -> None:
    answer = a_client(a_store()).get("/rounds/2026-Q2/record.zip")

    names = zipfile.ZipFile(io.BytesIO(answer.content)).namelist()
    assert "2026-Q2/commit.json" in names
    assert not any("frames/" in name for name in names)


def test_drawn_objects_show_only_after_the_round_is_disclosed() -> None:
    store = a_store()
    client = a_client(store)
    before = client.get("/rounds/2026-Q2", headers=HTML).text

    _save_round(store, state=RoundState.DISCLOSED, verify_result="ok")

    after = client.get("/rounds/2026-Q2", headers=HTML).text
    assert "平川县第2商贸有限公司" not in before
    assert "平川县第2商贸有限公司" in after
    assert "核验一致" in after


def test_a_covert_line_is_public_only_after_its_round() -> None:
    store = a_store()
    line = store.collections["plan_lines"].values[("L2",)]
    store.collections["plan_lines"].values[("L2",)] = replace(line, mode=Mode.COVERT)

    text = a_client(store).get("/plans/plan-2026", headers=HTML).text

    assert "旅馆业联合检查" in text
    assert "商场超市联合检查" not in text


def test_a_visit_code_names_team_items_and_basis_in_its_window() -> None:
    text = a_client(a_store()).get("/v/CODE0002", headers=HTML).text

    assert "检查码有效" in text
    assert "赵0" in text
    assert "国务院令第654号" in text


@pytest.mark.parametrize(
    "at", [datetime(2026, 4, 6, 1, tzinfo=UTC), datetime(2026, 4, 19, 1, tzinfo=UTC)]
)
def test_a_visit_code_tells_nothing_outside_its_window(at: datetime) -> None:
    store = a_store()
    store.at = at

    text = a_client(store).get("/v/CODE0002", headers=HTML).text

    assert "现在无效" in text
    assert "平川县第2商贸有限公司" not in text


OBJECTION = {"text": "日期不对", "code": "CODE0001"}


def test_only_who_holds_the_visit_code_may_object() -> None:
    store = a_store()

    for code in ("", "CODE0002"):
        answer = a_client(store).post(
            "/results/d0001/objection", data={**OBJECTION, "code": code}, headers=HTML
        )

        assert answer.status_code == 422
        assert "只有被检查单位可以提出异议" in answer.text
    assert store.collections["disclosures"].values[("d0001",)].objection is None


def test_an_objection_is_taken_in_and_marks_the_result() -> None:
    store = a_store()
    client = a_client(store)

    answer = client.post("/results/d0001/objection", data=OBJECTION, headers=HTML)

    page = client.get(answer.headers["location"], headers=HTML).text
    assert "异议已收到" in page
    assert "有异议，待答复" in page
    assert "日期不对" not in page
    assert store.opened_by[-2].department is None


def test_an_empty_objection_is_refused_with_its_reason() -> None:
    answer = a_client(a_store()).post("/results/d0001/objection", data={"text": "  "}, headers=HTML)

    assert answer.status_code == 422
    assert "没有写明理由" in answer.text


def test_another_site_cannot_post_an_objection() -> None:
    answer = a_client(a_store()).post(
        "/results/d0001/objection",
        data={"text": "x"},
        headers={**HTML, "Origin": "https://evil.example"},
    )

    assert answer.status_code == 403


@pytest.mark.parametrize("path", ["/", "/login", "/rounds/2026-Q2"])
def test_a_rehearsal_is_said_on_every_page(path: str) -> None:
    assert "演练 rehearsal" in a_client(a_store()).get(path, headers=HTML).text
    assert "演练 rehearsal" not in a_client(a_store(), rehearsal=False).get(path).text


def test_a_county_without_anything_yet_says_what_comes_next() -> None:
    client = a_client(FakeStore())

    for path in ("/", "/plans", "/rounds", "/listings", "/items"):
        assert 'class="empty"' in client.get(path, headers=HTML).text, path


def _save_round(store: FakeStore, **changes: object) -> None:
    store.collections["rounds"].values[("2026-Q2",)] = a_round(**changes)
