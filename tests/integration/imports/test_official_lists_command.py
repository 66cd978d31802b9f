"""`onevisit import` takes the two official lists as they are, from the command line."""

import io
import json
import os
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from typer.testing import CliRunner

from coordinator.commands.main import app

SHARED = Path(os.environ.get("ONEVISIT_SHARED", Path(__file__).parents[4] / "shared")) / "data"
ITEMS, JOINT = SHARED / "hainan-item-list-2020.xlsx", SHARED / "hainan-joint-list-2nd.xls"


def onevisit(*argv: str) -> Any:
    done = CliRunner().invoke(app, list(argv))
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout) if done.stdout.startswith(("{", "[")) else done.stdout


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    assert ITEMS.exists(), f"{SHARED}: the official lists are missing; set ONEVISIT_SHARED"
    monkeypatch.setenv("ONEVISIT_DATA_FOLDER", str(tmp_path))
    monkeypatch.setenv("ONEVISIT_DATABASE_URL", f"sqlite+aiosqlite:///{tmp_path / 'x.db'}")
    onevisit("migrate")
    return tmp_path


def test_both_lists_go_in_with_a_report_of_what_a_person_must_place(folder: Path) -> None:
    report = folder / "joint.xlsx"

    [items] = onevisit("import", "item-list", str(ITEMS), "--json")
    [joint] = onevisit("import", "joint-list", str(JOINT), "--report", str(report), "--json")

    assert (items["rows"], items["refused"], items["added"]) == (387, 0, 293)
    assert joint["domains_imported"] == 36
    assert joint["states"] == {"linked": 26, "near": 14, "unlinked": 43}
    assert (joint["linked"], joint["unlinked"], joint["unplaced"]) == (26, 57, 0)
    rows = CalamineWorkbook.from_filelike(io.BytesIO(report.read_bytes())).get_sheet_by_index(0)
    near = [row for row in rows.to_python() if row[3] == "joint-row-unlinked" and row[7]]
    assert len(near) == 14
    assert "ok" in onevisit("audit", "verify")
    [again] = onevisit("import", "item-list", str(ITEMS), "--dry-run", "--json")
    assert (again["added"], again["changed"], again["unchanged"]) == (0, 0, 293)


def test_a_dry_run_says_what_would_change_and_changes_nothing(folder: Path) -> None:
    [items] = onevisit("import", "item-list", str(ITEMS), "--dry-run", "--json")
    [joint] = onevisit("import", "joint-list", str(JOINT), "--dry-run", "--json")

    assert (items["added"], items["changed"], len(items["differences"])) == (293, 0, 20)
    assert (joint["added"], joint["linked"]) == (83, 0)
    assert onevisit("import", "status") == []
