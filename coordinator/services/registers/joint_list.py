"""Rows of the joint list linked to published items by a person, with suggestions."""

from collections.abc import Sequence

from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.registers import JointListRow
from coordinator.domain.registers.joint_list import ItemMatcher, MatchingPolicy, Suggestion
from coordinator.services.access import require_office
from coordinator.services.ports import Responsibility, Work
from coordinator.services.registers.items import items_in_force


async def link_row(work: Work, source_row: int, item: str) -> JointListRow:
    """Link a joint-list row by hand to a published item that has not ended."""
    require_office(work, Responsibility.LEGAL)
    row = await work.joint_list.get(source_row)
    found = await work.items.get(item)
    if found.valid_to is not None and found.valid_to < work.today():
        raise RuleBrokenError(Rule.ITEM_ENDED, item=item, valid_to=found.valid_to.isoformat())
    linked = row.model_copy(
        update={"linked_items": tuple(dict.fromkeys((*row.linked_items, item)))}
    )
    await work.joint_list.save(linked)
    await work.audit("registers:joint-list:linked", str(source_row), item=item)
    return linked


async def unlink_row(work: Work, source_row: int, item: str) -> JointListRow:
    """Take back a link; a row without links can't be planned."""
    require_office(work, Responsibility.LEGAL)
    row = await work.joint_list.get(source_row)
    if item not in row.linked_items:
        raise RuleBrokenError(Rule.ROW_NOT_LINKED, row=source_row, item=item)
    left = tuple(code for code in row.linked_items if code != item)
    unlinked = row.model_copy(update={"linked_items": left})
    await work.joint_list.save(unlinked)
    await work.audit("registers:joint-list:unlinked", str(source_row), item=item)
    return unlinked


async def suggested_items(
    work: Work, row: JointListRow, policy: MatchingPolicy
) -> Sequence[Suggestion]:
    """Give the items in force that a row may mean, best first, without those it is linked to."""
    in_force = await items_in_force(work, work.today())
    items = [item for item in in_force if item.code not in row.linked_items]
    unlinked = row.model_copy(update={"linked_items": ()})
    found = ItemMatcher(items, policy).link(unlinked)
    exact = [item for item in items if item.code in found.row.linked_items]
    named = [Suggestion(item.code, item.name, item.department, 100) for item in exact]
    return [*named, *found.suggestions]
