"""Before dispatch: checks whose item is not published or not valid any more are left out.

凡是法律法规规章没有规定的，一律不得擅自开展检查 (2.0). One lapsed item stops neither its visit nor
its round. A check that is left out stays in the account of its round, deferred with its reason (2.3
rule 1); an organ with nothing left to check stays at home, and a visit with nothing left is
withdrawn: both give back what they hold of the place's year.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from coordinator.domain.dispatch import Visit, VisitCheck, WhyLeftOut, first_day, lead_of
from coordinator.domain.errors import given
from coordinator.domain.lifecycle import TASK_MOVES, TaskState, VisitState, move
from coordinator.domain.lottery.ceremony import Round
from coordinator.domain.registers import CheckItem
from coordinator.domain.registers.item_checks import why_not_valid
from coordinator.services import burden_ledger
from coordinator.services.dispatch.publishing import withdraw_visit
from coordinator.services.policies import policy_of_round
from coordinator.services.ports import Work
from coordinator.services.published_items import items_by_code
from coordinator.services.round_lines import lines_of_round


@dataclass
class LeftOut:
    """What became of visits by leaving checks out of them, by id.

    `emptied` were withdrawn, `led_anew` have another lead organ, and `rideless` organs have no
    drawn check left in a visit, as (visit, organ): nothing that had joined can go with them.
    """

    emptied: list[str] = field(default_factory=list)
    led_anew: list[str] = field(default_factory=list)
    rideless: list[tuple[str, str]] = field(default_factory=list)


async def leave_out_lapsed(work: Work, round_id: str, visits: Iterable[Visit]) -> LeftOut:
    """Leave out of a round's visits to be sent out what is not valid on all days they may take."""
    coming = [visit for visit in visits if visit.state is VisitState.DRAWN]
    held: dict[str, list[VisitCheck]] = defaultdict(list)
    known = {visit.visit_id for visit in coming}
    for check in await work.checks.where(visit_id=known, due_check="", left_out=None):
        held[check.visit_id].append(check)
    drawn = await work.rounds.get(round_id)
    notice = (await policy_of_round(work, drawn)).dispatch.notice_days
    items = await items_by_code(work, {check.item for each in held.values() for check in each})
    done = LeftOut()
    for visit in coming:
        days = replace(visit, date_from=first_day(visit, work.today(), notice))
        lapsed = _lapsed(days, held[visit.visit_id], items)
        if lapsed:
            await _note(work, lapsed)
            codes = {check.check_id for check in lapsed}
            kept = [each for each in held[visit.visit_id] if each.check_id not in codes]
            await _go_on_with(work, (drawn, visit), kept, done)
    return done


def _lapsed(
    visit: Visit, checks: Sequence[VisitCheck], items: Mapping[str, CheckItem]
) -> list[VisitCheck]:
    """Give the checks that may not be made in a visit's days, each with why."""
    found = []
    for check in checks:
        why = why_not_valid(items.get(check.item), visit.date_from, visit.date_to)
        if why is not None:
            reason = WhyLeftOut.ITEM_LAPSED if why else WhyLeftOut.ITEM_NOT_PUBLISHED
            found.append(replace(check, left_out=reason.value))
    return found


async def _note(work: Work, lapsed: Sequence[VisitCheck]) -> None:
    await work.checks.save(*lapsed)
    for check in lapsed:
        await work.audit(
            "dispatch:check:left-out",
            check.visit_id,
            line=check.line,
            item=check.item,
            department=check.department,
            reason=check.left_out,
        )


async def _go_on_with(
    work: Work, where: tuple[Round, Visit], kept: Sequence[VisitCheck], done: LeftOut
) -> None:
    """Let a visit of a round go on with the organs that still check something, or withdraw it."""
    drawn, visit = where
    staying = tuple(code for code in visit.departments if any(code == c.department for c in kept))
    if not staying:
        left = await work.checks.where(visit_id=visit.visit_id, due_check="")
        reason = given(left[0].left_out, "left_out", visit.visit_id)
        await withdraw_visit(work, visit.visit_id, reason)
        done.emptied.append(visit.visit_id)
        return
    gone = [code for code in visit.departments if code not in staying]
    if not gone:
        return
    done.rideless += [(visit.visit_id, code) for code in gone]
    lead = visit.lead_department
    if lead in gone:
        lines = {line.code: line for line in await lines_of_round(work, drawn)}
        lead = lead_of([(check.line, check.department) for check in kept], lines)
        done.led_anew.append(visit.visit_id)
    await work.visits.save(replace(visit, departments=staying, lead_department=lead))
    organs = await work.departments.where(code=staying)
    await burden_ledger.shrink(
        work, visit.visit_id, staying, {organ.level.value for organ in organs}
    )
    await _leave_at_home(work, visit, gone)


async def _leave_at_home(work: Work, visit: Visit, departments: Sequence[str]) -> None:
    """Withdraw the parts of organs that nobody has told yet; the record keeps who was drawn."""
    for task in await work.tasks.where(visit_id=visit.visit_id, department=departments):
        state = move(TASK_MOVES, task.state, TaskState.WITHDRAWN, of=task.task_id)
        await work.tasks.save(replace(task, state=state))
        await work.audit("dispatch:task:left-out", visit.visit_id, department=task.department)
    for seat in await work.team.where(visit_id=visit.visit_id, department=departments):
        await work.team.remove(seat.member_id)
