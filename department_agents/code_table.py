"""The dated code table of results and follow-up (2-rules.md 2.6), read from data, never in code."""

import tomllib
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class ResultCode:
    """One result code; `open_problem` = a problem that still has to be handled."""

    code: str
    name: str
    problem: bool
    open_problem: bool
    excludes: frozenset[str]


@dataclass(frozen=True, slots=True)
class FollowUpCode:
    """One follow-up; without `open` it says that nothing remains to be done."""

    code: str
    name: str
    open: bool


@dataclass(frozen=True, slots=True)
class CodeTable:
    """All codes that a finding may carry, in the order in which a form shows them."""

    results: dict[str, ResultCode]
    follow_ups: dict[str, FollowUpCode]


def load_code_table(file: Path | None) -> CodeTable:
    """Read the table of the locality, or the one that is shipped."""
    shipped = files("deploy.policies") / "result_codes.toml"
    table = tomllib.loads((file or shipped).read_text(encoding="utf-8"))
    results = [_result(entry) for entry in table["code"]]
    follow_ups = [
        FollowUpCode(entry["code"], entry["name_zh"], entry["open"]) for entry in table["follow_up"]
    ]
    return CodeTable(
        {entry.code: entry for entry in results}, {entry.code: entry for entry in follow_ups}
    )


def _result(entry: dict[str, Any]) -> ResultCode:
    return ResultCode(
        code=entry["code"],
        name=entry["name_zh"],
        problem=entry["problem"],
        open_problem=entry["problem"] and not entry["closes"],
        excludes=frozenset(entry.get("excludes", ())),
    )
