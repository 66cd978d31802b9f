"""Item lists 抽查事项清单: proposals, numbered versions, and what one version changes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import ListState, ProposalState
from coordinator.domain.registers.values import CheckItem, Checkpoint

ItemsByCode = Mapping[str, CheckItem]
_UNCOMPARED = frozenset({"source", "checkpoints"})  # where an item came from changes nothing


class ProposalAct(StrEnum):
    """What a department wants of the list: a new item, other content, or an item's end."""

    ADD = "add"
    CHANGE = "change"
    WITHDRAW = "withdraw"


class ListOrigin(StrEnum):
    """Where a version comes from: merged proposals, or a list that was published as a file."""

    PROPOSALS = "proposals"
    FILE = "file"


class ChangeKind(StrEnum):
    """What became of an item from one version to the next."""

    ADDED = "added"
    CHANGED = "changed"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, kw_only=True)
class ItemProposal:
    """A department's proposal about one item; `item` is the content wanted, None to withdraw."""

    proposal_id: str
    department: str
    section: str
    act: ProposalAct
    code: str
    name: str
    item: CheckItem | None
    reason: str
    state: ProposalState
    proposed_by: str
    proposed_at: datetime
    list_id: str | None = None
    decided_by: str | None = None
    decided_at: datetime | None = None
    return_reason: str | None = None


@dataclass(frozen=True, kw_only=True)
class FieldChange:
    """One field before and after, as plain data; `checkpoint` names the checkpoint it is of."""

    field: str
    checkpoint: str = ""
    before: Any = None
    after: Any = None


@dataclass(frozen=True, kw_only=True)
class ItemChange:
    """What a version does to one item; only a changed item has `fields`."""

    kind: ChangeKind
    code: str
    department: str
    name: str
    fields: tuple[FieldChange, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ItemListVersion:
    """One version of the whole list; `number` from 1 without gaps, given at publication.

    `enacted_at` is when changed content took effect: on the effective date or soon after.
    """

    list_id: str
    state: ListState
    origin: ListOrigin
    merged_by: str
    merged_at: datetime
    number: int | None = None
    file_number: str | None = None
    effective_date: date | None = None
    published_by: str | None = None
    published_at: datetime | None = None
    enacted_at: datetime | None = None
    source: str = ""
    number_of_items: int = 0
    changes: tuple[ItemChange, ...] = ()

    def count(self, kind: ChangeKind) -> int:
        """Count the items that this version adds, changes or withdraws."""
        return sum(change.kind is kind for change in self.changes)

    def withdraws(self, code: str) -> bool:
        """Tell whether this version ends an item."""
        return any(c.code == code and c.kind is ChangeKind.WITHDRAWN for c in self.changes)


@dataclass(frozen=True, kw_only=True)
class ItemSnapshot:
    """An item as a published version holds it; never changed afterwards."""

    number: int
    code: str
    department: str
    name: str
    item: CheckItem


def difference(before: Iterable[CheckItem], after: Iterable[CheckItem]) -> tuple[ItemChange, ...]:
    """Give what leads from one list to another, by department and code; `source` is left out."""
    old, new = by_code(before), by_code(after)
    changes = [_whole(new[code], ChangeKind.ADDED) for code in new.keys() - old.keys()]
    changes += [_whole(old[code], ChangeKind.WITHDRAWN) for code in old.keys() - new.keys()]
    for code in old.keys() & new.keys():
        if fields := field_changes(old[code], new[code]):
            changes.append(
                ItemChange(
                    kind=ChangeKind.CHANGED,
                    code=code,
                    department=new[code].department,
                    name=new[code].name,
                    fields=fields,
                )
            )
    return tuple(sorted(changes, key=lambda change: (change.department, change.code)))


def field_changes(before: CheckItem, after: CheckItem) -> tuple[FieldChange, ...]:
    """Give the fields that differ, in the item's order; checkpoints one by one."""
    old, new = (item.model_dump(mode="json") for item in (before, after))
    plain = [
        FieldChange(field=name, before=old[name], after=new[name])
        for name in new
        if name not in _UNCOMPARED and old[name] != new[name]
    ]
    return (*plain, *_checkpoint_changes(before.checkpoints, after.checkpoints))


def by_code(items: Iterable[CheckItem]) -> dict[str, CheckItem]:
    """Give items by their codes."""
    return {item.code: item for item in items}


def merged_list(
    before: ItemsByCode, proposals: Iterable[ItemProposal], effective_date: date
) -> dict[str, CheckItem]:
    """Give the list that proposals make of another one: what is new begins on the effective date.

    Raises ITEM_CODE_TAKEN for a new item whose code the list has by now, NOT_FOUND for one that
    should change or end and is gone.
    """
    after = dict(before)
    for proposal in proposals:
        known = after.pop(proposal.code, None)
        if (known is None) != (proposal.act is ProposalAct.ADD):
            raise _overtaken(proposal, known)
        if proposal.item is not None:
            after[proposal.code] = entering(proposal.item, known, effective_date)
    return after


def list_of_file(
    before: ItemsByCode,
    items: Iterable[CheckItem],
    *,
    effective_date: date | None = None,
    replace: bool = False,
) -> dict[str, CheckItem]:
    """Give the list after a file: its items are added or changed, the others stay.

    With `replace`, items of the file's departments that the file lacks are withdrawn. An item that
    is in force stays in force from its first day, whatever later day the file writes. New items
    begin on the day the file says, or on `effective_date` where that is later.
    """
    new = by_code(items)
    departments = {item.department for item in new.values()} if replace else set()
    after = {code: item for code, item in before.items() if item.department not in departments}
    for code, item in new.items():
        after[code] = entering(item, before.get(code), effective_date or item.valid_from)
    return after


def entering(item: CheckItem, known: CheckItem | None, effective_date: date) -> CheckItem:
    """Let a new item begin on the effective date; one that is in the list goes on as it began."""
    first_day = max(item.valid_from, effective_date)
    if known is not None:
        first_day = min(known.valid_from, first_day)
    return item.model_copy(update={"valid_from": first_day})


def ended(item: CheckItem, effective_date: date) -> CheckItem:
    """Give an item that a list withdraws: its last day is the one before the list takes effect."""
    last_day = effective_date - timedelta(days=1)
    if item.valid_to is not None:
        last_day = min(last_day, item.valid_to)
    return item.model_copy(update={"valid_to": last_day})


def _whole(item: CheckItem, kind: ChangeKind) -> ItemChange:
    return ItemChange(kind=kind, code=item.code, department=item.department, name=item.name)


def _overtaken(proposal: ItemProposal, known: CheckItem | None) -> RuleBrokenError:
    if known is not None:
        return RuleBrokenError(
            Rule.ITEM_CODE_TAKEN, code=proposal.code, department=known.department
        )
    return RuleBrokenError(Rule.NOT_FOUND, kind="check_item", key=proposal.code)


def _checkpoint_changes(
    before: Iterable[Checkpoint], after: Iterable[Checkpoint]
) -> list[FieldChange]:
    old = {point.code: point.model_dump(mode="json") for point in before}
    new = {point.code: point.model_dump(mode="json") for point in after}
    changes = [
        FieldChange(field="checkpoint", checkpoint=code, before=point["text"])
        for code, point in old.items()
        if code not in new
    ]
    for code, point in new.items():
        if code not in old:
            changes.append(FieldChange(field="checkpoint", checkpoint=code, after=point["text"]))
            continue
        changes += [
            FieldChange(field=name, checkpoint=code, before=old[code][name], after=point[name])
            for name in point
            if old[code][name] != point[name]
        ]
    return changes
