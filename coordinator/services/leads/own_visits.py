"""Visits that due checks get for themselves: counted apart, or within the cap of the place."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from contracts.vocabulary import Mode
from coordinator.domain.burden_ledger import BurdenEntry
from coordinator.domain.burden_warnings import signs_of
from coordinator.domain.dispatch import task_number
from coordinator.domain.due_checks import DueCheck
from coordinator.domain.errors import Rule, RuleBrokenError, given
from coordinator.domain.lifecycle import DueState, RoundState
from coordinator.domain.own_visits import Officers, Outcome, OwnVisit, require_outcome
from coordinator.domain.registers import Inspector
from coordinator.services import burden_ledger, due_checks
from coordinator.services.access import require_office_or
from coordinator.services.burden_warnings import answer_frequency, require_answer
from coordinator.services.ports import Work
from coordinator.services.published_items import items_by_code

_TOLD = (RoundState.DISPATCHED, RoundState.DISCLOSED)


@dataclass(frozen=True, kw_only=True)
class OwnVisitOrder:
    """A visit that due checks get for themselves: its day, and who goes, the leader first.

    `officers` are ids of the directory, or numbers of certificates; `frequency_reason` says why it
    is made although the place is one of high frequency.
    """

    day: date
    officers: tuple[str, ...]
    frequency_reason: str = ""


async def give_own_visit(work: Work, due_id: str, own: OwnVisitOrder) -> BurdenEntry:
    """Give a waiting check a visit of its own, with whatever else its organ has due at the place.

    It is counted apart under its typed exemption; a kind that the profile does not exempt needs
    room in the place's year (CAP_REACHED). It gets a task number and a visit code.
    """
    first = await work.due_checks.get(due_id)
    require_office_or(work, first.department)
    first.moved(DueState.ALONE)
    earliest = max(first.from_date, work.today())
    if own.day < earliest:
        raise _outside(due_id, own.day, earliest)
    together = await _due_together(work, first, own.day)
    officers = await _officers(work, first, together, own)
    entry = await _entry_of(work, first, own, [due.due_id for due in together if due != first])
    await _answer_for(work, first, entry, own)
    await _put_down(work, entry)
    await _keep(work, first, entry, (own, officers))
    names = "、".join(f"{each.name} {each.certificate_number}" for each in officers)
    alone = {"entry_id": entry.entry_id, "own_date": own.day, "officers": names}
    await work.due_checks.save(*(due.moved(DueState.ALONE, **alone) for due in together))
    await work.audit("leads:own-visit:arranged", entry.place, kind=first.kind, checks=len(together))
    return entry


async def finish_own_visit(work: Work, due_id: str, outcome: Outcome) -> DueCheck:
    """Report what came of a check on its own visit, in the codes of the table."""
    due = await work.due_checks.get(due_id)
    require_office_or(work, due.department)
    if due.state is DueState.ALONE and due.own_date and due.own_date > work.today():
        raise _outside(due_id, work.today(), due.own_date)
    item = (await items_by_code(work, [due.item])).get(due.item)
    require_outcome(outcome, due, item.methods[0] if item else "-", work.policy)
    return await due_checks.finish_alone(work, due, outcome)


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
    kept = await work.own_visits.find(due.entry_id)
    if kept is not None:
        await work.own_visits.save(replace(kept, called_off_at=work.now()))
    return [await due_checks.wait_again(work, each, why) for each in together]


def _outside(due_id: str, day: date, earliest: date) -> RuleBrokenError:
    window = [earliest.isoformat(), "-"]
    return RuleBrokenError(Rule.OUTSIDE_WINDOW, visit=due_id, date=day.isoformat(), window=window)


async def _officers(
    work: Work, first: DueCheck, together: Sequence[DueCheck], own: OwnVisitOrder
) -> tuple[Inspector, ...]:
    """Give who goes as the directory knows them, or refuse who can't."""
    codes = tuple(dict.fromkeys(code.strip() for code in own.officers if code.strip()))
    by_code = {e.inspector_id: e for e in await work.inspectors.where(inspector_id=codes)}
    for each in await work.inspectors.where(certificate_number=codes):
        by_code.setdefault(each.certificate_number, each)
    named = {
        by_code[code].inspector_id if code in by_code else code: by_code.get(code) for code in codes
    }
    things = await work.objects.where(object_id={due.object_id for due in together})
    concerned = {code for each in things for code in (each.object_id, each.credit_subject)}
    recusals = await work.recusals.where(person_id=set(named), object_id=concerned)
    going = Officers(
        department=first.department,
        named=named,
        barred={each.person_id for each in recusals},
        at_least=work.policy.team.quota_min,
    )
    items = await items_by_code(work, {due.item for due in together})
    return going.require_fit(own.day, list(items.values()))


async def _answer_for(work: Work, first: DueCheck, entry: BurdenEntry, own: OwnVisitOrder) -> None:
    """Ask why, where the visit makes its place one of high frequency (2.12).

    Only what everybody has been told of counts: a refusal must not tell of visits to come.
    """
    rounds = await work.rounds.where(mode=Mode.ANNOUNCED, state=_TOLD)
    shown = {"", *(each.round_id for each in rounds)}
    before = await work.burden_entries.where(
        place=entry.place, year=entry.year, round_id=shown, released_at=None
    )
    if not signs_of([*before, entry], work.policy.burden):
        return
    about = [f"{entry.year}|{entry.place}"]
    if own.frequency_reason:
        await answer_frequency(work, first.due_id, about, own.frequency_reason)
    await require_answer(work, first.due_id, about)


async def _keep(
    work: Work,
    first: DueCheck,
    entry: BurdenEntry,
    how: tuple[OwnVisitOrder, Sequence[Inspector]],
) -> None:
    own, officers = how
    thing = await work.objects.get(first.object_id)
    year = work.today().year
    number = await work.next_number(f"task-number:{year}")
    visit = OwnVisit(
        entry_id=entry.entry_id,
        department=first.department,
        place=first.place,
        place_name=thing.name,
        address=thing.address,
        region=thing.region,
        day=own.day,
        task_number=task_number(work.policy.dispatch.task_number, year, number),
        visit_code=work.chance.code(),
        officers=tuple(each.inspector_id for each in officers),
        arranged_by=work.actor.name,
        arranged_at=work.now(),
    )
    await work.own_visits.add([visit])


async def _entry_of(
    work: Work, first: DueCheck, own: OwnVisitOrder, joined: Sequence[str]
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
