"""Mutual recognition 结果互认: what another organ found clean lately is not checked again.

Source: 2-rules.md 2.3 rule 4. An earlier result speaks for the item it is about, and by its answers
for shared questions. It vouches for a check if it found nothing, may be cited, comes from another
organ, and is at most N months old on the last day of the line's window: so it is in time whenever
the visit takes place. The latest word counts: a result that says otherwise on the same day or
later, of any organ and whether or not it may be cited, takes the vouching away.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from contracts.vocabulary import CheckpointKind, YesNo
from coordinator.domain.annual_plan import PlanLine, months_before
from coordinator.domain.policy import CodeEntry
from coordinator.domain.registers import CheckItem, Checkpoint, ItemClass


@dataclass(frozen=True, kw_only=True)
class Recognition:
    """An earlier clean result that stands for a drawn check, or for one checkpoint of it.

    `checkpoint` is empty where the result is about the very item; `whole`: with this and its
    fellows nothing of the item is left to ask, so that it drops off. `value` is the answer taken
    over.
    """

    recognition_id: str
    round_id: str
    line: str
    object_id: str
    object_name: str
    item: str
    item_name: str
    department: str
    checkpoint: str
    question: str
    value: str
    whole: bool
    result_id: str
    from_department: str
    visited_date: date
    recognised_at: datetime


@dataclass(frozen=True, slots=True)
class EarlierResult:
    """What an organ found when it checked an item on an object.

    `citable`: approved, undisputed and no secret; `answers` by shared code.
    """

    result_id: str
    department: str
    item: str
    visited_date: date
    clean: bool
    citable: bool
    answers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Asked:
    """A drawn check: the organ, its item, and the first day whose results still count."""

    department: str
    item: CheckItem
    first_day: date


@dataclass(frozen=True, slots=True)
class Source:
    """The result that stands for a checkpoint, or for the item where that is None."""

    checkpoint: Checkpoint | None
    result: EarlierResult

    @property
    def value(self) -> str:
        """The answer that is taken over; empty for an item."""
        point = self.checkpoint
        return self.result.answers[point.shared_code or ""] if point else ""


@dataclass(frozen=True, slots=True)
class Recognised:
    """What stands for a check; `whole`: nothing of it is left to ask."""

    sources: tuple[Source, ...] = ()
    whole: bool = False

    @property
    def reference(self) -> str:
        """The results that stand for it, as the record cites them."""
        return ";".join(sorted({source.result.result_id for source in self.sources}))


NOTHING = Recognised()
_Says = Callable[[EarlierResult], bool | None]


def may_recognise(line: PlanLine, item: CheckItem) -> bool:
    """Say whether a line takes others' results for an item: never one of key class 重点."""
    opted_out = not line.recognises or item.code in line.checked_afresh
    return not opted_out and item.item_class is not ItemClass.KEY


def first_day_that_counts(line: PlanLine, months: int) -> date:
    """Give the day since when results are at most `months` old on every day of a line's window."""
    return months_before(line.window_to, months)


def finds_nothing(codes: Collection[str], table: Iterable[CodeEntry]) -> bool:
    """Say whether result codes mean that no problem was found, and nothing else beside it."""
    clean = {entry.code for entry in table if entry.excludes and not entry.problem}
    return bool(codes) and clean >= set(codes)


def recognise(asked: Asked, earlier: Sequence[EarlierResult]) -> Recognised:
    """Give what of a check an object's earlier results spare: all, some checkpoints or nothing."""
    of_item = _standing(asked, earlier, lambda result: _about_item(result, asked.item))
    if of_item is not None:
        return Recognised((Source(None, of_item),), whole=True)
    points = asked.item.checkpoints
    found = [source for point in points if (source := _of_point(asked, earlier, point))]
    return Recognised(tuple(found), whole=bool(points) and len(found) == len(points))


def _of_point(asked: Asked, earlier: Sequence[EarlierResult], point: Checkpoint) -> Source | None:
    found = _standing(asked, earlier, lambda result: _about_point(result, point))
    return None if found is None else Source(point, found)


def _standing(asked: Asked, earlier: Sequence[EarlierResult], says: _Says) -> EarlierResult | None:
    """Give the latest result that vouches and that none of its day or later contradicts."""
    denials = [result.visited_date for result in earlier if says(result) is False]
    since = max(denials, default=date.min)
    vouching = [
        result
        for result in earlier
        if says(result)
        and result.citable
        and result.department != asked.department
        and result.visited_date >= asked.first_day
        and result.visited_date > since
    ]
    return max(vouching, key=lambda each: (each.visited_date, each.result_id), default=None)


def _about_item(result: EarlierResult, item: CheckItem) -> bool | None:
    return result.clean if result.item == item.code else None


def _about_point(result: EarlierResult, point: Checkpoint) -> bool | None:
    """Say what a result says to a shared question: True is well, None is nothing.

    The answer to a yes/no question speaks for itself. Other answers are as well as their item; one
    that this question does not offer says nothing.
    """
    value = result.answers.get(point.shared_code or "")
    if value is None:
        return None
    if point.kind is CheckpointKind.YES_NO:
        return (result.clean or None) if value == YesNo.YES else False
    offered = point.kind is not CheckpointKind.CHOICE or value in point.choices
    return result.clean if offered else None
