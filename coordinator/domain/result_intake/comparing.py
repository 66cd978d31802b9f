"""Two versions of a report beside each other, finding by finding."""

from dataclasses import dataclass
from typing import Any

from contracts.results import Finding
from coordinator.domain.result_intake.values import Report

_KEY = ("object_id", "item")


@dataclass(frozen=True)
class FindingChange:
    """One field of one finding that a version changed, as plain data; answers by checkpoint."""

    object_id: str
    item: str
    field: str
    before: Any
    after: Any


def changes_between(before: Report, after: Report) -> tuple[FindingChange, ...]:
    """Give what the later version changed, in the order of its findings; dropped ones last."""
    old = {(each.object_id, each.item): each for each in before.findings}
    new = {(each.object_id, each.item): each for each in after.findings}
    found: list[FindingChange] = []
    for key in (*new, *(key for key in old if key not in new)):
        was, now = _fields(old.get(key)), _fields(new.get(key))
        found += [
            FindingChange(*key, name, was.get(name), now.get(name))
            for name in dict.fromkeys((*was, *now))
            if was.get(name) != now.get(name)
        ]
    return tuple(found)


def _fields(finding: Finding | None) -> dict[str, Any]:
    if finding is None:
        return {}
    data = finding.model_dump(mode="json")
    answers = {f"answers.{each['checkpoint']}": each["value"] for each in data.pop("answers")}
    evidence = [each["sha256"] for each in data.pop("evidence", ())]
    plain = {name: value for name, value in data.items() if name not in _KEY}
    return {**plain, **answers, **({"evidence": evidence} if evidence else {})}
