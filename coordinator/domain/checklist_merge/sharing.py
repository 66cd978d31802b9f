"""The form of a visit: which questions are asked, by whom, and what stands for the others.

Source: 2-rules.md 2.3 rules 4 and 7. Equal shared codes are one question per object. Where several
organs ask it, it stands on the form of one of them, the lead's if it is among them, and the answer
serves all. What an earlier result stands for is not asked, unless a check of the same organ, by
another line or item, must have the answer anyway.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from coordinator.domain.checklist_merge.recognition import Recognition
from coordinator.domain.registers import CheckItem, Checkpoint

Place = tuple[str, str, str, str]  # organ, object, item, checkpoint


@dataclass(frozen=True, slots=True)
class FormCheck:
    """One check of a visit with what is recognised of it, by code of checkpoint."""

    department: str
    object_id: str
    item: CheckItem
    recognised: Mapping[str, Recognition]


@dataclass(frozen=True, slots=True)
class Form:
    """What of a visit's questions is recognised, and which organ asks a shared one, by place."""

    recognised: Mapping[Place, Recognition]
    asked_by: Mapping[Place, str]


def form_of(checks: Sequence[FormCheck], lead: str) -> Form:
    """Give the form of a visit; the order of its checks does not matter."""
    recognised = _recognised(checks)
    asking: dict[tuple[str, str], set[str]] = defaultdict(set)
    for place, point in _questions(checks):
        if point.shared_code and place not in recognised:
            asking[place[1], point.shared_code].add(place[0])
    asked_by = {
        place: lead if lead in organs else min(organs)
        for place, point in _questions(checks)
        if place not in recognised and (organs := asking[place[1], point.shared_code or ""])
    }
    return Form(recognised, asked_by)


def _recognised(checks: Sequence[FormCheck]) -> dict[Place, Recognition]:
    """Give what is recognised wherever an organ asks it: by its lines, items and shared codes."""
    found: dict[Place, Recognition] = {}
    must_ask: set[Place] = set()
    codes_asked: set[tuple[str, str, str]] = set()
    for check in checks:
        for place, point in _questions([check]):
            known = check.recognised.get(point.code)
            if known is not None:
                found.setdefault(place, known)
                continue
            must_ask.add(place)
            if point.shared_code:
                codes_asked.add((check.department, check.object_id, point.shared_code))
    shared = {place: point.shared_code for place, point in _questions(checks)}
    return {
        place: known
        for place, known in found.items()
        if place not in must_ask and (place[0], place[1], shared[place]) not in codes_asked
    }


def _questions(checks: Iterable[FormCheck]) -> Iterable[tuple[Place, Checkpoint]]:
    for check in checks:
        for point in check.item.checkpoints:
            yield (check.department, check.object_id, check.item.code, point.code), point
