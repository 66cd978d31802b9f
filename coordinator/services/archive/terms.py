"""Terms of the archive: a duty notes once when a task's is over, and what still keeps the task."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from coordinator.domain.archive import Package, longest, still_open
from coordinator.domain.lifecycle import PackageState
from coordinator.services.access import require_office
from coordinator.services.archive.packing import packages_of
from coordinator.services.archive.sections import contents_of
from coordinator.services.ports import Query, Work

_AT_ONCE = 200


async def note_due_tasks(work: Work) -> Mapping[str, object]:
    """Note the tasks whose term is over: `due` for two persons to destroy, `held` by what is open.

    Nothing is destroyed here. Of a day it notes so many; one that is held is looked at every day.
    """
    require_office(work)
    due: list[int] = []
    held: dict[str, list[str]] = {}
    passed, more = 0, True
    while more and len(due) < _AT_ONCE:
        ended = await _ended(work, passed)
        more = len(ended) == _AT_ONCE
        for first in ended:
            noted = await _note(work, first, held)
            due += [first.number] if noted else []
            passed += not noted
    return {"due": due, "held": held}


async def _ended(work: Work, passed: int) -> Sequence[Package]:
    """Give first packages whose own term is over and not noted, behind those passed over."""
    query = Query(
        equals={"state": PackageState.KEPT},
        blank=("supplements", "due_noted_at"),
        until={"retain_until": work.today() - timedelta(days=1)},
        order="number",
        offset=passed,
        limit=_AT_ONCE,
    )
    return (await work.packages.page(query)).values


async def _note(work: Work, first: Package, held: dict[str, list[str]]) -> bool:
    """Note the end of a task's term, unless a supplement or something open keeps it."""
    until = longest(each.retain_until for each in await packages_of(work, first.visit_id))
    if until is None or until >= work.today():
        return False
    if keeping := still_open(await contents_of(work, first.visit_id)):
        held[str(first.number)] = list(keeping)
        return False
    await work.packages.save(replace(first, due_noted_at=work.now()))
    await work.audit("archive:term:over", first.visit_id, number=first.number, until=f"{until}")
    return True
