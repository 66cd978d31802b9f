"""Marks of the register that follow from listings: the plan and the draw look at them."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from coordinator.domain.registers import DatedEvent, InspectionObject
from coordinator.services.ports import Work
from coordinator.services.registers.marking import mark_object

_EVENT = "blacklist"


@dataclass(frozen=True)
class SeriousMark:
    """What a listing puts on the objects of its subject: the decision's number and its day."""

    subject: str
    source: str
    day: date

    @property
    def event(self) -> DatedEvent:
        """The event that an object bears for it."""
        return DatedEvent(kind=_EVENT, date=self.day, source=self.source)

    def is_on(self, thing: InspectionObject) -> bool:
        """Whether an object bears it."""
        return thing.serious_list and self.event in thing.events


async def mark_serious(work: Work, mark: SeriousMark) -> tuple[str, ...]:
    """Mark a listed subject and all that belongs to it; gives the objects that were not yet marked.

    The event bears the decision as its source, so that it can be taken off with it. What bears the
    mark already stays as it is.
    """
    objects = await _objects_of(work, mark.subject)
    for each in objects:
        events = each.events if mark.event in each.events else (*each.events, mark.event)
        await mark_object(work, each.object_id, mark.source, serious_list=True, events=events)
    return tuple(each.object_id for each in objects if not each.serious_list)


async def missing_marks(work: Work, marks: Collection[SeriousMark]) -> list[SeriousMark]:
    """Give the marks that some object of their subject does not bear."""
    subjects = {each.subject for each in marks}
    objects: dict[str | None, list[InspectionObject]] = defaultdict(list)
    for each in await work.objects.where(object_id=subjects):
        objects[each.object_id].append(each)
    for each in await work.objects.where(owner=subjects):
        objects[each.owner].append(each)
    return [mark for mark in marks if not all(mark.is_on(thing) for thing in objects[mark.subject])]


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
