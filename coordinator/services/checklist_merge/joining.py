"""Checks that no lot asked for join visits of a round that go to their place anyway (2.3, 2.9).

They stand outside the record: checks.tsv, visits.tsv and units.tsv hold what was drawn. A visit
takes them until it is sent out, and only of an organ that comes anyway, so that nothing is added
to what the place's year counts.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from contracts.vocabulary import Mode
from coordinator.domain.dispatch import Visit
from coordinator.domain.due_checks import (
    Berth,
    DueCheck,
    days_together,
    joined_check,
    joined_check_id,
    may_join,
)
from coordinator.domain.lifecycle import DueState, VisitState
from coordinator.domain.policy import Policy
from coordinator.domain.registers import CheckItem
from coordinator.services import burden_ledger, due_checks
from coordinator.services.policies import policy_of_round
from coordinator.services.ports import Work
from coordinator.services.published_items import items_by_code


async def join_waiting(work: Work, places: Collection[str] | None = None) -> int:
    """Let the checks that wait, at these places or anywhere, join visits; gives how many did.

    The most urgent come first, and each takes the earliest visit it fits.
    """
    narrowed = {} if places is None else {"place": set(places)}
    waiting = await work.due_checks.where(state=DueState.WAITING, **narrowed)
    if not waiting:
        return 0
    visits = await work.visits.where(
        place={due.place for due in waiting},
        state=VisitState.DRAWN,
        mode=Mode.ANNOUNCED,
        desk=False,
    )
    joining = await _Joining.at(work, visits, waiting)
    ordered = sorted(waiting, key=lambda due: (due.deadline, due.from_date, due.due_id))
    return sum([await joining.place(due) for due in ordered])


async def join_due(work: Work, source_id: str) -> int:
    """Let the checks of one lead or order join visits; gives how many did."""
    dues = await work.due_checks.where(source_id=source_id, state=DueState.WAITING)
    return await join_waiting(work, {due.place for due in dues}) if dues else 0


async def settle_joined(work: Work, visits: Iterable[Visit]) -> None:
    """Before visits are sent out: narrow each to the days of what joined it.

    Whatever has no day left waits again, so that nobody's deadline holds a round back.
    """
    drawn = [visit for visit in visits if visit.state is VisitState.DRAWN]
    await join_waiting(work, {visit.place for visit in drawn})
    joined = await work.due_checks.where(
        visit_id={visit.visit_id for visit in drawn}, state=DueState.JOINED
    )
    holding = {due.visit_id for due in joined}
    joining = await _Joining.at(work, [v for v in drawn if v.visit_id in holding], joined)
    for berth in joining.berths:
        await _narrow(work, berth)


async def give_back_joined(work: Work, visit_id: str) -> None:
    """Let what had joined a withdrawn visit wait again, and join another visit to the place."""
    joined = await work.due_checks.where(visit_id=visit_id, state=DueState.JOINED)
    for due in joined:
        await due_checks.wait_again(work, due, "visit-withdrawn")
    await join_waiting(work, {due.place for due in joined})


async def give_back_rideless(work: Work, without: Iterable[tuple[str, str]]) -> None:
    """Let what had joined a (visit, organ) wait again: the organ does not come any more."""
    for visit_id, department in without:
        for due in await work.due_checks.where(
            visit_id=visit_id, department=department, state=DueState.JOINED
        ):
            await _leave(work, due)
            await due_checks.wait_again(work, due, "organ-stays-away")


async def answer_joined(work: Work, visit_id: str, department: str) -> None:
    """Take an approved report as the answer to what had joined; what was not checked waits on."""
    results = {
        (result.object_id, result.item): result
        for result in await work.results.where(visit_id=visit_id, department=department)
    }
    joined = await work.due_checks.where(
        visit_id=visit_id, department=department, state=DueState.JOINED
    )
    for due in joined:
        result = results.get((due.object_id, due.item))
        if result is None or not result.checked:
            await due_checks.wait_again(work, due, "not-checked")
        else:
            await due_checks.finish(work, due, result_id=result.result_id)


async def cancel_due(work: Work, source_id: str, reason: str) -> None:
    """Drop what a lead or an order still asks for; what is on its way already is checked."""
    for due in await work.due_checks.where(
        source_id=source_id, state=(DueState.WAITING, DueState.JOINED)
    ):
        if due.state is DueState.JOINED:
            if (await work.visits.get(due.visit_id)).state is not VisitState.DRAWN:
                continue
            await _leave(work, due)
        await due_checks.cancel(work, due, reason)


async def _leave(work: Work, due: DueCheck) -> None:
    """Take a joined check out of a visit that nobody was told of."""
    await work.checks.remove(joined_check_id(due.visit_id, due.due_id))
    await burden_ledger.ride_along(work, due.visit_id, without=due.due_id)


@dataclass
class _Joining:
    """Visits that may take checks, with the items and rules that decide."""

    work: Work
    berths: list[Berth]
    items: Mapping[str, CheckItem]
    policies: Mapping[str, Policy]

    @classmethod
    async def at(cls, work: Work, visits: Sequence[Visit], dues: Iterable[DueCheck]) -> "_Joining":
        """Load what is known of some visits, the earliest first."""
        rounds = await work.rounds.where(round_id={visit.round_id for visit in visits})
        policies = {each.round_id: await policy_of_round(work, each) for each in rounds}
        return cls(
            work,
            await _berths(work, visits, policies),
            await items_by_code(work, (due.item for due in dues)),
            policies,
        )

    async def place(self, due: DueCheck) -> bool:
        """Let a check join the first visit that can take it; False when none can."""
        item, today = self.items.get(due.item), self.work.today()
        for index, berth in enumerate(self.berths):
            if item is not None and may_join(due, berth, item, today):
                self.berths[index] = await self._join(due, berth, item)
                return True
        return False

    async def _join(self, due: DueCheck, berth: Berth, item: CheckItem) -> Berth:
        work, visit_id = self.work, berth.visit.visit_id
        desk = self.policies[berth.visit.round_id].merge.desk_methods
        method = next((each for each in item.methods if each not in desk), item.methods[0])
        check = joined_check(due, berth, item, method)
        joined = due.moved(DueState.JOINED, visit_id=visit_id)
        await work.due_checks.save(joined)
        await work.checks.add([check])
        await burden_ledger.ride_along(work, visit_id, due.due_id)
        await work.audit("checklist-merge:due-check:joined", due.due_id, kind=due.kind)
        return berth.with_one_more(joined, check)


async def _berths(
    work: Work, visits: Sequence[Visit], policies: Mapping[str, Policy]
) -> list[Berth]:
    known = {visit.visit_id for visit in visits}
    checks, joined = defaultdict(list), defaultdict(list)
    for check in await work.checks.where(visit_id=known):
        checks[check.visit_id].append(check)
    for due in await work.due_checks.where(visit_id=known, state=DueState.JOINED):
        joined[due.visit_id].append(due)
    able = await _competences(work, known)
    return [
        Berth(
            visit=visit,
            checks=checks[visit.visit_id],
            joined=joined[visit.visit_id],
            competences=able[visit.visit_id],
            max_minutes=policies[visit.round_id].merge.max_minutes,
            notice_days=policies[visit.round_id].dispatch.notice_days,
        )
        for visit in sorted(visits, key=lambda each: (each.date_from, each.visit_id))
    ]


async def _competences(
    work: Work, visit_ids: Collection[str]
) -> Mapping[str, Mapping[str, Collection[str]]]:
    """Give what each organ's seated officers can check, by visit."""
    seats = await work.team.where(visit_id=visit_ids, expert=False)
    people = await work.inspectors.where(inspector_id={seat.person_id for seat in seats})
    skills = {each.inspector_id: set(each.competences) for each in people}
    able: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for seat in seats:
        able[seat.visit_id][seat.department] |= skills.get(seat.person_id, set())
    return able


async def _narrow(work: Work, berth: Berth) -> None:
    """Keep what still has a day together, the most urgent first, and narrow the visit to it."""
    kept: list[DueCheck] = []
    today = work.today()
    for due in sorted(berth.joined, key=lambda each: (each.deadline, each.due_id)):
        if days_together(berth, (*kept, due), today) is not None:
            kept.append(due)
            continue
        await _leave(work, due)
        await due_checks.wait_again(work, due, "no-day-left")
    days = days_together(berth, kept, today)
    if kept and days is not None:
        await work.visits.save(replace(berth.visit, date_from=days[0], date_to=days[1]))
