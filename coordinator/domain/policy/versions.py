"""Versions of profiles: their content, digest, differences, and overrides by a plan."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.policy.profile import Policy
from coordinator.domain.policy.reading import policy_from

# What one plan may choose for itself. Lists, measures, codes, registers and appraisal are the
# whole office's: they hold for every plan alike.
OVERRIDABLE = (
    "plan",
    "burden",
    "lottery",
    "merge",
    "team",
    "dispatch",
    "scheduling",
    "fieldwork",
    "report",
    "disclosure",
    "overdue",
    "distribution",
    "follow_up",
)
_TITLE = frozenset({"profile", "version", "name", "name_en", "sources"})


@dataclass(frozen=True, kw_only=True)
class PolicyVersion:
    """A profile as it stood when a plan first chose it: never changed afterwards."""

    label: str
    digest: str
    content: str
    stored_at: datetime
    stored_by: str

    @property
    def policy(self) -> Policy:
        """The profile itself."""
        return _read_content(self.content, self.label)


@dataclass(frozen=True)
class Difference:
    """A figure that two profiles set differently: dotted path, value before and after."""

    path: str
    before: str | None
    after: str | None


def content_of(policy: Policy) -> str:
    """Give a profile as canonical JSON."""
    return json.dumps(policy.model_dump(mode="json"), ensure_ascii=False, sort_keys=True)


def digest_of(content: str) -> str:
    """Give the SHA-256 of a profile's content."""
    return hashlib.sha256(content.encode()).hexdigest()


def figures_of(policy: Policy) -> dict[str, str]:
    """Give every figure by dotted path as text: parts by field, tables by the code of an entry."""
    fields = policy.model_dump(mode="json", exclude=set(_TITLE))
    return {
        f"{part}.{name}": _worded(value)
        for part, content in fields.items()
        for name, value in _named(content).items()
    }


def difference(before: Policy, after: Policy) -> tuple[Difference, ...]:
    """Give the figures in which two profiles differ, in the order of the flow."""
    old, new = figures_of(before), figures_of(after)
    return tuple(
        Difference(path, old.get(path), new.get(path))
        for path in dict.fromkeys((*old, *new))
        if old.get(path) != new.get(path)
    )


def with_overrides(policy: Policy, overrides: Mapping[str, str]) -> Policy:
    """Give a profile with the figures a plan chose; POLICY_OVERRIDE_INVALID names a wrong one."""
    for path, value in overrides.items():
        policy = _overridden(policy, path, value)
    return policy


def _overridden(policy: Policy, path: str, value: str) -> Policy:
    part, _, field = path.partition(".")
    fields = policy.model_dump(mode="json")
    if part not in OVERRIDABLE or field not in fields[part]:
        known = sorted(f"{each}.{name}" for each in OVERRIDABLE for name in fields[each])
        _refuse(path, value, known if part in OVERRIDABLE else list(OVERRIDABLE))
    failure: RuleBrokenError | None = None
    for reading in _readings(value):
        try:
            return policy_from({**fields, part: {**fields[part], field: reading}}, policy.label)
        except RuleBrokenError as error:
            failure = error  # of the JSON reading, where the text is JSON
    raise RuleBrokenError(
        Rule.POLICY_OVERRIDE_INVALID,
        path=path,
        found=value,
        expected=_expected(failure, path),
    ) from failure


def _expected(failure: RuleBrokenError | None, path: str) -> str:
    if failure is None:
        return "-"
    field, expected = failure.facts["field"], failure.facts["expected"]
    return str(expected) if field == path else f"{field}: {expected}"


def _refuse(path: str, value: str, known: list[str]) -> None:
    part = path.partition(".")[0]
    beside = [each for each in known if each.startswith(f"{part}.")] or known
    raise RuleBrokenError(
        Rule.POLICY_OVERRIDE_INVALID, path=path, found=value, expected=", ".join(beside)
    )


def _readings(value: str) -> Iterator[Any]:
    """Yield what a text may mean: itself (numbers, shares, words), or JSON (lists, null)."""
    yield value
    try:
        yield json.loads(value)
    except json.JSONDecodeError:
        return


def _named(content: Any) -> Mapping[str, Any]:
    """Give what a part or table holds by name; the fields of a table's entry by code and field."""
    if isinstance(content, list):
        latest = {_key(entry): place for place, entry in enumerate(content)}
        return {
            f"{_key(entry) if latest[_key(entry)] == place else _dated_key(entry)}.{field}": value
            for place, entry in enumerate(content)
            for field, value in entry.items()
            if field != "code"
        }
    return content or {}


def _key(entry: Mapping[str, Any]) -> str:
    return str(entry.get("code") or entry["name"])


def _dated_key(entry: Mapping[str, Any]) -> str:
    """Name a former version of a dated rule: the last one of a table bears the bare code."""
    return f"{_key(entry)}@{entry.get('valid_from')}"


def _worded(value: Any) -> str:
    match value:
        case None | "" | []:
            return "-"
        case bool():
            return str(value).lower()
        case dict():
            entry = [each for name, each in value.items() if name != "name_en" and each != []]
            return " ".join(map(_worded, entry))
        case list():
            return ("; " if isinstance(value[0], dict) else ", ").join(map(_worded, value))
        case _:
            return str(value)


@lru_cache(maxsize=64)
def _read_content(content: str, label: str) -> Policy:
    """Read a stored profile; the cache goes by content, which nobody changes."""
    return policy_from(json.loads(content), label)
