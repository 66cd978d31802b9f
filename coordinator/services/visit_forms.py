"""The form of a visit, from what is stored: cards are made by it, and reports are held to it."""

from collections import defaultdict
from collections.abc import Sequence

from coordinator.domain.checklist_merge.recognition import Recognition
from coordinator.domain.checklist_merge.sharing import Form, FormCheck, form_of
from coordinator.domain.dispatch import Visit, VisitCheck
from coordinator.services.ports import Work

_Check = tuple[str, str, str]


async def form_of_visit(work: Work, visit: Visit) -> Form:
    """Give which questions of a visit are recognised, and which organ asks the shared ones."""
    checks = await work.checks.where(visit_id=visit.visit_id, left_out=None)
    found = await work.items.where(code={check.item for check in checks})
    items = {item.code: item for item in found}
    recognised = await _recognised(work, visit, checks)
    return form_of(
        [
            FormCheck(
                department=check.department,
                object_id=check.object_id,
                item=items[check.item],
                recognised=recognised.get((check.line, check.object_id, check.item), {}),
            )
            for check in checks
            if check.item in items
        ],
        visit.lead_department,
    )


async def _recognised(
    work: Work, visit: Visit, checks: Sequence[VisitCheck]
) -> dict[_Check, dict[str, Recognition]]:
    found = await work.recognitions.where(
        round_id=visit.round_id, object_id={check.object_id for check in checks}, whole=False
    )
    by_check: dict[_Check, dict[str, Recognition]] = defaultdict(dict)
    for each in found:
        by_check[each.line, each.object_id, each.item][each.checkpoint] = each
    return by_check
