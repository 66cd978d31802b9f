"""What happens after a task was archived: it goes into a further package, the first stays."""

from collections.abc import Mapping

from coordinator.services.access import require_office
from coordinator.services.archive.packing import archive_task
from coordinator.services.archive.sections import visits_touched
from coordinator.services.ports import Query, Work


async def supplement_changed(work: Work, duty: str) -> Mapping[str, object]:
    """Supplement every archived task that something was done about since the duty was done last.

    The audit chain says what was done: no change of a task goes without an entry. `audited` is the
    entry up to which it was read.
    """
    require_office(work)
    since = await _read_up_to(work, duty)
    until, _digest = await work.audit_chain.head()
    touched = await visits_touched(work, await work.audit_chain.subjects(since, until))
    archived = {each.visit_id for each in await work.packages.where(visit_id=touched)}
    packages = [await archive_task(work, visit_id) for visit_id in sorted(archived)]
    supplemented = [each.number for each in packages if each is not None]
    return {"supplemented": supplemented, "audited": until}


async def _read_up_to(work: Work, duty: str) -> int:
    query = Query(equals={"duty": duty}, order="day", descending=True, limit=1)
    last = (await work.duty_runs.page(query)).values
    return int(last[0].outcome.get("audited", 0)) if last else 0
