"""A whole run planned from the two official lists, on PostgreSQL, started a second time after."""

import json
import os
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from deploy.local.postgres import temporary_postgres
from tests.e2e.local_run import ROOT, LocalRun

OFFICIAL_DOMAINS = 36
LISTS = ("hainan-item-list-2020.xlsx", "hainan-joint-list-2nd.xls")


@dataclass(frozen=True)
class OfficialRun:
    """A run with --once that has ended; folder and database stay for a second start."""

    folder: Path
    database_url: str
    table: dict[str, Any]


@pytest.fixture(scope="module")
def official_run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OfficialRun]:
    folder = tmp_path_factory.mktemp("e2e") / "official"
    with temporary_postgres() as server:
        url = server.create_database("official")
        with LocalRun(folder, "--once", "--lists", str(lists()), database_url=url) as run:
            assert run.wait() == 0, run.stderr
            assert run.processes_left() == {}
        yield OfficialRun(folder, url, json.loads(run.stdout))


def lists() -> Path:
    """Give the folder of the official lists, beside the checkout unless the environment says."""
    folder = Path(os.environ.get("ONEVISIT_SHARED", ROOT.parent / "shared")) / "data"
    for name in LISTS:
        if not (folder / name).is_file():
            pytest.fail(
                f"{folder / name} is missing: name the folder that holds data/ in ONEVISIT_SHARED"
            )
    return folder


def test_the_round_is_played_with_lines_of_the_official_list(official_run: OfficialRun) -> None:
    table = official_run.table

    assert table["domains_imported"] == OFFICIAL_DOMAINS
    assert 0 < table["plan_lines"] <= table["domains_planned"] <= OFFICIAL_DOMAINS
    assert table["linked"] > 0
    assert table["unlinked"] >= 0
    assert table["unplaced"] >= 0


def test_the_official_round_ends_as_soundly_as_any(official_run: OfficialRun) -> None:
    table = official_run.table

    assert table["verify"] == "ok"
    assert (table["parked"], table["unroutable"], table["outbox_pending"]) == (0, 0, 0)
    assert table["visits"] < table["separate_visits"]
    assert table["dispatched"] == table["accepted"] > 0
    assert table["checks"] >= table["findings"] == table["disclosed"] > 0
    assert table["measures"] == table["measure_feedback"] > 0
    assert table["listed"] > 0


def test_the_record_stays_after_the_end(official_run: OfficialRun) -> None:
    record = Path(official_run.table["record"])

    assert record.is_absolute()
    assert (record / "SHA256SUMS").is_file()


def test_a_second_start_shows_the_same_round_and_stops_at_ctrl_c(
    official_run: OfficialRun,
) -> None:
    folder, url = official_run.folder, official_run.database_url
    with LocalRun(folder, "--lists", str(lists()), database_url=url) as run:
        table = run.result()
        page = read(f"{run.installed.web}/rounds/{Path(table['record']).name}")
        ready = read(f"{run.installed.web}/readyz")
        status = run.stop()

    assert "批次此前已完成" in run.stderr
    assert table == official_run.table
    assert "ready" in ready
    assert Path(table["record"]).name in page
    assert status == 0
    assert run.processes_left() == {}


def read(address: str) -> str:
    """Read a page of this machine."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(address, timeout=120) as answer:
        return str(answer.read().decode())
