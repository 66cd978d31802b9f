"""Archive pages: what a package holds, which duties it shows, its term; and who gets to see it."""

import io
import json
import zipfile
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from coordinator.domain.archive import Package, PackageKind, chain_digest, still_open
from coordinator.domain.lifecycle import PackageState, PublicationState
from coordinator.services.archive import SECTIONS
from coordinator.web.archive_words import section_word
from coordinator.web.words import state
from tests.integration.web.client import a_client
from tests.integration.web.county import a_store

HTML = {"Accept": "text/html"}
DUTY = {
    "department": "market-regulation",
    "person_id": "i000",
    "post": "执法员",
    "version": 1,
    "duty": "如实录入检查结果",
    "evidence": "report",
    "done_at": "2026-04-09T06:00:00Z",
}
BODY = json.dumps({"sections": {"visits": [{}], "reports": [{}, {}], "duties": [DUTY]}}).encode()


def with_package(round_id: str, **changes: Any) -> Any:
    store = a_store()
    visits = store.collections["visits"].values.values()
    visit = next(each for each in visits if each.round_id == round_id)
    package = Package(
        number=1,
        visit_id=visit.visit_id,
        round_id=round_id,
        body=BODY,
        previous="",
        digest=chain_digest("", BODY),
        signature="aGVhZA..AAAA",
        archived_at=store.at,
        sections={"reports": "33" * 32},
        kind=PackageKind.PROBLEM,
        retain_until=date(2056, 4, 10),
    )
    store.collections["packages"].values[(1,)] = replace(package, **changes)
    return store


def test_a_package_shows_its_parts_its_duties_and_its_term() -> None:
    page = a_client(with_package("2026-Q2"), "auditor1").get("/console/archive/1", headers=HTML)

    for words in ("检查记录（含历次版本）", "如实录入检查结果", "录入检查结果"):
        assert words in page.text
    assert "2056-04-10" in page.text
    assert "内容与指纹不符" not in page.text
    assert "提出销毁" not in page.text  # an auditor decides nothing


def test_a_package_that_was_changed_says_so() -> None:
    store = with_package("2026-Q2", body=BODY + b" ")

    page = a_client(store, "office1").get("/console/archive/1", headers=HTML).text

    assert "内容与指纹不符" in page


def test_a_destroyed_package_shows_who_and_why_and_gives_no_file() -> None:
    store = with_package(
        "2026-Q2",
        body=b"",
        state=PackageState.DESTROYED,
        proposed_by="office1",
        proposed_at=a_store().at,
        destroyed_by="office2",
        destroyed_at=a_store().at,
        protocol="销毁清册第 3 号",
    )
    client = a_client(store, "auditor1")

    page = client.get("/console/archive/1", headers=HTML).text

    assert "销毁清册第 3 号" in page
    assert "下载整卷" not in page
    assert client.get("/console/archive/1/package.zip").status_code == 404


def test_the_whole_task_is_sent_as_a_zip_and_it_is_noted_who_took_it() -> None:
    store = with_package("2026-Q2")

    answer = a_client(store, "auditor1").get("/console/archive/1/package.zip")

    with zipfile.ZipFile(io.BytesIO(answer.content)) as packed:
        assert packed.read("archive-1/package-1.json") == BODY
    entries = store.collections["audit_entries"].values.values()
    (told,) = [each for each in entries if each.tag == "archive:package:taken-out"]
    assert told.actor == "auditor1"


@pytest.mark.parametrize("path", ["", "/1", "/1/package.zip"])
def test_a_department_sees_no_archive(path: str) -> None:
    client = a_client(with_package("2026-Q2"), "market1")

    assert client.get(f"/console/archive{path}", headers=HTML).status_code == 403


def test_a_package_of_a_covert_round_is_as_if_it_were_not_there() -> None:
    client = a_client(with_package("2026-C1"), "auditor1")

    assert client.get("/console/archive/1", headers=HTML).status_code == 404
    assert client.get("/console/archive/1/package.zip").status_code == 404
    assert client.get("/v1/archive").json()["total"] == 0


@pytest.mark.parametrize("section", [each.collection for each in SECTIONS])
def test_every_part_of_a_package_has_a_name(section: str) -> None:
    assert section_word(section) != section


def test_a_penalty_keeps_its_task_as_long_as_it_shows() -> None:
    held = {
        each: still_open({"penalty_publications": [{"state": each.value}]})
        for each in PublicationState
    }

    assert [each for each, by in held.items() if by] == [PublicationState.SHOWN]
    assert state("archive-hold", "penalty_publications").word == "处罚公示"
