"""The dated code table of results and follow-up (2-rules.md 2.6), read from data, never in code."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class ResultCode:
    """One result code; `open_problem` = a problem that still has to be handled.

    `excludes_on_object`: codes that can't stand on another item of the object on the same visit;
    `former`: by former set, which of its codes this one continues.
    """

    code: str
    name: str
    problem: bool
    open_problem: bool
    excludes: frozenset[str]
    excludes_on_object: frozenset[str] = frozenset()
    former: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


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
    """All codes that a finding or a decline may carry, in the order in which a form shows them.

    `results` is the table begun last; `dated` are all tables of result codes by their first day.
    `late` are the reasons of a report that is entered after its time, `former` the former sets:
    code → name.
    """

    results: dict[str, ResultCode]
    follow_ups: dict[str, FollowUpCode]
    departures: dict[str, Departure] = field(default_factory=dict)
    dated: Mapping[date, dict[str, ResultCode]] = field(default_factory=dict)
    late: dict[str, Departure] = field(default_factory=dict)
    former: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def on(self, day: date) -> "CodeTable":
        """Give these codes with the table of results in force on a day."""
        return replace(self, results=self.results_on(day))

    def meant_by(self, name: str, said: str) -> tuple[str, ...]:
        """Give the codes that continue one of a former set, which is said by code or by name."""
        known = [code for code, word in self.former.get(name, {}).items() if said in (code, word)]
        return tuple(
            each.code
            for each in self.results.values()
            if set(known) & set(each.former.get(name, ()))
        )

    def results_on(self, day: date) -> dict[str, ResultCode]:
        """Give the table in force on the day of a visit; empty where none is."""
        begun = [first for first in self.dated if first <= day]
        if not self.dated:
            return self.results
        return self.dated[max(begun)] if begun else {}


def load_code_table(file: Path | None) -> CodeTable:
    """Read the table of the locality, or the one that is shipped, with the others beside it."""
    shipped = files("deploy.policies") / "result_codes.toml"
    table = tomllib.loads((file or shipped).read_text(encoding="utf-8"))
    dated = {each["valid_from"]: _results(each) for each in (table, *_others(file))}
    results = dated[max(dated)]
    follow_ups = [
        FollowUpCode(entry["code"], entry["name_zh"], entry["open"]) for entry in table["follow_up"]
    ]
    return CodeTable(
        results,
        {entry.code: entry for entry in follow_ups},
        {entry.code: entry for entry in _reasons("replacement_reasons.toml")},
        dated,
        {entry.code: entry for entry in _reasons("late_reasons.toml")},
        {
            each["code"]: {code["code"]: code["name_zh"] for code in each["codes"]}
            for each in table.get("former_set", ())
        },
    )


def _others(file: Path | None) -> Iterator[dict[str, Any]]:
    """Read the tables of other days that lie beside the locality's, or beside the shipped one."""
    folder = file.parent if file else files("deploy.policies")
    for each in sorted(folder.iterdir(), key=lambda one: one.name):
        if each.name.startswith("result_codes_") and each.name.endswith(".toml"):
            yield tomllib.loads(each.read_text(encoding="utf-8"))


def _results(table: Mapping[str, Any]) -> dict[str, ResultCode]:
    return {entry["code"]: _result(entry) for entry in table["code"]}


def _reasons(name: str) -> list[Departure]:
    """Read typed reasons of the office that all departments share."""
    shipped = files("deploy.policies") / name
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
        excludes_on_object=frozenset(entry.get("excludes_on_object", ())),
        former={name: tuple(codes) for name, codes in entry.get("former", {}).items()},
    )
