"""The merge after a replacement: new and existing visits take the new object's checks in.

A visit that held the old object is withdrawn by then; what else it held goes on in a visit of its
own with the same team. The record keeps the merge as it was drawn, and replaced.tsv beside it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from coordinator.domain import checklist_merge as merging
from coordinator.domain.burden_ledger import BY_CAP, CapRule, Pair, giving_way, organs_of
from coordinator.domain.dispatch import Visit, VisitCheck
from coordinator.domain.draw_computation import drawn_objects
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import VisitState
from coordinator.domain.merge_record import visit_id
from coordinator.domain.object_replacing import (
    DEFERRED,
    DroppedCheck,
    ObjectReplacement,
    ReplacementRequest,
    gone_for,
    next_moment,
)
from coordinator.services import burden_ledger
from coordinator.services.checklist_merge.dropping import keep_recognised, orphaned_checks
from coordinator.services.checklist_merge.facts import MergeFacts, cap_rule, facts_of
from coordinator.services.checklist_merge.reserves import Reserves
from coordinator.services.checklist_merge.taking_over import Seats, seats_of
from coordinator.services.checklist_merge.visits import burden_entry, visit_checks, visit_of
from coordinator.services.ports import Work


@dataclass
class _Replacing:
    """One replacement under way: what is known, and what has come of it so far."""

    work: Work
    request: ReplacementRequest
    facts: MergeFacts
    rule: CapRule
    seats: Seats
    reserves: Reserves
    replacements: list[ObjectReplacement]
    visits: list[str] = field(default_factory=list)


async def merge_replacement(work: Work, request_id: str) -> ReplacementRequest:
    """Let the next of the reserve stand for a replaced object, and give its visits.

    A line without reserve defers its checks; RESERVE_USED_UP when no line has one,
    REPLACEMENT_WITHOUT_TEAM when the new object falls to an organ that no withdrawn visit has
    officers of.
    """
    request = await work.replacement_requests.get(request_id)
    facts = await facts_of(work, await work.rounds.get(request.round_id))
    known = await work.object_replacements.where(round_id=request.round_id)
    each = _Replacing(
        work=work,
        request=request,
        facts=facts,
        rule=await cap_rule(work, facts),
        seats=await seats_of(work, request),
        reserves=Reserves(facts.inputs, drawn_objects(facts.inputs), known),
        replacements=list(known),
    )
    await burden_ledger.hold_years(work, facts.years)
    await _go_on_without(each)
    deferred = [line for line in request.lines if not await _replace(each, line)]
    if deferred == list(request.lines):
        raise RuleBrokenError(Rule.RESERVE_USED_UP, line=deferred[0])
    await _defer(each, deferred)
    done = replace(request, visits=tuple(dict.fromkeys(each.visits)))
    await work.replacement_requests.save(done)
    return done


async def _go_on_without(each: _Replacing) -> None:
    """Put what else the withdrawn visits held into visits of their own."""
    work, request = each.work, each.request
    for visit in await work.visits.where(visit_id=request.withdrawn):
        rest = [
            check
            for check in await work.checks.where(visit_id=visit.visit_id, due_check="")
            if (check.object_id, check.line in request.lines) != (request.object_id, True)
        ]
        await _defer_all(work, (check for check in rest if check.left_out))
        rest = [check for check in rest if not check.left_out]
        if rest:
            await each.facts.load(work, {(check.line, check.object_id) for check in rest})
            checks = [_stored(each.facts, visit, check) for check in rest]
            merge = merging.merge_checks(checks, each.facts.limits)
            each.seats.prefer(visit.visit_id)
            for merged in merge.visits:
                await _make(each, merged)


async def _replace(each: _Replacing, line: str) -> bool:
    """Find who stands for the object in a line: the next of the reserve who can be visited.

    False when there is no reserve; RESERVE_USED_UP when all of it had to be passed over.
    """
    old, reason = each.request.object_id, each.request.reason
    stratum = await _stratum_of(each, line)
    each.seats.prefer(each.request.visit_id)
    while True:
        new = each.reserves.next(line, stratum)
        if new is None and old == each.request.object_id:
            return False
        if new is None:
            raise RuleBrokenError(Rule.RESERVE_USED_UP, line=line)
        await _note(each, (line, stratum), (old, new), reason)
        await each.facts.load(each.work, [(line, new)])
        gone = gone_for(each.facts.objects[new])
        if gone is not None:
            old, reason = new, gone.value
        elif await _take_in(each, (line, new)):
            return True
        else:
            old, reason = new, BY_CAP


async def _defer(each: _Replacing, lines: Sequence[str]) -> None:
    """Keep what is not checked any more: it counts as unfinished, with its reason."""
    request = each.request
    checks = await each.work.checks.where(
        visit_id=request.withdrawn, object_id=request.object_id, line=set(lines)
    )
    await _defer_all(each.work, checks, request.reason)


async def _defer_all(work: Work, checks: Iterable[VisitCheck], reason: str = "") -> None:
    """Keep checks as deferred: for a reason, unless each has its own for being left out."""
    await work.dropped_checks.add(
        DroppedCheck(
            check_id=f"{check.round_id}.{check.line}.{check.object_id}.{check.item}",
            round_id=check.round_id,
            line=check.line,
            object_id=check.object_id,
            object_name=check.object_name,
            item=check.item,
            item_name=check.item_name,
            department=check.department,
            outcome=DEFERRED,
            reference=check.left_out or reason,
            dropped_at=work.now(),
        )
        for check in checks
    )


async def _take_in(each: _Replacing, pair: Pair) -> bool:
    """Give a new object its visit; what others found clean lately drops off, perhaps all of it."""
    checks = each.facts.open_checks_of(pair)
    if checks and not await _house(each, checks):
        return False
    await keep_recognised(each.work, each.facts, [pair])
    await each.work.dropped_checks.add(orphaned_checks(each.work, each.facts, [pair]))
    return True


async def _house(each: _Replacing, checks: Sequence[merging.Check]) -> bool:
    """Let checks join a visit that is not out yet, or make visits; False when the place is full."""
    for visit in await each.work.visits.where(
        round_id=each.request.round_id, place=checks[0].place, state=VisitState.DRAWN
    ):
        held = await each.work.checks.where(visit_id=visit.visit_id, due_check="")
        await each.facts.load(each.work, {(check.line, check.object_id) for check in held})
        together = [*(_stored(each.facts, visit, check) for check in held), *checks]
        merge = merging.merge_checks(together, each.facts.limits)
        if len(merge.visits) == 1 and await _may_join(each, visit, checks):
            await _join(each, visit, merge.visits[0], checks)
            return True
    merge = merging.merge_checks(checks, each.facts.limits)
    ledger = await burden_ledger.ledger_of(
        each.work, [checks[0].place], each.facts.years, each.facts.policy.burden
    )
    if giving_way(merge.visits, ledger, each.rule):
        return False
    for merged in merge.visits:
        await _make(each, merged)
    return True


async def _may_join(each: _Replacing, visit: Visit, checks: Sequence[merging.Check]) -> bool:
    """Say whether the levels and organs that would be new in a visit have room in its year."""
    if visit.desk or visit.place in each.rule.exempt_places:
        return True
    new = set(each.rule.levels_of(organs_of(checks)))
    new -= set(each.rule.levels_of(visit.departments))
    year = visit.date_to.year
    ledger = await burden_ledger.ledger_of(
        each.work, [visit.place], [year], each.facts.policy.burden
    )
    organs = set(organs_of(checks)) - set(visit.departments)
    return ledger.full(visit.place, year, new, organs, joins=True) is None


async def _join(
    each: _Replacing, visit: Visit, merged: merging.Visit, checks: Sequence[merging.Check]
) -> None:
    work, facts = each.work, each.facts
    stored = visit_of(facts, visit.visit_id, merged)
    new = set(stored.departments) - set(visit.departments)
    await work.visits.save(
        replace(
            visit,
            date_from=stored.date_from,
            date_to=stored.date_to,
            departments=stored.departments,
        )
    )
    added = {(check.line, check.object) for check in checks}
    await work.checks.add(
        check
        for check in visit_checks(facts, visit.visit_id, merged)
        if (check.line, check.object_id) in added
    )
    await each.seats.take(work, visit, sorted(new), with_experts=False)
    await burden_ledger.grow(work, visit.visit_id, sorted(new), each.rule.levels_of(new))
    each.visits.append(visit.visit_id)


async def _make(each: _Replacing, merged: merging.Visit) -> None:
    """Store a new visit with the team that takes it over; its number follows those of the place."""
    work, facts = each.work, each.facts
    before = await work.visits.count(round_id=each.request.round_id, place=merged.place)
    merged = merged._replace(number=before + 1)
    code = visit_id(facts.inputs.keys, each.request.round_id, merged)
    visit = each.seats.led(visit_of(facts, code, merged))
    await work.visits.add([visit])
    await work.checks.add(visit_checks(facts, code, merged))
    await each.seats.take(work, visit, visit.departments, with_experts=True)
    if not merged.desk:
        entry = burden_entry(work, facts, each.rule, (code, merged))
        await burden_ledger.put_down(work, [entry])
    each.visits.append(code)
    await work.audit("checklist-merge:visit:added", code, departments=visit.departments)


async def _note(
    each: _Replacing, where: tuple[str, str], who: tuple[str, str], reason: str
) -> None:
    """Keep a row of replaced.tsv, later than all before it."""
    (line, stratum), (old, new) = where, who
    moments = [known.replaced_at for known in each.replacements]
    replacement = ObjectReplacement(
        replacement_id=f"{each.request.round_id}.{line}.{old}",
        round_id=each.request.round_id,
        line=line,
        stratum=stratum,
        object_id=old,
        replacement=new,
        reason=reason,
        replaced_at=next_moment(each.work.now(), moments),
        request_id=each.request.request_id,
    )
    await each.work.object_replacements.add([replacement])
    each.replacements.append(replacement)


async def _stratum_of(each: _Replacing, line: str) -> str:
    """Give the stratum in which an object was drawn, or stands for who was."""
    thing = each.request.object_id
    drawn = {row.object: row.stratum for row in each.facts.inputs.drawn[line]}
    came = {known.replacement: known.stratum for known in each.replacements if known.line == line}
    return drawn.get(thing) or came[thing]


def _stored(facts: MergeFacts, visit: Visit, check: VisitCheck) -> merging.Check:
    """Give a stored check as the merge knows it."""
    line = facts.lines[check.line]
    return merging.Check(
        object=check.object_id,
        place=visit.place,
        line=check.line,
        department=check.department,
        item=check.item,
        window_start=line.window_from,
        window_end=line.window_to,
        minutes=check.minutes,
        mode=visit.mode.value,
        method=check.method,
    )
