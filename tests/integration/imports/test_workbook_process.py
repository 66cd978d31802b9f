"""The process that reads a workbook: an end of its own is told apart from a sheet too large."""

import signal
from collections import deque
from pathlib import Path

import pytest

from coordinator.adapters.imports import workbooks
from coordinator.adapters.imports.tables import load_import_tables
from coordinator.adapters.imports.workbook_process import workbook_sheets
from coordinator.domain.errors import Rule, RuleBrokenError
from tests.unit.imports.files import write_xlsx

LIMITS = load_import_tables().limits
ENDS = {
    "killed": (f"os.kill(os.getpid(), {signal.SIGKILL:d})", Rule.IMPORT_READER_DIED, "SIGKILL"),
    "crashed": (f"os.kill(os.getpid(), {signal.SIGSEGV:d})", Rule.IMPORT_READER_DIED, "SIGSEGV"),
    "aborted": ("os.abort()", Rule.IMPORT_READER_DIED, "SIGABRT"),
    "ended": ("os._exit(7)", Rule.IMPORT_READER_DIED, "status 7"),
    "short of memory": ("bytes(1 << 62)", Rule.IMPORT_TOO_MANY_CELLS, None),
}


@pytest.mark.parametrize(("act", "rule", "how"), ENDS.values(), ids=ENDS)
def test_a_reading_process_that_ends_early_is_told_by_its_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, act: str, rule: Rule, how: str | None
) -> None:
    program = tmp_path / "reader.py"
    program.write_text(f"import os\n{act}\n", "utf-8")
    monkeypatch.setattr(workbooks, "__file__", str(program))

    refused = refusal(write_xlsx(tmp_path / "a.xlsx", [["名称"]]))

    assert (refused.rule, refused.facts["file"], refused.facts.get("how")) == (rule, "a.xlsx", how)


def refusal(path: Path) -> RuleBrokenError:
    with pytest.raises(RuleBrokenError) as refused:
        deque(row for sheet in workbook_sheets(path, LIMITS) for row in sheet.rows)
    return refused.value
