"""Gaps in a department's queue: what is missing is sent again, or declared void, and put on record.

Source: 4-messaging.md 4.4.
"""

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from datetime import timedelta

from contracts.sequences import (
    MOST_AT_ONCE,
    QueueKind,
    ResendRequested,
    SequencesVoided,
    VoidReason,
)
from contracts.topology import department_of, events_queue, tasks_queue
from coordinator.domain.agents import AgentPulse
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.services.access import require_office
from coordinator.services.ports import Resend, Work


@dataclass(frozen=True, slots=True)
class Missing:
    """Sequences of a queue, both ends included."""

    queue: str
    first: int
    last: int


_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
_QUEUES = {QueueKind.TASKS: tasks_queue, QueueKind.EVENTS: events_queue}


async def resend_missing(work: Work, department: str, message: ResendRequested) -> None:
    """Send again what is kept of a gap, as it was; say of the rest that it will not come.

    Raises RESEND_TOO_OFTEN for what was sent again only just now.
    """
    queue = _QUEUES[message.queue](department)
    first, last = message.first, min(message.last, message.first + MOST_AT_ONCE - 1)
    await _require_not_too_often(work, Missing(queue, first, last))
    kept = set(await work.queues.send_again(queue, first, last))
    given = await work.queues.last_sequence(queue)
    voids = list(_voids(first, last, kept, given))
    for start, end, reason in voids:
        void = SequencesVoided(queue=message.queue, first=start, last=end, reason=reason)
        await work.post.to_department(department, void, subject=queue, correlation=queue)
    await _record(work, department, Missing(queue, first, last), (len(kept), last - first + 1))


async def unheard(work: Work) -> Sequence[tuple[str, Missing]]:
    """Name what was sent long ago to living agents that know nothing of it, with nothing waiting.

    The last messages of a queue may be lost with it: no later one shows the gap.
    """
    silence = timedelta(minutes=work.policies.watch_rules().silent_after_minutes)
    alive_since, given = work.machine_now() - silence, await work.queues.last_sequences()
    behind = [
        (department, queue, passed)
        for pulse in await work.agent_pulses.where()
        if pulse.heartbeat_at is not None and pulse.heartbeat_at >= alive_since
        for department, queue, passed in _passed(pulse)
        if given.get(queue, 0) > passed
    ]
    found = []
    for department, queue, passed in behind:
        times = await work.resends.count(queue=queue, first=passed + 1)
        last = await work.queues.last_sent(queue, work.policies.resend_rules().after(times))
        if last > passed:
            last = min(last, passed + MOST_AT_ONCE)
            found.append((department, Missing(queue, passed + 1, last)))
    return found


async def resend_unheard(work: Work) -> int:
    """Send again what living agents know nothing of; gives how many messages leave."""
    require_office(work)
    number = 0
    for department, missing in await unheard(work):
        kept = await work.queues.send_again(missing.queue, missing.first, missing.last)
        if kept:
            await _record(work, department, missing, (len(kept), len(kept)))
        number += len(kept)
    return number


async def _require_not_too_often(work: Work, missing: Missing) -> None:
    """Refuse what overlaps with a resend of a moment ago, or is too much for one hour."""
    rules, now = work.policies.resend_rules(), work.machine_now()
    today = await work.queues.resends(missing.queue, _DAY)
    same = [each for each in today if _overlap(each, missing)]
    hour = [each for each in today if each.requested_at > now - _HOUR]
    resent = sum(each.number_resent for each in hour)
    until = now
    if same:
        until = same[-1].requested_at + rules.asked_again_after(len(same))
    if resent + missing.last - missing.first >= rules.asked_most_per_hour:
        until = max(until, hour[0].requested_at + _HOUR) if hour else until
    if until > now:
        raise RuleBrokenError(
            Rule.RESEND_TOO_OFTEN,
            queue=missing.queue,
            first=missing.first,
            last=missing.last,
            resent=resent,
            until=until,
        )


def _overlap(resend: Resend, missing: Missing) -> bool:
    return resend.first <= missing.last and missing.first <= resend.last


def _passed(pulse: AgentPulse) -> Iterator[tuple[str, str, int]]:
    """Give how far a department's queues were seen to; nothing where messages wait in its store."""
    department, said = department_of(pulse.agent), pulse.backlog
    if department is None or said.retries or said.held_back:
        return
    for name, passed in ((tasks_queue, said.passed_tasks), (events_queue, said.passed_events)):
        if passed is not None:
            yield department, name(department), passed


async def _record(work: Work, department: str, missing: Missing, numbers: tuple[int, int]) -> None:
    resent, of = numbers
    resend = Resend(
        resend_id=work.new_id(),
        department=department,
        queue=missing.queue,
        first=missing.first,
        last=missing.last,
        number_resent=resent,
        number_voided=of - resent,
        requested_at=work.machine_now(),
    )
    await work.resends.add([resend])
    await work.audit(
        "messages:sequences:resent",
        department,
        queue=missing.queue,
        first=missing.first,
        last=missing.last,
        resent=resent,
        voided=of - resent,
    )


def _voids(
    first: int, last: int, kept: Set[int], given: int
) -> Iterator[tuple[int, int, VoidReason]]:
    """Give the unbroken runs of what is not kept, apart by whether it was ever sent."""
    start: int | None = None
    for sequence in range(first, last + 2):
        over = sequence > last or sequence in kept
        if start is not None and (over or sequence == given + 1):
            reason = VoidReason.NOT_KEPT if start <= given else VoidReason.NEVER_SENT
            yield start, sequence - 1, reason
            start = None
        if start is None and not over:
            start = sequence
