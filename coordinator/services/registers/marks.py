"""Marks of the register that follow from listings: the plan and the draw look at them."""

from collections.abc import Collection, Sequence
from datetime import date

from coordinator.domain.registers import DatedEvent, InspectionObject
from coordinator.services.ports import Work
from coordinator.services.registers.marking import mark_object

_EVENT = "blacklist"


async def mark_serious(work: Work, subject: str, source: str, day: date) -> tuple[str, ...]:
    """Mark a listed subject and all that belongs to it; gives the objects that were not yet marked.

    The event bears the decision as its source, so that it can be taken off with it. What bears the
    mark already stays as it is.
    """
    objects = await _objects_of(work, subject)
    event = DatedEvent(kind=_EVENT, date=day, source=source)
    for each in objects:
        events = each.events if event in each.events else (*each.events, event)
        await mark_object(work, each.object_id, source, serious_list=True, events=events)
    return tuple(each.object_id for each in objects if not each.serious_list)


async def unmark_serious(work: Work, subject: str, source: str, marked: Collection[str]) -> int:
    """Take off what a decision marked; `marked` are the objects that only listings here marked.

    While the event of another decision stands, the object stays on the list. A file may have
    taken the event away, and the mark must go all the same.
    """
    objects = [
        each
        for each in await _objects_of(work, subject)
        if each.object_id in marked or any(_is_of(event, source) for event in each.events)
    ]
    for each in objects:
        events = tuple(event for event in each.events if not _is_of(event, source))
        others = any(event.kind == _EVENT for event in events)
        serious = each.serious_list and (others or each.object_id not in marked)
        await mark_object(work, each.object_id, source, serious_list=serious, events=events)
    return len(objects)


def _is_of(event: DatedEvent, source: str) -> bool:
    return event.kind == _EVENT and event.source == source


async def _objects_of(work: Work, subject: str) -> Sequence[InspectionObject]:
    own = await work.objects.where(object_id=subject)
    return [*own, *await work.objects.where(owner=subject)]
