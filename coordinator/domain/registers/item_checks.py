"""What an item must satisfy before it may enter the published list (2-rules.md 2.0)."""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from contracts.draw_tables import CODE
from contracts.vocabulary import CheckpointKind
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.registers.values import CheckItem, Checkpoint

_LEAST_CHOICES = 2


@dataclass(frozen=True)
class ItemFault:
    """One broken rule of an item, with the form field it concerns."""

    rule: Rule
    line: str
    facts: Mapping[str, object]


@dataclass(frozen=True)
class ItemSurroundings:
    """What an item is checked against: the other items of the list, known methods, the time limit.

    `max_minutes` is what one visit may take at most; None: no limit.
    """

    others: Sequence[CheckItem] = ()
    methods: Collection[str] = field(default_factory=tuple)
    max_minutes: int | None = None


def item_faults(item: CheckItem, around: ItemSurroundings) -> tuple[ItemFault, ...]:
    """Give every fault of an item at once; empty when it may be published."""
    return (
        *_code_faults(item),
        *_content_faults(item, around),
        *_method_faults(item, around),
        *_checkpoint_faults(item),
        *shared_code_faults(item, around.others),
    )


def require_faultless(item: CheckItem, faults: Sequence[ItemFault]) -> None:
    """Refuse an item with all its faults (ITEM_FAULTS)."""
    if faults:
        breaches = [{"rule": f.rule, "line": f.line, "facts": f.facts} for f in faults]
        raise RuleBrokenError(Rule.ITEM_FAULTS, item=item.code, breaches=breaches)


def shared_code_conflicts(items: Iterable[CheckItem]) -> tuple[ItemFault, ...]:
    """Give every item of a list that asks a shared code otherwise than one before it."""
    asking: dict[str, list[CheckItem]] = defaultdict(list)
    found: list[ItemFault] = []
    for item in items:
        codes = {point.shared_code for point in item.checkpoints if point.shared_code}
        others = {each.code: each for code in codes for each in asking[code]}
        found += shared_code_faults(item, others.values())
        for code in codes:
            asking[code].append(item)
    return tuple(found)


def shared_code_faults(item: CheckItem, others: Iterable[CheckItem]) -> Iterable[ItemFault]:
    """Yield shared codes that another department's item asks in other words or another kind."""
    asked = {point.shared_code: point for point in item.checkpoints if point.shared_code}
    for other in others:
        if other.department == item.department:
            continue
        for point in other.checkpoints:
            mine = asked.get(point.shared_code or "")
            differs = _differences(mine, point) if mine is not None else []
            if differs:
                yield ItemFault(
                    Rule.SHARED_CODE_CONFLICT,
                    "checkpoints",
                    {
                        "shared_code": point.shared_code,
                        "item": item.code,
                        "department": item.department,
                        "other_item": other.code,
                        "other_department": other.department,
                        "differs": differs,
                    },
                )


def why_not_valid(
    item: CheckItem | None, first_day: date, last_day: date
) -> Mapping[str, object] | None:
    """Say why an item may not be checked in a period: `{}` unpublished, its dates, None if it may.

    Every gate of the random regime (plan, draw, dispatch, recording) asks here.
    """
    if item is None:
        return {}
    if item.is_valid_throughout(first_day, last_day):
        return None
    return {
        "valid_from": item.valid_from.isoformat(),
        "valid_to": item.valid_to.isoformat() if item.valid_to else None,
        "first_day": first_day.isoformat(),
        "last_day": last_day.isoformat(),
    }


def _code_faults(item: CheckItem) -> Iterable[ItemFault]:
    if not _is_code(item.code):
        yield ItemFault(Rule.ITEM_CODE_UNUSABLE, "code", {"code": item.code})
    for competence in item.competences:
        if not _is_code(competence):
            yield ItemFault(
                Rule.ITEM_COMPETENCE_UNUSABLE,
                "competences",
                {"item": item.code, "competence": competence},
            )


def _content_faults(item: CheckItem, around: ItemSurroundings) -> Iterable[ItemFault]:
    if not any(basis.strip() for basis in item.legal_bases):
        yield ItemFault(Rule.ITEM_WITHOUT_BASIS, "legal_bases", {"item": item.code})
    if not (item.subject_organs or item.levels or item.named_organs):
        yield ItemFault(Rule.ITEM_WITHOUT_ORGAN, "subject_organs", {"item": item.code})
    if around.max_minutes is not None and item.estimated_minutes > around.max_minutes:
        yield ItemFault(
            Rule.ITEM_TOO_LONG,
            "estimated_minutes",
            {"item": item.code, "minutes": item.estimated_minutes, "maximum": around.max_minutes},
        )
    if item.valid_to is not None and item.valid_to < item.valid_from:
        yield ItemFault(
            Rule.ITEM_VALIDITY_INVERTED,
            "valid_to",
            {
                "item": item.code,
                "valid_from": item.valid_from.isoformat(),
                "valid_to": item.valid_to.isoformat(),
            },
        )


def _method_faults(item: CheckItem, around: ItemSurroundings) -> Iterable[ItemFault]:
    if not item.methods:
        yield ItemFault(Rule.ITEM_METHOD_MISSING, "methods", {"item": item.code})
    for method in item.methods:
        if method not in around.methods:
            yield ItemFault(
                Rule.ITEM_METHOD_UNKNOWN,
                "methods",
                {"item": item.code, "method": method, "known": list(around.methods)},
            )


def _checkpoint_faults(item: CheckItem) -> Iterable[ItemFault]:
    for code, number in Counter(point.code for point in item.checkpoints).items():
        facts = {"item": item.code, "checkpoint": code}
        if number > 1:
            yield ItemFault(Rule.CHECKPOINT_REPEATED, "checkpoints", facts)
        if not _is_code(code):
            yield ItemFault(Rule.ITEM_CODE_UNUSABLE, "checkpoints", {"code": code})
    for point in item.checkpoints:
        facts = {"item": item.code, "checkpoint": point.code}
        if point.kind is not CheckpointKind.CHOICE and point.choices:
            yield ItemFault(Rule.CHECKPOINT_CHOICES_UNASKED, "checkpoints", facts)
        if point.kind is CheckpointKind.CHOICE and len(point.choices) < _LEAST_CHOICES:
            yield ItemFault(Rule.CHECKPOINT_WITHOUT_CHOICES, "checkpoints", facts)


def _differences(mine: Checkpoint, other: Checkpoint) -> list[str]:
    """Give the fields in which two questions under one code differ."""
    return [
        name for name in ("text", "kind", "choices") if getattr(mine, name) != getattr(other, name)
    ]


def _is_code(text: str) -> bool:
    return re.fullmatch(CODE, text) is not None and not text.startswith("@")
