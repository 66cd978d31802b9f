"""Drawn checks that no visit holds: another result stands for them, or they are deferred."""

from collections.abc import Collection, Iterable

from coordinator.domain import checklist_merge as merging
from coordinator.domain.annual_plan import NO_ORGAN
from coordinator.domain.burden_ledger import Pair
from coordinator.domain.checklist_merge.recognition import Recognised, Recognition, Source
from coordinator.domain.object_replacing import DEFERRED, RECOGNISED, DroppedCheck
from coordinator.services.checklist_merge.facts import MergeFacts
from coordinator.services.ports import Work


def deferred_check(
    work: Work, facts: MergeFacts, check: merging.Check, reason: str
) -> DroppedCheck:
    """Give a check that is not made: it counts as unfinished, with its reason."""
    return _dropped(work, facts, check, (DEFERRED, reason))


def orphaned_checks(work: Work, facts: MergeFacts, pairs: Iterable[Pair]) -> list[DroppedCheck]:
    """Give the checks of (line, object) that no organ may make there any more: deferred."""
    return [
        deferred_check(work, facts, check, NO_ORGAN)
        for pair in pairs
        for check in facts.orphans_of(pair)
    ]


async def keep_recognised(
    work: Work, facts: MergeFacts, pairs: Iterable[Pair], deferred: Collection[Pair] = ()
) -> list[DroppedCheck]:
    """Keep what other organs' results stand for on these (line, object); give what drops off whole.

    Each recognised item or checkpoint is kept with its result: that is the evidence that pages
    link to, and what departments are told instead of the question. Of a deferred object only whole
    items are: nobody asks it the rest.
    """
    found = [
        (check, recognised)
        for pair in (*pairs, *deferred)
        for check in facts.checks_of(pair)
        if facts.has_organ(check)
        and (recognised := facts.recognised(check)).sources
        and (recognised.whole or pair not in deferred)
    ]
    await work.recognitions.add(
        _recognition(work, facts, check, (recognised, source))
        for check, recognised in found
        for source in recognised.sources
    )
    dropped = [
        _dropped(work, facts, check, (RECOGNISED, recognised.reference))
        for check, recognised in found
        if recognised.whole
    ]
    await work.dropped_checks.add(dropped)
    return dropped


def _check_id(facts: MergeFacts, check: merging.Check) -> str:
    return f"{facts.drawn.round_id}.{check.line}.{check.object}.{check.item}"


def _dropped(
    work: Work, facts: MergeFacts, check: merging.Check, ended: tuple[str, str]
) -> DroppedCheck:
    outcome, reference = ended
    return DroppedCheck(
        check_id=_check_id(facts, check),
        round_id=facts.drawn.round_id,
        line=check.line,
        object_id=check.object,
        object_name=facts.objects[check.object].name,
        item=check.item,
        item_name=facts.items[check.item].name,
        department=check.department,
        outcome=outcome,
        reference=reference,
        dropped_at=work.now(),
    )


def _recognition(
    work: Work, facts: MergeFacts, check: merging.Check, found: tuple[Recognised, Source]
) -> Recognition:
    recognised, source = found
    point = source.checkpoint
    code = point.code if point else ""
    return Recognition(
        recognition_id=f"{_check_id(facts, check)}.{code}",
        round_id=facts.drawn.round_id,
        line=check.line,
        object_id=check.object,
        object_name=facts.objects[check.object].name,
        item=check.item,
        item_name=facts.items[check.item].name,
        department=check.department,
        checkpoint=code,
        question=point.text if point else "",
        value=source.value,
        whole=recognised.whole,
        result_id=source.result.result_id,
        from_department=source.result.department,
        visited_date=source.result.visited_date,
        recognised_at=work.now(),
    )
