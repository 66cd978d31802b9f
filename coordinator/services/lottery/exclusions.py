"""What keeps objects out of the draw of one line, as the registers stand at the freeze."""

from collections.abc import AsyncIterator

from coordinator.domain.annual_plan import PlanLine, months_before, reach_of_line
from coordinator.domain.lottery.fresh import OwnCheck, fresh_objects
from coordinator.domain.lottery.population import Exclusions
from coordinator.domain.policy import PlanPolicy
from coordinator.services.ports import Work
from coordinator.services.published_items import items_by_code


async def exclusions_of(
    work: Work, line: PlanLine, policy: PlanPolicy, full_places: frozenset[str]
) -> Exclusions:
    """Give full places, foreign regions and own recent checks; the registers name the others.

    Foreign is where some item of the line has no organ that may check it.
    """
    organs = await work.departments.where(code=line.departments)
    items = await items_by_code(work, line.items)
    reach = reach_of_line(line, items, organs, await work.designations.where())
    months = line.fresh_months
    if months is None and line.share.is_by_lot:
        months = policy.fresh_months
    if not months:
        return Exclusions(full_places, reach)
    checks = [check async for check in _own_checks(work, line)]
    first_day = months_before(work.today(), months)
    return Exclusions(full_places, reach, fresh_objects(checks, line.departments, first_day))


async def _own_checks(work: Work, line: PlanLine) -> AsyncIterator[OwnCheck]:
    """Give the checks of the line's organs: what was found here, and what registers tell of."""
    for result in await work.results.where(department=line.departments):
        if result.checked:
            yield OwnCheck(
                result.object_id, result.department, result.visited_date, not result.has_problem
            )
    async for thing, checks in work.frames.last_checks(line.conditions, work.today()):
        for each in checks:
            if each.department in line.departments:
                yield OwnCheck(thing, each.department, each.date, clean=True)
