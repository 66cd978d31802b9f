"""Reminders: whoever an attempt waits for is told again, by its deadline or by a person."""

from dataclasses import replace

from contracts.draws import EntropyReminded
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import RoundState
from coordinator.domain.lottery.ceremony import Contributor, Round, awaited_of
from coordinator.domain.lottery.silence import number_due
from coordinator.services.access import require_office
from coordinator.services.lottery.opening import contributors_of
from coordinator.services.policies import policy_of_round
from coordinator.services.ports import Work

_WAITING = (RoundState.OPEN, RoundState.FROZEN, RoundState.REVEALING)


async def remind_now(work: Work, round_id: str) -> Round:
    """Remind everybody the attempt waits for, whatever was sent before."""
    require_office(work)
    drawn = await work.rounds.get(round_id)
    waiting = await awaited_contributors(work, drawn)
    if not waiting:
        raise RuleBrokenError(Rule.NOBODY_AWAITED, round=round_id)
    for contributor in waiting:
        await _remind(work, drawn, contributor)
    return drawn


async def reminders_due(work: Work) -> list[tuple[Round, list[tuple[Contributor, int]]]]:
    """Give whom a deadline wants reminded now, by round, with the reminders due to each so far."""
    found = []
    for drawn in await work.rounds.where(state=_WAITING):
        due = await _number_due(work, drawn)
        late = [
            (each, due)
            for each in await awaited_contributors(work, drawn)
            if each.duty_reminders < due
        ]
        if late:
            found.append((drawn, late))
    return found


async def remind_when_due(work: Work) -> int:
    """Send the reminders that deadlines brought, one to each at most; gives how many were sent."""
    require_office(work)
    sent = 0
    for drawn, late in await reminders_due(work):
        for contributor, due in late:
            await _remind(work, drawn, replace(contributor, duty_reminders=due))
            sent += 1
    return sent


async def awaited_contributors(work: Work, drawn: Round) -> list[Contributor]:
    """Give whom the attempt waits for, by code."""
    everybody = await contributors_of(work, drawn)
    return [each for each in everybody if awaited_of(drawn, each) is not None]


async def forget_reminders(work: Work, drawn: Round) -> None:
    """Begin to count for a new deadline."""
    for each in await contributors_of(work, drawn):
        fresh = replace(each, number_of_reminders=0, duty_reminders=0, reminded_at=None)
        await work.contributors.save(fresh)


async def skip_reminders_due(work: Work, drawn: Round) -> None:
    """Take the reminders due by now as sent: everybody was just asked for the next thing."""
    due = await _number_due(work, drawn)
    for each in await contributors_of(work, drawn):
        await work.contributors.save(replace(each, duty_reminders=due))


async def _number_due(work: Work, drawn: Round) -> int:
    policy = await policy_of_round(work, drawn)
    return number_due(work.now(), drawn.deadline_at, policy.lottery.reminder_hours)


async def _remind(work: Work, drawn: Round, contributor: Contributor) -> None:
    awaited = awaited_of(drawn, contributor)
    if awaited is None:
        return
    number = contributor.number_of_reminders + 1
    reminded = replace(contributor, number_of_reminders=number, reminded_at=work.now())
    await work.contributors.save(reminded)
    message = EntropyReminded(
        round_id=drawn.round_id,
        title=drawn.title,
        attempt=drawn.attempt,
        awaited=awaited,
        deadline_at=drawn.deadline_at,
        number=number,
    )
    await work.post.to_department(
        contributor.code, message, subject=drawn.round_id, correlation=drawn.round_id
    )
    await work.audit(
        "lottery:contributor:reminded",
        drawn.round_id,
        contributor=contributor.code,
        awaited=awaited.value,
        number=number,
    )
