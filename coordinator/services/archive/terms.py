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
_NOTHING: tuple[str, ...] = ()


async def note_due_tasks(work: Work) -> Mapping[str, object]:
    """Note the tasks whose term is over: `due` for two persons to destroy, `held` by what is open.

    Nothing is destroyed here. Whoever does the duties has noted them one by one before, so that
    only what is held, looked at every day, and what fails are left here.
    """
    due: list[int] = []
    held: dict[str, list[str]] = {}
    for number in await terms_over(work):
        keeping = await _note(work, number)
        if keeping == _NOTHING:
            due.append(int(number))
        elif keeping:
            held[number] = list(keeping)
    return {"due": due, "held": held}


async def terms_over(work: Work) -> Sequence[str]:
    """Name the first packages, by number, whose own term is over and not noted."""
    require_office(work)
    found: list[str] = []
    query = Query(
        equals={"state": PackageState.KEPT},
        blank=("supplements", "due_noted_at"),
        until={"retain_until": work.today() - timedelta(days=1)},
        order="number",
        limit=_AT_ONCE,
    )
    while page := (await work.packages.page(query)).values:
        found += (str(each.number) for each in page)
        query = replace(query, offset=query.offset + query.limit)
    return found


async def note_term_over(work: Work, number: str) -> bool:
    """Note the end of a task's term, named by its first package; False: something keeps it."""
    return await _note(work, number) == _NOTHING


async def _note(work: Work, number: str) -> tuple[str, ...] | None:
    """Note the end of a task's term; gives what is open and keeps it, if anything.

    None: a supplement has a longer term, or somebody dealt with the task meanwhile.
    """
    require_office(work)
    first = await work.packages.get(int(number))
    until = longest(each.retain_until for each in await packages_of(work, first.visit_id))
    if not _waits(first) or until is None or until >= work.today():
        return None
    if keeping := still_open(await contents_of(work, first.visit_id)):
        return keeping
    await work.packages.save(replace(first, due_noted_at=work.now()))
    await work.audit("archive:term:over", first.visit_id, number=first.number, until=f"{until}")
    return _NOTHING


def _waits(first: Package) -> bool:
    return first.state is PackageState.KEPT and first.due_noted_at is None
