"""After dispatch: what lapses while a visit is under way is told, so that no desk asks for it.

The office takes no finding on an item on a day on which it is not valid (2.0). An organ hears which
of its items that concerns, and between which days each may be checked; a covert visit's organs hear
nothing before it opens.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from contracts.tasks import ItemsLapsed, LapsedItemCard
from contracts.vocabulary import Mode
from coordinator.domain.dispatch import DepartmentTask, Visit, VisitCheck
from coordinator.domain.lifecycle import TaskState, VisitState
from coordinator.domain.registers import CheckItem
from coordinator.services.ports import Work

_UNDER_WAY = (VisitState.PUBLISHED, VisitState.RUNNING)
_ASKED = (TaskState.PUBLISHED, TaskState.ACCEPTED, TaskState.RETURNED)


async def tell_lapsed(work: Work) -> Mapping[str, object]:
    """Tell every organ whose report is awaited what of its task lapses; nothing is told twice."""
    under_way = await work.visits.where(state=_UNDER_WAY)
    known = [each for each in under_way if each.mode is not Mode.COVERT or each.opened_at]
    return {"told": await tell_lapses_of(work, known)}


async def tell_lapses_of(work: Work, known: Iterable[Visit]) -> int:
    """Tell the organs of visits whose target they know; gives how many were told."""
    visits = {each.visit_id: each for each in known}
    if not visits:
        return 0
    tasks = await work.tasks.where(visit_id=set(visits), state=_ASKED)
    items = await _ending(work, visits.values())
    held = await _checks(work, visits, items)
    told = 0
    for task in tasks:
        visit = visits[task.visit_id]
        codes = {check.item for check in held.get(task.task_id, ())}
        told += await _tell(work, task, _cards(visit, [items[code] for code in sorted(codes)]))
    return told


async def _ending(work: Work, visits: Iterable[Visit]) -> Mapping[str, CheckItem]:
    """Give the items that begin or end within the days of visits."""
    days = [(visit.date_from, visit.date_to) for visit in visits]
    first, last = min(each[0] for each in days), max(each[1] for each in days)
    return {
        item.code: item
        for item in await work.items.where()
        if not item.is_valid_throughout(first, last)
    }


async def _checks(
    work: Work, visits: Mapping[str, Visit], items: Mapping[str, CheckItem]
) -> Mapping[str, Sequence[VisitCheck]]:
    """Give the checks on these items by task."""
    found: dict[str, list[VisitCheck]] = {}
    if not items:
        return found
    where = {"visit_id": set(visits), "item": set(items), "left_out": None}
    for check in await work.checks.where(**where):
        found.setdefault(f"{check.visit_id}.{check.department}", []).append(check)
    return found


def _cards(visit: Visit, items: Iterable[CheckItem]) -> tuple[LapsedItemCard, ...]:
    return tuple(
        LapsedItemCard(
            item=item.code, item_name=item.name, valid_from=item.valid_from, valid_to=item.valid_to
        )
        for item in items
        if not item.is_valid_throughout(visit.date_from, visit.date_to)
    )


async def _tell(work: Work, task: DepartmentTask, cards: tuple[LapsedItemCard, ...]) -> bool:
    """Tell one organ, unless it was told the same; an empty list: everything is valid again."""
    said = tuple(f"{each.item} {each.valid_from} {each.valid_to}" for each in cards)
    if said == task.lapses_told:
        return False
    message = ItemsLapsed(
        visit_id=task.visit_id, department=task.department, told_at=work.now(), items=cards
    )
    await work.post.to_department(
        task.department, message, subject=task.visit_id, correlation=task.visit_id
    )
    await work.tasks.save(replace(task, lapses_told=said))
    await work.audit(
        "dispatch:items:lapsed", task.visit_id, department=task.department, items=list(said)
    )
    return True
