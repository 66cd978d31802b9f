"""Agents of departments and credit systems: who is heard, who is silent, who is muted."""

from datetime import datetime

from fastapi import APIRouter
from pydantic import BaseModel, Field

from contracts.heartbeats import Backlog, SelfCheck
from coordinator.domain.agents import AgentMute, AgentStanding, AgentState
from coordinator.services import agents
from coordinator.services.ports import Role, Work
from coordinator.web.acts import AREA, Act, Entry, Keys, add_acts
from coordinator.web.dependencies import Overseer
from coordinator.web.language import later
from coordinator.web.parts import Parts

TAG = "消息 messages"
router = APIRouter(tags=[TAG])


class MuteEntry(Entry):
    """For how long nobody is alarmed, and why."""

    hours: int = Field(title=later("暂停告警多少小时"), ge=1)
    reason: str = Field(title=later("理由"), min_length=1, max_length=1000, json_schema_extra=AREA)


async def _mute(work: Work, keys: Keys, entry: MuteEntry) -> AgentMute:
    return await agents.mute_agent(work, keys["agent"], entry.hours, entry.reason)


async def _unmute(work: Work, keys: Keys, _entry: None) -> AgentMute:
    return await agents.unmute_agent(work, keys["agent"])


_BACK = "/console/agents"

ACTS = (
    Act(
        name="mute-agent",
        path="/agents/{agent}/mute",
        label=later("维护期间暂停告警"),
        consequence=later(
            "到期以前，这个代理失联或自检有误都不告警；消息照常收发，到期自动恢复告警。"
        ),
        role=Role.OFFICE,
        run=_mute,
        entry=MuteEntry,
        back=_BACK,
    ),
    Act(
        name="unmute-agent",
        path="/agents/{agent}/unmute",
        label=later("恢复告警"),
        consequence=later("维护提前结束，这个代理失联或自检有误时立即告警。"),
        role=Role.OFFICE,
        run=_unmute,
        back=_BACK,
    ),
)
add_acts(router, ACTS, TAG)


class AgentSeen(BaseModel):
    """One agent; all times are machine time. `clock_offset_seconds` is our clock minus theirs."""

    agent: str
    code: str
    state: AgentState
    heard_at: datetime | None = None
    heartbeat_at: datetime | None = None
    started_at: datetime | None = None
    version: str = ""
    backlog: Backlog | None = None
    checks: tuple[SelfCheck, ...] = ()
    flaw: str | None = None
    clock_offset_seconds: float | None = None
    clock_differs: bool = False
    muted_until: datetime | None = None
    muted_because: str | None = None


@router.get("/agents", summary="各系统的代理", operation_id="agents")
async def all_agents(parts: Parts, person: Overseer) -> list[AgentSeen]:
    """Give every agent, whoever alarms first."""
    async with parts.open_work(person.actor, writes=False) as work:
        return [seen(each) for each in await agents.agent_standings(work)]


def seen(standing: AgentStanding) -> AgentSeen:
    """Write a standing as the API gives it."""
    pulse, mute = standing.pulse, standing.mute
    said = pulse is not None and pulse.sent_at is not None
    offset = pulse.clock_offset if pulse else None
    return AgentSeen(
        agent=standing.agent,
        code=standing.code,
        state=standing.state,
        heard_at=pulse and pulse.heard_at,
        heartbeat_at=pulse and pulse.heartbeat_at,
        started_at=pulse and pulse.started_at,
        version=pulse.version if pulse else "",
        backlog=pulse.backlog if pulse and said else None,
        checks=pulse.checks if pulse else (),
        flaw=pulse and pulse.flaw,
        clock_offset_seconds=None if offset is None else offset.total_seconds(),
        clock_differs=standing.clock_differs,
        muted_until=mute and mute.until,
        muted_because=mute and mute.reason,
    )
