"""The gates of the random regime: nothing outside a published, valid item goes any further.

凡是法律法规规章没有规定的，一律不得擅自开展检查. Asked where a plan is adopted
(domain.annual_plan), when a round is opened and frozen, when a visit is dispatched, and when
results are recorded (domain.result_intake).
"""

from collections.abc import Iterable, Mapping, Sequence

from coordinator.domain.annual_plan import PlanLine
from coordinator.domain.dispatch import Visit, VisitCheck, WhyLeftOut
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import VisitState
from coordinator.domain.registers import CheckItem
from coordinator.domain.registers.item_checks import why_not_valid
from coordinator.services.ports import Work


async def items_by_code(work: Work, codes: Iterable[str]) -> Mapping[str, CheckItem]:
    """Give those of the codes that stand for a published item, valid or not."""
    return {item.code: item for item in await work.items.where(code=set(codes))}


async def require_line_items(work: Work, lines: Sequence[PlanLine]) -> None:
    """Refuse to draw a line with an item that is not published or not valid all its window."""
    items = await items_by_code(work, (code for line in lines for code in line.items))
    for line in lines:
        for code in line.items:
            why = why_not_valid(items.get(code), line.window_from, line.window_to)
            if why is not None:
                rule = Rule.ITEM_NOT_VALID if why else Rule.ITEM_NOT_PUBLISHED
                raise RuleBrokenError(rule, line=line.code, item=code, **why)


async def require_visit_items(work: Work, visit: Visit, checks: Sequence[VisitCheck]) -> None:
    """Refuse to dispatch a visit with an item that is not valid on every day it may take place."""
    items = await items_by_code(work, (check.item for check in checks))
    for code in sorted({check.item for check in checks}):
        why = why_not_valid(items.get(code), visit.date_from, visit.date_to)
        if why is not None:
            rule = Rule.VISIT_ITEM_NOT_VALID if why else Rule.VISIT_ITEM_NOT_PUBLISHED
            raise RuleBrokenError(rule, visit=visit.visit_id, item=code, **why)


async def left_out_pairs(work: Work, round_id: str) -> set[tuple[str, str]]:
    """Give the (line, object) that lapsed items were left out of, in visits that are not withdrawn.

    They count as unfinished, beside the visits themselves.
    """
    left_out = await work.checks.where(round_id=round_id, left_out=tuple(WhyLeftOut))
    held = {check.visit_id for check in left_out}
    visits = await work.visits.where(visit_id=held) if held else ()
    standing = {visit.visit_id for visit in visits if visit.state is not VisitState.WITHDRAWN}
    return {(check.line, check.object_id) for check in left_out if check.visit_id in standing}
