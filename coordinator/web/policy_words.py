"""How the figures of a policy profile are worded on pages, as figures.toml holds it."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from coordinator.domain.policy import Difference, Policy, difference
from coordinator.web.language import choose

_UNITS, _WORDS = "units", "words"
_NAMES = frozenset({"zh", "en"})
_HUNDRED = 100


@dataclass(frozen=True)
class Figure:
    """One figure as a page shows it.

    applied: a stage of this program reads it today; off: the profile makes no rule of it.
    """

    path: str
    label: str
    value: str
    source: str | None
    applied: bool
    off: bool


@dataclass(frozen=True)
class Change:
    """A figure that two profiles set differently, in words."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Group:
    """The figures of one stage."""

    label: str
    figures: tuple[Figure, ...]


def _read() -> Mapping[str, Mapping[str, Any]]:
    return tomllib.loads((Path(__file__).parent / "figures.toml").read_text(encoding="utf-8"))


FIGURES = _read()


def labelled_paths() -> Iterator[str]:
    """Give the dotted path of every figure that has a name."""
    for part, entries in FIGURES.items():
        if part not in (_UNITS, _WORDS):
            yield from (f"{part}.{field}" for field in entries if field not in _NAMES)


def groups_of(policy: Policy) -> tuple[Group, ...]:
    """Give every figure of a profile, by stage in the order of the flow."""
    return tuple(
        Group(_named(entries), tuple(_figures(policy, part, entries)))
        for part, entries in FIGURES.items()
        if part not in (_UNITS, _WORDS)
    )


def changes_between(before: Policy, after: Policy) -> tuple[Change, ...]:
    """Give the figures in which two profiles differ, in words; entries of code tables by path."""
    return tuple(_change(each, before, after) for each in difference(before, after))


def _change(found: Difference, before: Policy, after: Policy) -> Change:
    part, _dot, field = found.path.partition(".")
    entry = FIGURES.get(part, {}).get(field)
    if entry is None:
        return Change(found.path, found.before or "", found.after or "")
    old, new = (
        _worded(
            getattr(getattr(each, part), field, None),
            entry.get("unit", ""),
            _code_names(each, part),
        )
        for each in (before, after)
    )
    return Change(f"{_named(FIGURES[part])}{choose('：', ': ')}{_named(entry)}", old, new)


def _figures(policy: Policy, part: str, entries: Mapping[str, Any]) -> Iterator[Figure]:
    content, names = getattr(policy, part), _code_names(policy, part)
    for field, entry in entries.items():
        if field in _NAMES or content is None:
            continue
        path = f"{part}.{field}"
        value, source = getattr(content, field), policy.sources.get(path)
        words = _worded(value, entry.get("unit", ""), names)
        off = not words or (not value and source is None)
        yield Figure(path, _named(entry), words, source, entry.get("applied", False), off)


def _worded(value: Any, unit: str, names: Mapping[str, str]) -> str:
    if value in (None, "", ()):
        return ""
    if isinstance(value, Fraction):
        return _percent(value)
    if isinstance(value, tuple):
        return choose("；", "; ").join(_entry(each, names) for each in value) + _unit(unit)
    return names.get(str(value).lower(), str(value)) + _unit(unit, one=value == 1)


def _entry(value: Any, names: Mapping[str, str]) -> str:
    """Give an entry of a list: a code by its name, a record by its fields."""
    if not hasattr(value, "model_dump"):
        return names.get(str(value), str(value))
    fields = dict(value)
    named = choose(fields.pop("name", ""), fields.pop("name_en", ""))
    if named:
        fields.pop("code", None)
    if "to_day" in fields:
        fields["from_day"] += f" — {fields.pop('to_day')}"
    words = [_inside(each, names) for each in fields.values()]
    return " ".join(filter(None, [named, *words]))


def _inside(value: Any, names: Mapping[str, str]) -> str:
    """Give a figure of a record; a list inside it stands in brackets, to end before the next."""
    if not isinstance(value, tuple) or not value:
        return _worded(value, "", names)
    listed = choose("、", ", ").join(_entry(each, names) for each in value)
    return choose(f"（{listed}）", f"({listed})")


def _unit(unit: str, *, one: bool = False) -> str:
    if not unit:
        return ""
    entry = FIGURES[_UNITS][unit]
    return f" {choose(entry['zh'], entry['one'] if one else entry['en'])}"


def _percent(value: Fraction) -> str:
    percent = value * _HUNDRED
    return f"{percent.numerator} %" if percent.denominator == 1 else f"{value}"


def _code_names(policy: Policy, part: str) -> dict[str, str]:
    """Give the words for codes of a part: a complaint is an event, or a visit the cap lets pass."""
    words = {code: _named(entry) for code, entry in FIGURES[_WORDS].items()}
    kinds = policy.exemption_kinds if part == "burden" else policy.event_kinds
    methods = {entry.name: choose(entry.name, entry.name_en) for entry in policy.methods}
    return words | methods | {each.code: choose(each.name, each.name_en) for each in kinds}


def _named(entry: Mapping[str, Any]) -> str:
    return choose(entry["zh"], entry["en"])
