"""Marks of objects that decisions of the flow set: written like any other change, with history."""

from typing import TYPE_CHECKING, Any

from coordinator.domain.registers.acts import ActState, Channel, RegisterAct, RegisterKind
from coordinator.services.ports import Work

if TYPE_CHECKING:
    from coordinator.domain.registers import InspectionObject


async def mark_object(work: Work, object_id: str, reason: str, **marks: Any) -> bool:
    """Change what the register says of an object, because a decision says so; False: it did.

    An object that is not in the register any more is left alone. The decision was checked where
    it was made, so that nobody needs to own the register here.
    """
    thing: InspectionObject | None = await work.objects.find(object_id)
    marked = None if thing is None else thing.model_copy(update=marks)
    if marked is None or marked == thing:
        return False
    act = RegisterAct(
        import_id=work.new_id(),
        kind=RegisterKind.OBJECTS,
        channel=Channel.DECISION,
        source=object_id,
        imported_at=work.now(),
        imported_by=work.actor.name,
        state=ActState.APPLIED,
        department=work.actor.department,
        reason=reason,
        number_of_rows=1,
        number_accepted=1,
        applied_at=work.now(),
        applied_by=work.actor.name,
    )
    await work.imports.add([act])
    await work.stage.put(act, [(1, marked)])
    compared = await work.stage.apply(act)
    await work.audit("registers:objects:marked", object_id, reason=reason, marks=sorted(marks))
    return bool(compared.changed)
