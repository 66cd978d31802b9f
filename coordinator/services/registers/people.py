"""People of the registers: absences and recusals, each a change of one entry with its reason."""

from datetime import date

from coordinator.domain.errors import Rule, RuleBrokenError, given
from coordinator.domain.registers import Absence, InspectionObject, Inspector, Recusal
from coordinator.domain.registers.acts import Channel, RegisterAct, RegisterKind
from coordinator.services.ports import Work
from coordinator.services.registers.entries import remove_entry, save_entry
from coordinator.services.registers.owners import owner_of


async def record_absence(
    work: Work, inspector_id: str, absence: Absence, channel: Channel
) -> Inspector:
    """Note days on which an inspector can't be sent.

    PERIOD_INVERTED when it ends before it begins, ALREADY_EXISTS when one begins on the same day.
    """
    owner_of(work, RegisterKind.INSPECTORS)
    inspector = await work.inspectors.get(inspector_id)
    _require_period(inspector_id, absence.from_date, absence.to_date)
    if any(each.from_date == absence.from_date for each in inspector.absences):
        raise RuleBrokenError(Rule.ALREADY_EXISTS, kind="absence", key=absence.from_date)
    absences = sorted((*inspector.absences, absence), key=lambda each: each.from_date)
    return await _renew(work, inspector, tuple(absences), channel, absence.reason)


async def withdraw_absence(
    work: Work, inspector_id: str, from_date: date, reason: str, channel: Channel
) -> Inspector:
    """Take an absence back; that it was recorded stays in the history."""
    owner_of(work, RegisterKind.INSPECTORS)
    inspector = await work.inspectors.get(inspector_id)
    kept = tuple(each for each in inspector.absences if each.from_date != from_date)
    if len(kept) == len(inspector.absences):
        raise RuleBrokenError(Rule.NOT_FOUND, kind="absence", key=from_date)
    why = given(reason, "reason", inspector_id)
    return await _renew(work, inspector, kept, channel, why)


async def declare_recusal(work: Work, recusal: Recusal, channel: Channel) -> Recusal:
    """Keep a person away from an object and all it owns; both must be known."""
    owner_of(work, RegisterKind.RECUSALS)
    if await work.inspectors.find(recusal.person_id) is None:
        await work.experts.get(recusal.person_id)
    await work.objects.get(recusal.object_id)
    if await work.recusals.find((recusal.person_id, recusal.object_id)) is not None:
        raise RuleBrokenError(Rule.ALREADY_EXISTS, kind="recusal", key=recusal.person_id)
    await save_entry(work, RegisterKind.RECUSALS, recusal, channel, recusal.reason)
    return recusal


async def withdraw_recusal(
    work: Work, person_id: str, object_id: str, reason: str, channel: Channel
) -> RegisterAct:
    """Take a recusal back, with the reason; from now on the person may be drawn again."""
    key = (person_id, object_id)
    return await remove_entry(work, RegisterKind.RECUSALS, key, reason, channel)


async def save_inspector(
    work: Work, inspector: Inspector, channel: Channel, reason: str = ""
) -> Inspector:
    """Add or change an inspector; PERIOD_INVERTED when the certificate ends before it begins."""
    number = inspector.certificate_number
    _require_period(number, inspector.certificate_from, inspector.certificate_to)
    await work.departments.get(inspector.department)
    await save_entry(work, RegisterKind.INSPECTORS, inspector, channel, reason)
    return inspector


async def save_object(
    work: Work, value: InspectionObject, channel: Channel, reason: str = ""
) -> InspectionObject:
    """Add or change an object; a premises needs the enterprise it belongs to."""
    if value.kind == "premises":
        given(value.owner, "owner", value.object_id)
    await save_entry(work, RegisterKind.OBJECTS, value, channel, reason)
    return value


def _require_period(of: str, first: date, last: date) -> None:
    if last < first:
        raise RuleBrokenError(Rule.PERIOD_INVERTED, of=of, from_date=first, to_date=last)


async def _renew(
    work: Work,
    inspector: Inspector,
    absences: tuple[Absence, ...],
    channel: Channel,
    reason: str,
) -> Inspector:
    renewed = inspector.model_copy(update={"absences": absences})
    await save_entry(work, RegisterKind.INSPECTORS, renewed, channel, reason)
    return renewed
