"""Pre-check comparison on the page of a visit: facts by object, documents asked once."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from coordinator.domain.dispatch import Visit
from coordinator.domain.lifecycle import VisitState
from coordinator.services.dispatch.precheck import documents_for, precheck_of
from coordinator.services.ports import Work
from coordinator.web.api.precheck import DocumentSeen, FactSeen, precheck_seen
from coordinator.web.console.frame import ActButton, Console
from coordinator.web.language import _
from coordinator.web.names import Names

_BEFORE_THE_END = (VisitState.DRAWN, VisitState.PUBLISHED, VisitState.RUNNING)
_SENT_OUT = (VisitState.PUBLISHED, VisitState.RUNNING)


@dataclass(frozen=True)
class PrecheckPart:
    """What the page shows: (object, its facts), the documents, and the button."""

    objects: Sequence[tuple[str, Sequence[FactSeen]]]
    documents: Sequence[DocumentSeen]
    acts: Sequence[ActButton]


async def documents_to_bring(work: Work, visit: Visit) -> list[str]:
    """Give what the notice asks the inspected for: nothing that the registers have already."""
    wanted = await documents_for(work, visit)
    if wanted and all(each.on_file for each in wanted):
        return [_("所需材料登记机关均已掌握，无需另行准备")]
    return [each.name for each in wanted if not each.on_file]


async def precheck_part(
    console: Console, work: Work, visit: Visit, names: Names, *, is_open: bool
) -> PrecheckPart | None:
    """Give the comparison as the person may see it; nothing of closed targets and ended visits."""
    own = console.actor.department
    if not is_open or visit.state not in _BEFORE_THE_END:
        return None
    if own is not None and own not in visit.departments:
        return None
    found = precheck_seen(await precheck_of(work, visit.visit_id), names, work.now())
    by_object = groupby(found.facts, key=lambda each: (each.object_id, each.object_name))
    wanted = ["refresh-precheck"] if visit.state in _SENT_OUT else []
    return PrecheckPart(
        objects=[(name, list(facts)) for (_id, name), facts in by_object],
        documents=found.documents,
        acts=console.buttons(*wanted, visit_id=visit.visit_id),
    )
