"""Visits that due checks get for themselves: counted apart, or within the cap of the place."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from coordinator.domain.burden_ledger import BurdenEntry
from coordinator.domain.due_checks import DueCheck
from coordinator.domain.errors import Rule, RuleBrokenError, given
from coordinator.domain.lifecycle import DueState
from coordinator.services import burden_ledger, due_checks
from coordinator.services.access import require_office_or
from coordinator.services.ports import Work


@dataclass(frozen=True, kw_only=True)
class OwnVisit:
    """A visit that due checks get for themselves: its day, and who goes."""

    day: date
    officers: str


async def give_own_visit(work: Work, due_id: str, own: OwnVisit) -> BurdenEntry:
    """Give a waiting check a visit of its own, with whatever else its organ has due at the place.

    It is counted apart under its typed exemption; a kind that the profile does not exempt needs
    room in the place's year (CAP_REACHED).
    """
    first = await work.due_checks.get(due_id)
    require_office_or(work, first.department)
    first.moved(DueState.ALONE)
    earliest = max(first.from_date, work.today())
    if own.day < earliest:
        raise _outside(due_id, own.day, earliest)
    together = await _due_together(work, first, own.day)
    entry = await _entry_of(work, first, own, [due.due_id for due in together if due != first])
    await _put_down(work, entry)
    alone = {
        "entry_id": entry.entry_id,
        "own_date": own.day,
        "officers": given(own.officers, "officers", due_id),
    }
    await work.due_checks.save(*(due.moved(DueState.ALONE, **alone) for due in together))
    await work.audit("leads:own-visit:arranged", entry.place, kind=first.kind, checks=len(together))
    return entry


async def finish_own_visit(work: Work, due_id: str, outcome: str) -> DueCheck:
    """Report what came of a check on its own visit."""
    due = await work.due_checks.get(due_id)
    require_office_or(work, due.department)
    if due.state is DueState.ALONE and due.own_date and due.own_date > work.today():
        raise _outside(due_id, work.today(), due.own_date)
    return await due_checks.finish(work, due, outcome=given(outcome, "outcome", due_id))


async def call_off_own_visit(work: Work, due_id: str, reason: str) -> Sequence[DueCheck]:
    """Call a visit of its own off: its entry is released, and what it was for waits again."""
    due = await work.due_checks.get(due_id)
    require_office_or(work, due.department)
    due.moved(DueState.WAITING)
    why = given(reason, "reason", due_id)
    together = await work.due_checks.where(entry_id=due.entry_id)
    if any(each.state is DueState.DONE for each in together):
        raise RuleBrokenError(
            Rule.MOVE_NOT_ALLOWED,
            of=due_id,
            now=DueState.DONE.value,
            wanted=DueState.WAITING.value,
            allowed=[],
        )
    await burden_ledger.release(work, due.entry_id)
    return [await due_checks.wait_again(work, each, why) for each in together]


def _outside(due_id: str, day: date, earliest: date) -> RuleBrokenError:
    window = [earliest.isoformat(), "-"]
    return RuleBrokenError(Rule.OUTSIDE_WINDOW, visit=due_id, date=day.isoformat(), window=window)


async def _entry_of(
    work: Work, first: DueCheck, own: OwnVisit, joined: Sequence[str]
) -> BurdenEntry:
    organ = await work.departments.get(first.department)
    return BurdenEntry(
        entry_id=work.new_id(),
        place=first.place,
        year=own.day.year,
        round_id="",
        organs=(organ.code,),
        levels=(organ.level.value,),
        exemption=first.kind if first.kind in work.policy.burden.exemptions else "",
        note=first.reason,
        entered_at=work.now(),
        entered_by=work.actor.name,
        joined=tuple(joined),
        day=own.day,
    )


async def _due_together(work: Work, first: DueCheck, day: date) -> list[DueCheck]:
    """Give what the organ has due at the place that may be checked on the day as well."""
    waiting = await work.due_checks.where(
        place=first.place, department=first.department, state=DueState.WAITING
    )
    return [due for due in waiting if due.due_id == first.due_id or due.from_date <= day]


async def _put_down(work: Work, entry: BurdenEntry) -> None:
    if not entry.exemption:
        await burden_ledger.hold_years(work, [entry.year])
        caps = work.policy.burden
        ledger = await burden_ledger.ledger_of(work, [entry.place], [entry.year], caps)
        full = ledger.full(entry.place, entry.year, entry.levels, entry.organs)
        if full is not None:
            raise RuleBrokenError(
                Rule.CAP_REACHED, place=entry.place, year=entry.year, cap=full.cap(caps)
            )
    await burden_ledger.put_down(work, [entry])
