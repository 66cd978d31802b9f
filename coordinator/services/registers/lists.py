"""Lists that go in as a whole: what each kind holds, and the verb that takes it in."""

import operator
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from pydantic import TypeAdapter
from pydantic_core import to_jsonable_python

from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.registers import CheckItem, JointListRow
from coordinator.domain.registers.acts import Comparison, Difference, RegisterAct, RegisterKind
from coordinator.domain.registers.industries import Industry
from coordinator.domain.registers.item_list import entering, field_changes
from coordinator.domain.registers.joint_list import with_former_links
from coordinator.domain.registers.organisation import Region
from coordinator.domain.working_days import CalendarDay
from coordinator.services.ports import Work
from coordinator.services.registers.calendar import import_calendar
from coordinator.services.registers.item_versions import list_as_published
from coordinator.services.registers.items import FileOrder, publish_file
from coordinator.services.registers.organisation import import_regions

Values = Sequence[Any]


class Present(Protocol):
    """What a list is compared with: the entries as they are, by key."""

    async def find(self, key: object) -> Any | None:
        """Give the present entry, or None."""
        ...


@dataclass(frozen=True)
class RegisterList:
    """One kind of list: its values, what they are compared with and how, how they go in."""

    value: Any
    key: str
    present: Callable[[Work], Present]
    save: Callable[[Work, RegisterAct, Values], Awaitable[object]]
    alike: Callable[[Any, Any], bool] = operator.eq


class _PublishedItems:
    """The items of the latest published version."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._items: Mapping[str, CheckItem] | None = None

    async def find(self, key: object) -> CheckItem | None:
        if self._items is None:
            self._items = await list_as_published(self._work)
        return self._items.get(str(key))


def _alike_items(former: CheckItem | None, item: CheckItem) -> bool:
    """Tell whether a file says of an item what is published; where it stood in the file is left."""
    settled = entering(item, former, item.valid_from)
    return former is not None and not field_changes(former, settled)


async def _save_items(work: Work, act: RegisterAct, values: Values) -> None:
    await publish_file(work, values, file_order(act))


def file_order(act: RegisterAct) -> FileOrder:
    """Read how a file is to be published from the `list` part of its act's mapping."""
    asked = (act.mapping or {}).get("list", {})
    adapter = TypeAdapter(FileOrder)
    return adapter.validate_python({**asked, "source": act.source})


async def _save_joint_list(work: Work, _act: RegisterAct, values: Values) -> None:
    former = {row.source_row: row for row in await work.joint_list.where()}
    kept = [with_former_links(former.get(row.source_row), row) for row in values]
    await work.joint_list.save(*kept)


def _alike_rows(former: JointListRow | None, row: JointListRow) -> bool:
    return former == with_former_links(former, row)


async def _save_calendar(work: Work, act: RegisterAct, values: Values) -> None:
    """Replace each year of a file; a year with refused rows would not be whole."""
    if act.number_refused:
        raise RuleBrokenError(Rule.CALENDAR_INCOMPLETE, refused=act.number_refused)
    for year in sorted({each.day.year for each in values}):
        days = [each for each in values if each.day.year == year]
        await import_calendar(work, year, days, act.source)


async def _save_regions(work: Work, act: RegisterAct, values: Values) -> None:
    await import_regions(work, values, act.source)


async def _save_industries(work: Work, _act: RegisterAct, values: Values) -> None:
    await work.industries.save(*values)


LISTS: Mapping[RegisterKind, RegisterList] = {
    RegisterKind.ITEM_LIST: RegisterList(
        CheckItem, "code", _PublishedItems, _save_items, _alike_items
    ),
    RegisterKind.JOINT_LIST: RegisterList(
        JointListRow,
        "source_row",
        lambda work: work.joint_list,
        _save_joint_list,
        _alike_rows,
    ),
    RegisterKind.CALENDAR: RegisterList(
        CalendarDay, "day", lambda work: work.calendar_days, _save_calendar
    ),
    RegisterKind.INDUSTRIES: RegisterList(
        Industry, "code", lambda work: work.industries, _save_industries
    ),
    RegisterKind.REGIONS: RegisterList(Region, "code", lambda work: work.regions, _save_regions),
}


async def list_differences(work: Work, act: RegisterAct) -> Sequence[Difference]:
    """Give what a staged list adds and changes; equal entries are left out."""
    known = LISTS[act.kind]
    present = known.present(work)
    found = []
    for row, value in enumerate(await _values(work, act), 1):
        key = getattr(value, known.key)
        former = await present.find(key)
        if not known.alike(former, value):
            found.append(_difference(str(key), row, former, value))
    return found


async def compare_list(work: Work, act: RegisterAct) -> Comparison:
    """Count what a staged list adds, changes and leaves alone."""
    total = len(await work.stage.values(act))
    differences = await list_differences(work, act)
    changed = sum(bool(each.former) for each in differences)
    return Comparison(len(differences) - changed, changed, total - len(differences))


async def save_list(work: Work, act: RegisterAct) -> None:
    """Take a staged list in by the verb of its kind."""
    await LISTS[act.kind].save(work, act, await _values(work, act))


async def _values(work: Work, act: RegisterAct) -> Values:
    adapter: TypeAdapter[Any] = TypeAdapter(LISTS[act.kind].value)
    return [adapter.validate_python(value) for value in await work.stage.values(act)]


def _difference(key: str, row: int, former: object | None, value: object) -> Difference:
    new: dict[str, Any] = to_jsonable_python(value)
    if former is None:
        return Difference(key, row, {}, new)
    old: dict[str, Any] = to_jsonable_python(former)
    changed = [name for name in new if new[name] != old.get(name)]
    return Difference(
        key,
        row,
        {name: old.get(name) for name in changed},
        {name: new[name] for name in changed},
    )
