"""Personal data of objects: shown to the office only, for a purpose, and always on record."""

from coordinator.domain.errors import given
from coordinator.domain.registers import InspectionObject
from coordinator.services.access import require_office
from coordinator.services.ports import Responsibility, Work


async def show_contact(work: Work, object_id: str, purpose: str) -> InspectionObject:
    """Give an object with responsible person and phone; the audit chain keeps who asked, and why.

    VALUE_MISSING without a purpose.
    """
    require_office(work, Responsibility.SUPERVISION)
    found = await work.objects.get(object_id)
    reason = given(purpose.strip(), "purpose", object_id)
    await work.audit("registers:contact:shown", object_id, purpose=reason)
    return found
