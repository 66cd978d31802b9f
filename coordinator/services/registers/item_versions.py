"""Versions of the item list: numbered, kept whole, and enacted when their day has come."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from coordinator.domain.errors import Rule, RuleBrokenError, given
from coordinator.domain.lifecycle import ListState
from coordinator.domain.registers import CheckItem
from coordinator.domain.registers.item_list import (
    ChangeKind,
    ItemChange,
    ItemListVersion,
    ItemSnapshot,
    ListOrigin,
    by_code,
    difference,
    ended,
)
from coordinator.services.ports import Work


async def published_lists(work: Work) -> Sequence[ItemListVersion]:
    """Give the published versions, oldest first."""
    found = await work.item_lists.where(state=ListState.PUBLISHED)
    return sorted(found, key=lambda version: version.number or 0)


async def list_as_published(work: Work) -> Mapping[str, CheckItem]:
    """Give the items of the latest version, by code, whether or not it has taken effect.

    Items that were taken in before versions were kept stand for the first version.
    """
    versions = await published_lists(work)
    if not versions:
        return by_code(await work.items.where())
    return await content_of(work, given(versions[-1].number, "number", versions[-1].list_id))


async def content_of(work: Work, number: int) -> Mapping[str, CheckItem]:
    """Give the items of a version, by code."""
    return {each.code: each.item for each in await work.item_versions.where(number=number)}


async def publish_version(
    work: Work, version: ItemListVersion, after: Mapping[str, CheckItem]
) -> ItemListVersion | None:
    """Give a version its number, keep all its items, and let the register follow.

    None, and nothing is kept, when the list is the same as before (a draft of proposals is refused
    then). What is new or ends is in the register at once, with its first or last day.
    """
    await enact_due_lists(work)
    changes = difference((await list_as_published(work)).values(), after.values())
    if not changes and version.origin is ListOrigin.PROPOSALS:
        raise RuleBrokenError(Rule.LIST_WITHOUT_CHANGE)
    if not changes:
        return None
    versions = await published_lists(work)
    published = replace(
        version,
        state=ListState.PUBLISHED,
        number=len(versions) + 1,
        published_by=work.actor.name,
        published_at=work.now(),
        number_of_items=len(after),
        changes=changes,
    )
    await work.item_lists.save(published)
    await _keep(work, published, after)
    await _announce(work, published, after)
    await work.audit(
        "registers:item-list:published",
        published.list_id,
        number=published.number,
        file_number=published.file_number,
        effective=str(published.effective_date),
        **{kind.value: published.count(kind) for kind in ChangeKind},
    )
    await enact_due_lists(work)
    return await work.item_lists.get(published.list_id)


async def enact_due_lists(work: Work) -> int:
    """Put changed content in force whose day has come; gives the number of versions enacted."""
    number = 0
    for version in await published_lists(work):
        day = given(version.effective_date, "effective_date", version.list_id)
        if version.enacted_at is None and day <= work.today():
            await _enact(work, version)
            number += 1
    return number


async def _keep(work: Work, version: ItemListVersion, after: Mapping[str, CheckItem]) -> None:
    number = given(version.number, "number", version.list_id)
    await work.item_versions.add(
        ItemSnapshot(
            number=number, code=code, department=item.department, name=item.name, item=item
        )
        for code, item in sorted(after.items())
    )


async def _announce(work: Work, version: ItemListVersion, after: Mapping[str, CheckItem]) -> None:
    """Tell the register what begins and what ends; changed content waits for its day."""
    day = given(version.effective_date, "effective_date", version.list_id)
    known = by_code(await work.items.where(code=[change.code for change in version.changes]))
    told = []
    for change in version.changes:
        former = known.get(change.code)
        if change.kind is ChangeKind.WITHDRAWN and former is not None:
            told.append(ended(former, day))
        elif change.kind is ChangeKind.ADDED and not _still_runs(work, former):
            told.append(after[change.code])
    await work.items.save(*told)


def _still_runs(work: Work, former: CheckItem | None) -> bool:
    """Tell whether an item that comes again has not ended yet: its last days must stay."""
    return former is not None and (former.valid_to is None or former.valid_to >= work.today())


async def _enact(work: Work, version: ItemListVersion) -> None:
    due = [change for change in version.changes if change.kind is not ChangeKind.WITHDRAWN]
    number = given(version.number, "number", version.list_id)
    codes = [change.code for change in due]
    later = [each for each in await published_lists(work) if (each.number or 0) > number]
    snapshots = await work.item_versions.where(number=number, code=codes)
    await work.items.save(*(_with_later_end(each.item, later) for each in snapshots))
    await work.item_lists.save(replace(version, enacted_at=work.now()))
    await work.audit(
        "registers:item-list:enacted", version.list_id, number=number, items=_named(due)
    )


def _with_later_end(item: CheckItem, later: Sequence[ItemListVersion]) -> CheckItem:
    """Give the item with the end that a later version, published already, has set for it."""
    for version in later:
        if version.withdraws(item.code):
            return ended(item, given(version.effective_date, "effective_date", version.list_id))
    return item


def _named(changes: Sequence[ItemChange]) -> list[str]:
    return [change.code for change in changes if change.kind is ChangeKind.CHANGED]
