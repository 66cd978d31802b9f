"""Dispatch: visits get number and code, every organ its task; covert targets open on the day."""

from collections.abc import Collection, Mapping
from dataclasses import replace

from contracts.tasks import EntryRules, PrecheckCard, TaskOpened, TaskPublished, TaskWithdrawn
from contracts.vocabulary import Mode
from coordinator.domain.annual_plan import PlanLine
from coordinator.domain.dispatch import (
    DepartmentTask,
    Visit,
    first_day,
    report_days,
    require_notice_time,
    task_number,
)
from coordinator.domain.errors import Rule, RuleBrokenError, given
from coordinator.domain.lifecycle import (
    ROUND_MOVES,
    TASK_MOVES,
    VISIT_MOVES,
    RoundState,
    TaskState,
    VisitState,
    move,
)
from coordinator.domain.lottery.ceremony import Round
from coordinator.domain.policy import Policy
from coordinator.services import burden_ledger
from coordinator.services.access import require_office
from coordinator.services.dispatch.appointments import (
    appointment_card,
    note_told,
    require_appointment,
)
from coordinator.services.dispatch.cards import cards_of, entry_rules
from coordinator.services.dispatch.lapsing import tell_lapses_of
from coordinator.services.dispatch.precheck import Compared, compare, compare_announced
from coordinator.services.policies import policy_of_round, policy_of_visit
from coordinator.services.ports import Work
from coordinator.services.published_items import require_visit_items

_UNDER_WAY = (VisitState.PUBLISHED, VisitState.RUNNING)


async def publish_visits(work: Work, round_id: str) -> int:
    """Approve and publish all drawn visits of a round; gives the number of tasks sent out."""
    require_office(work)
    drawn = await work.rounds.get(round_id)
    state = move(ROUND_MOVES, drawn.state, RoundState.DISPATCHED, of=round_id)
    policy = await policy_of_round(work, drawn)
    sent = 0
    visits = await work.visits.where(round_id=round_id, state=VisitState.DRAWN)
    known = await compare_announced(work, visits, policy)
    lines = await _lines(work, drawn)
    for visit in visits:
        sent += await _publish(work, visit, policy, known, lines)
    await work.rounds.save(replace(drawn, state=state))
    await work.audit("dispatch:round:published", round_id, tasks=sent)
    return sent


async def publish_further(work: Work, visit_ids: Collection[str]) -> int:
    """Approve and publish visits that came into a round after its dispatch; gives the tasks."""
    require_office(work)
    sent = 0
    for visit in await work.visits.where(visit_id=visit_ids, state=VisitState.DRAWN):
        policy = await policy_of_visit(work, visit)
        known = await compare_announced(work, [visit], policy)
        lines = await _lines(work, await work.rounds.get(visit.round_id))
        sent += await _publish(work, visit, policy, known, lines)
    return sent


async def open_covert(work: Work, visit_id: str) -> Visit:
    """Tell the team of a covert visit its target, on a day of its window."""
    require_office(work)
    visit = await work.visits.get(visit_id)
    if visit.mode is not Mode.COVERT or visit.opened_at is not None:
        raise RuleBrokenError(Rule.VISIT_NOT_COVERT, visit=visit_id, mode=visit.mode.value)
    if visit.state not in _UNDER_WAY:
        raise RuleBrokenError(
            Rule.MOVE_NOT_ALLOWED,
            of=visit_id,
            now=visit.state.value,
            wanted="open",
            allowed=sorted(state.value for state in _UNDER_WAY),
        )
    if not visit.date_from <= work.today() <= visit.date_to:
        raise RuleBrokenError(
            Rule.OUTSIDE_WINDOW,
            visit=visit_id,
            date=work.today().isoformat(),
            window=[visit.date_from.isoformat(), visit.date_to.isoformat()],
        )
    known = await compare(work, visit)
    for department in visit.departments:
        cards = await cards_of(work, visit, department)
        message = TaskOpened(
            visit_id=visit_id,
            place=cards.place,
            checks=cards.checks,
            visit_code=given(visit.visit_code, "visit_code", visit_id),
            precheck=known.card(work, visit_id, department),
        )
        await work.post.to_department(department, message, subject=visit_id, correlation=visit_id)
    visit = replace(visit, opened_at=work.now())
    await work.visits.save(visit)
    await work.audit("dispatch:visit:opened", visit_id)
    await tell_lapses_of(work, [visit])
    return visit


async def withdraw_visit(work: Work, visit_id: str, reason: str) -> Visit:
    """Withdraw a visit that has not begun; it counts as unfinished."""
    require_office(work)
    if not reason.strip():
        raise RuleBrokenError(Rule.REASON_MISSING, visit=visit_id)
    visit = await work.visits.get(visit_id)
    state = move(VISIT_MOVES, visit.state, VisitState.WITHDRAWN, of=visit_id)
    visit = replace(visit, state=state, withdrawn_reason=reason)
    await work.visits.save(visit)
    await work.appointments.remove(visit_id)
    await burden_ledger.release(work, visit_id)
    for task in await work.tasks.where(visit_id=visit_id):
        withdrawn = move(TASK_MOVES, task.state, TaskState.WITHDRAWN, of=task.task_id)
        await work.tasks.save(replace(task, state=withdrawn))
        if task.published_at is None:
            continue  # the organ never heard of it
        message = TaskWithdrawn(visit_id=visit_id, department=task.department, reason=reason)
        await work.post.to_department(
            task.department, message, subject=visit_id, correlation=visit_id
        )
    await work.audit("dispatch:visit:withdrawn", visit_id, reason=reason)
    return visit


async def _lines(work: Work, drawn: Round) -> Mapping[str, PlanLine]:
    found = await work.plan_lines.where(plan_id=drawn.plan_id, code=drawn.lines)
    return {line.code: line for line in found}


async def _publish(
    work: Work, visit: Visit, policy: Policy, known: Compared, lines: Mapping[str, PlanLine]
) -> int:
    today = work.today()
    require_notice_time(visit, today, policy.dispatch.notice_days)
    year = today.year
    number = await work.next_number(f"task-number:{year}")
    visit = replace(
        visit,
        state=move(VISIT_MOVES, visit.state, VisitState.PUBLISHED, of=visit.visit_id),
        task_number=task_number(policy.dispatch.task_number, year, number),
        visit_code=work.chance.code(),
        date_from=first_day(visit, today, policy.dispatch.notice_days),
        approved_by=work.actor.name,
        published_at=work.now(),
    )
    await work.visits.save(visit)
    await require_appointment(work, visit)
    asked = await work.checks.where(visit_id=visit.visit_id, left_out=None)
    await require_visit_items(work, visit, asked)
    tasks = await work.tasks.where(visit_id=visit.visit_id, state=TaskState.DRAWN)
    for task in tasks:
        own = (each for each in asked if each.department == task.department)
        rules = entry_rules(policy, report_days(own, lines, policy.report))
        card = known.card(work, visit.visit_id, task.department)
        await _send_task(work, visit, task, card, rules)
    await note_told(work, visit)
    await work.audit("dispatch:visit:published", visit.visit_id, number=visit.task_number)
    return len(tasks)


async def _send_task(
    work: Work,
    visit: Visit,
    task: DepartmentTask,
    precheck: PrecheckCard | None,
    rules: EntryRules,
) -> None:
    state = move(TASK_MOVES, task.state, TaskState.PUBLISHED, of=task.task_id)
    await work.tasks.save(replace(task, state=state, published_at=work.now()))
    cards = await cards_of(work, visit, task.department)
    covert = visit.mode is Mode.COVERT
    message = TaskPublished(
        visit_id=visit.visit_id,
        round_id=visit.round_id,
        task_number=given(visit.task_number, "task_number", visit.visit_id),
        department=task.department,
        departments=visit.departments,
        lead_department=visit.lead_department,
        mode=visit.mode,
        date_from=visit.date_from,
        date_to=visit.date_to,
        desk=visit.desk,
        team=cards.team,
        place=None if covert else cards.place,
        checks=() if covert else cards.checks,
        visit_code=None if covert else visit.visit_code,
        precheck=precheck,
        appointment=await appointment_card(work, visit),
        entry_rules=rules,
    )
    await work.post.to_department(
        task.department, message, subject=visit.visit_id, correlation=visit.visit_id
    )
