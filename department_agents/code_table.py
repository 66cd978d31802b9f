"""The dated code table of results and follow-up (2-rules.md 2.6), read from data, never in code."""

import tomllib
from dataclasses import dataclass, field
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
class Departure:
    """Why somebody can't take part; with `in_words` the reason is what is written, not the code."""

    code: str
    name: str
    in_words: bool


@dataclass(frozen=True, slots=True)
class CodeTable:
    """All codes that a finding or a decline may carry, in the order in which a form shows them."""

    results: dict[str, ResultCode]
    follow_ups: dict[str, FollowUpCode]
    departures: dict[str, Departure] = field(default_factory=dict)


def load_code_table(file: Path | None) -> CodeTable:
    """Read the table of the locality, or the one that is shipped."""
    shipped = files("deploy.policies") / "result_codes.toml"
    table = tomllib.loads((file or shipped).read_text(encoding="utf-8"))
    results = [_result(entry) for entry in table["code"]]
    follow_ups = [
        FollowUpCode(entry["code"], entry["name_zh"], entry["open"]) for entry in table["follow_up"]
    ]
    return CodeTable(
        {entry.code: entry for entry in results},
        {entry.code: entry for entry in follow_ups},
        {entry.code: entry for entry in _departures()},
    )


def _departures() -> list[Departure]:
    """Read the office's reasons for which people leave a team; all departments share them."""
    shipped = files("deploy.policies") / "replacement_reasons.toml"
    table = tomllib.loads(shipped.read_text(encoding="utf-8"))
    return [
        Departure(entry["code"], entry["name"], entry.get("needs_note", False))
        for entry in table["reason"]
    ]


def _result(entry: dict[str, Any]) -> ResultCode:
    return ResultCode(
        code=entry["code"],
        name=entry["name_zh"],
        problem=entry["problem"],
        open_problem=entry["problem"] and not entry["closes"],
        excludes=frozenset(entry.get("excludes", ())),
    )
