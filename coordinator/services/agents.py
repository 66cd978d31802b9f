"""The agents of departments and credit systems as operators watch them: heard, silent, muted."""

from collections.abc import Sequence
from datetime import timedelta

from contracts.topology import credit_user, department_user
from coordinator.domain.agents import AgentMute, AgentStanding, AgentState, Watched, standing_of
from coordinator.domain.errors import Rule, RuleBrokenError, given
from coordinator.services.access import require_office
from coordinator.services.ports import Work


async def agent_standings(work: Work) -> Sequence[AgentStanding]:
    """Give every registered department and credit system, whoever alarms first."""
    rules, now = work.policies.watch_rules(), work.machine_now()
    standings = [standing_of(each, rules, now) for each in await _watched(work)]
    order = {state: position for position, state in enumerate(AgentState)}
    return sorted(standings, key=lambda each: (order[each.state], each.code))


async def mute_agent(work: Work, agent: str, hours: int, reason: str) -> AgentMute:
    """Silence the alarms of one agent for maintenance; a second mute replaces the first.

    MUTE_TOO_LONG beyond what the office's own rules allow at once.
    """
    actor = require_office(work)
    await _require_known(work, agent)
    most = work.policies.watch_rules().mute_hours_most
    if not 1 <= hours <= most:
        raise RuleBrokenError(Rule.MUTE_TOO_LONG, agent=agent, hours=hours, most=most)
    now = work.machine_now()
    mute = AgentMute(
        agent=agent,
        until=now + timedelta(hours=hours),
        reason=given(reason, "reason", agent),
        muted_by=actor.name,
        muted_at=now,
    )
    await work.agent_mutes.save(mute)
    await work.audit(
        "messages:agent:muted", agent, until=mute.until.isoformat(), reason=mute.reason
    )
    return mute


async def unmute_agent(work: Work, agent: str) -> AgentMute:
    """End a maintenance before its time; NOT_FOUND when the agent is not muted."""
    require_office(work)
    mute = await work.agent_mutes.get(agent)
    await work.agent_mutes.remove(agent)
    await work.audit("messages:agent:unmuted", agent)
    return mute


async def _require_known(work: Work, agent: str) -> None:
    if agent not in {each.agent for each in await _watched(work)}:
        raise RuleBrokenError(Rule.NOT_FOUND, kind="agent", key=agent)


async def _watched(work: Work) -> list[Watched]:
    pulses = {each.agent: each for each in await work.agent_pulses.where()}
    mutes = {each.agent: each for each in await work.agent_mutes.where()}
    departments = [
        (department_user(each.code), each.code, each.public_key is not None)
        for each in await work.departments.where()
    ]
    # Somebody else's consumer need not send heartbeats: one that never did is not waited for.
    systems = [
        (agent, each.code, agent in pulses and pulses[agent].heartbeat_at is not None)
        for each in await work.credit_systems.where()
        for agent in (credit_user(each.code),)
    ]
    return [
        Watched(
            agent=agent,
            code=code,
            expected=expected,
            pulse=pulses.get(agent),
            mute=mutes.get(agent),
        )
        for agent, code, expected in (*departments, *systems)
    ]
