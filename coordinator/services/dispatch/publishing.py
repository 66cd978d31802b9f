"""Dispatch: visits get number and code, every organ its task; covert targets open on the day."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from contracts.tasks import (
    CheckCard,
    CheckpointCard,
    PlaceCard,
    TaskAccepted,
    TaskDeclined,
    TaskOpened,
    TaskPublished,
    TaskWithdrawn,
    TeamMemberCard,
)
from contracts.vocabulary import Mode
from coordinator.domain.dispatch import (
    DepartmentTask,
    Visit,
    VisitCheck,
    first_day,
    require_notice_time,
    task_id,
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
from coordinator.domain.policy import DispatchPolicy
from coordinator.services.access import require_office
from coordinator.services.policies import policy_of_round
from coordinator.services.ports import Work
from coordinator.services.published_items import require_visit_items

_UNDER_WAY = (VisitState.PUBLISHED, VisitState.RUNNING)


@dataclass(frozen=True)
class _Cards:
    """What a visit's messages carry."""

    place: PlaceCard
    checks: tuple[CheckCard, ...]
    team: tuple[TeamMemberCard, ...]


async def publish_visits(work: Work, round_id: str) -> int:
    """Approve and publish all drawn visits of a round; gives the number of tasks sent out."""
    require_office(work)
    drawn = await work.rounds.get(round_id)
    state = move(ROUND_MOVES, drawn.state, RoundState.DISPATCHED, of=round_id)
    policy = await policy_of_round(work, drawn)
    sent = 0
    for visit in await work.visits.where(round_id=round_id, state=VisitState.DRAWN):
        sent += await _publish(work, visit, policy.dispatch)
    await work.rounds.save(replace(drawn, state=state))
    await work.audit("dispatch:round:published", round_id, tasks=sent)
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
    for department in visit.departments:
        cards = await _cards(work, visit, department)
        message = TaskOpened(
            visit_id=visit_id,
            place=cards.place,
            checks=cards.checks,
            visit_code=given(visit.visit_code, "visit_code", visit_id),
        )
        await work.post.to_department(department, message, subject=visit_id, correlation=visit_id)
    visit = replace(visit, opened_at=work.now())
    await work.visits.save(visit)
    await work.audit("dispatch:visit:opened", visit_id)
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


async def receive_acceptance(work: Work, department: str, message: TaskAccepted) -> None:
    """Note that an organ accepts its part; with the first one the visit runs."""
    task = await _own_task(work, department, message.visit_id, message.department)
    if task.accepted_at is not None:
        return
    state = move(TASK_MOVES, task.state, TaskState.ACCEPTED, of=task.task_id)
    await work.tasks.save(
        replace(task, state=state, accepted_at=work.now(), accepted_by=message.accepted_by)
    )
    visit = await work.visits.get(message.visit_id)
    if visit.state is VisitState.PUBLISHED:
        await work.visits.save(replace(visit, state=VisitState.RUNNING))
    await work.audit("dispatch:task:accepted", message.visit_id, department=department)


async def receive_decline(work: Work, department: str, message: TaskDeclined) -> None:
    """Put on record that an organ declines a person of its team, with its reason."""
    await _own_task(work, department, message.visit_id, message.department)
    await work.audit(
        "dispatch:person:declined",
        message.visit_id,
        department=department,
        person=message.person_id,
        reason=message.reason,
    )


async def _own_task(work: Work, sender: str, visit_id: str, department: str) -> DepartmentTask:
    if sender != department:
        raise RuleBrokenError(Rule.NOT_YOUR_DEPARTMENT, actor=sender, department=department)
    return await work.tasks.get(task_id(visit_id, department))


async def _publish(work: Work, visit: Visit, policy: DispatchPolicy) -> int:
    today = work.today()
    require_notice_time(visit, today, policy.notice_days)
    year = today.year
    number = await work.next_number(f"task-number:{year}")
    visit = replace(
        visit,
        state=move(VISIT_MOVES, visit.state, VisitState.PUBLISHED, of=visit.visit_id),
        task_number=task_number(policy.task_number, year, number),
        visit_code=work.chance.code(),
        date_from=first_day(visit, today, policy.notice_days),
        approved_by=work.actor.name,
        published_at=work.now(),
    )
    await work.visits.save(visit)
    await require_visit_items(work, visit, await work.checks.where(visit_id=visit.visit_id))
    tasks = await work.tasks.where(visit_id=visit.visit_id)
    for task in tasks:
        await _send_task(work, visit, task)
    await work.audit("dispatch:visit:published", visit.visit_id, number=visit.task_number)
    return len(tasks)


async def _send_task(work: Work, visit: Visit, task: DepartmentTask) -> None:
    state = move(TASK_MOVES, task.state, TaskState.PUBLISHED, of=task.task_id)
    await work.tasks.save(replace(task, state=state, published_at=work.now()))
    cards = await _cards(work, visit, task.department)
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
    )
    await work.post.to_department(
        task.department, message, subject=visit.visit_id, correlation=visit.visit_id
    )


async def _cards(work: Work, visit: Visit, department: str) -> _Cards:
    checks = await work.checks.where(visit_id=visit.visit_id, department=department)
    return _Cards(
        place=PlaceCard(
            place=visit.place, name=visit.place_name, address=visit.address, region=visit.region
        ),
        checks=await _check_cards(work, checks),
        team=await _team_cards(work, visit),
    )


async def _check_cards(work: Work, checks: Sequence[VisitCheck]) -> tuple[CheckCard, ...]:
    """Give one card per item and object: lines that ask the same are answered together."""
    once = {(check.object_id, check.item): check for check in reversed(checks)}
    items = {
        item.code: item for item in await work.items.where(code={check.item for check in checks})
    }
    return tuple(
        CheckCard(
            line=check.line,
            object_id=check.object_id,
            object_name=check.object_name,
            item=check.item,
            item_name=check.item_name,
            methods=items[check.item].methods,
            legal_bases=items[check.item].legal_bases,
            minutes=check.minutes,
            checkpoints=tuple(
                CheckpointCard(
                    code=point.code,
                    text=point.text,
                    kind=point.kind,
                    shared_code=point.shared_code,
                    choices=point.choices,
                )
                for point in items[check.item].checkpoints
            ),
        )
        for _, check in sorted(once.items())
    )


async def _team_cards(work: Work, visit: Visit) -> tuple[TeamMemberCard, ...]:
    members = await work.team.where(visit_id=visit.visit_id)
    people = {member.person_id for member in members}
    officers = {
        each.inspector_id: each for each in await work.inspectors.where(inspector_id=people)
    }
    experts = {each.expert_id: each for each in await work.experts.where(expert_id=people)}
    return tuple(
        TeamMemberCard(
            person_id=member.person_id,
            name=(experts if member.expert else officers)[member.person_id].name,
            department=member.department,
            certificate_number=None
            if member.expert
            else officers[member.person_id].certificate_number,
            leader=member.leader,
            expert=member.expert,
        )
        for member in members
    )
