"""What passes the cap: typed exemptions of a place, and entries logged beside the rounds (2.12)."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date

from coordinator.domain.burden_ledger import BurdenEntry, CapExemption
from coordinator.domain.errors import Rule, RuleBrokenError, given
from coordinator.domain.lottery.ceremony import another_person
from coordinator.services import burden_ledger
from coordinator.services.access import require_office, require_office_or
from coordinator.services.ports import Work


@dataclass(frozen=True, kw_only=True)
class Contact:
    """An entry of premises outside the random regime: a lead, a follow-up, a study visit."""

    place: str
    department: str
    day: date
    code: str
    note: str


async def request_exemption(
    work: Work, place: str, year: int, code: str, reason: str
) -> CapExemption:
    """Ask as the first of two persons that a place may be visited beyond its cap in a year."""
    actor = require_office(work)
    _require_kind(code, work.policy.burden.exemptions)
    await _require_place(work, place)
    exemption = CapExemption(
        exemption_id=work.new_id(),
        place=place,
        year=year,
        code=code,
        reason=given(reason, "reason", place),
        requested_by=actor.name,
        requested_at=work.now(),
    )
    await work.cap_exemptions.add([exemption])
    await work.audit("checklist-merge:exemption:requested", place, code=code, year=year)
    return exemption


async def approve_exemption(work: Work, exemption_id: str) -> CapExemption:
    """Grant an exemption as the second person; it holds for rounds that are drawn from now on."""
    actor = require_office(work)
    exemption = await work.cap_exemptions.get(exemption_id)
    another_person(exemption.requested_by, actor.name, "approve-exemption")
    if exemption.stands:
        return exemption
    exemption = replace(exemption, approved_by=actor.name, approved_at=work.now())
    await work.cap_exemptions.save(exemption)
    await work.audit("checklist-merge:exemption:granted", exemption.place, code=exemption.code)
    return exemption


async def log_contact(work: Work, contact: Contact) -> BurdenEntry:
    """Count an entry of premises that no round drew, apart from those the cap limits.

    The office logs for anybody, a department for itself.
    """
    require_office_or(work, contact.department)
    kinds = [kind.code for kind in work.policy.exemption_kinds if not kind.unlisted]
    _require_kind(contact.code, kinds)
    await _require_place(work, contact.place)
    if contact.day > work.today():
        raise RuleBrokenError(
            Rule.OUTSIDE_WINDOW,
            visit=contact.place,
            date=contact.day.isoformat(),
            window=["-", work.today().isoformat()],
        )
    organ = await work.departments.get(contact.department)
    entry = BurdenEntry(
        entry_id=work.new_id(),
        place=contact.place,
        year=contact.day.year,
        round_id="",
        organs=(organ.code,),
        levels=(organ.level.value,),
        exemption=contact.code,
        note=given(contact.note, "note", contact.place),
        entered_at=work.now(),
        entered_by=work.actor.name,
        day=contact.day,
    )
    await burden_ledger.put_down(work, [entry])
    await work.audit("checklist-merge:contact:logged", contact.place, code=contact.code)
    return entry


def _require_kind(code: str, known: Collection[str]) -> None:
    if code not in known:
        raise RuleBrokenError(Rule.CODE_UNKNOWN, field="code", code=code)


async def _require_place(work: Work, place: str) -> None:
    if not await work.objects.count(place=place):
        raise RuleBrokenError(Rule.NOT_FOUND, kind="place", key=place)
