"""What a team that finds all well enters: every answer its form asks, a method the item has."""

from collections.abc import Iterable

from contracts.results import Answer
from contracts.vocabulary import CheckpointKind, YesNo
from coordinator.domain.dispatch import Visit
from coordinator.domain.registers import Checkpoint
from coordinator.services.ports import Work
from coordinator.services.published_items import items_by_code
from coordinator.services.visit_forms import form_of_visit


async def answers_of(
    work: Work, visit: Visit, department: str
) -> dict[tuple[str, str], tuple[Answer, ...]]:
    """Answer every question of a department's checks that waits for its answer, by (object, item).

    Yes is well; of choices the first; what another organ asks or a result stands for is left out.
    """
    form = await form_of_visit(work, visit)
    checks = await work.checks.where(visit_id=visit.visit_id, department=department)
    items = await items_by_code(work, (check.item for check in checks))
    given: dict[tuple[str, str], tuple[Answer, ...]] = {}
    for check in checks:
        item = items.get(check.item)
        given[check.object_id, check.item] = tuple(
            Answer(checkpoint=point.code, value=_well(point))
            for point in (item.checkpoints if item else ())
            if (place := (department, check.object_id, check.item, point.code))
            not in form.recognised
            and form.asked_by.get(place, department) == department
        )
    return given


async def methods_of(work: Work, codes: Iterable[str]) -> dict[str, str]:
    """Give the first method of each item that is still published, by its code."""
    items = await items_by_code(work, codes)
    return {code: item.methods[0] for code, item in items.items()}


def _well(point: Checkpoint) -> str:
    match point.kind:
        case CheckpointKind.YES_NO:
            return YesNo.YES.value
        case CheckpointKind.CHOICE:
            return point.choices[0]
        case CheckpointKind.NUMBER:
            return "1"
        case CheckpointKind.TEXT:
            return "已核对"
