"""The agents page: silent ones first, with backlog and self-checks, muted or not."""

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter
from fastapi.responses import Response

from contracts.heartbeats import CheckName, SelfCheck
from coordinator.domain.agents import AgentStanding, AgentState
from coordinator.services import agents
from coordinator.services.ports import Role, Work
from coordinator.web.console.frame import ActButton, Console, InConsole
from coordinator.web.dependencies import Overseer
from coordinator.web.language import _

router = APIRouter()


@dataclass(frozen=True)
class AgentRow:
    """One agent as the page shows it: what is wrong in words, and what may be done."""

    standing: AgentStanding
    wrong: Sequence[str]
    acts: Sequence[ActButton]


@router.get("/console/agents")
async def all_agents(console: InConsole, _person: Overseer) -> Response:
    """Show every agent of a department or credit system."""
    async with console.reading() as work:
        standings = await agents.agent_standings(work)
        return await console.show(
            work,
            "messages/agents.html",
            rows=[_row(console, each) for each in standings],
            counts=[sum(each.state is state for each in standings) for state in AgentState],
            rules=work.policies.watch_rules(),
        )


async def alarming_agents(console: Console, work: Work) -> list[AgentStanding]:
    """Give the agents that the start page names: to the office and auditors only."""
    if console.actor.role is Role.DEPARTMENT:
        return []
    return [each for each in await agents.agent_standings(work) if each.alarms]


def _row(console: Console, standing: AgentStanding) -> AgentRow:
    watched = standing.state is not AgentState.UNWATCHED
    names = ["unmute-agent"] if standing.mute else ["mute-agent"] if watched else []
    return AgentRow(standing, _wrong(standing), console.buttons(*names, agent=standing.agent))


def _wrong(standing: AgentStanding) -> list[str]:
    pulse = standing.pulse
    if pulse is None:
        return []
    wrong = [_check_words(check) for check in pulse.checks if not check.passed]
    if standing.clock_differs and pulse.clock_offset is not None:
        seconds = round(pulse.clock_offset.total_seconds())
        wrong.append(_("时钟与本办相差 %(seconds)s 秒（含传输）") % {"seconds": seconds})
    if pulse.flaw is not None:
        wrong.append(_("心跳无法读取：%(flaw)s") % {"flaw": pulse.flaw})
    return wrong


def _check_words(check: SelfCheck) -> str:
    match check.name:
        case CheckName.DISK:
            return _("磁盘空间不足，剩余 %(number)s MB") % {"number": check.measured or 0}
        case CheckName.CLOCK:
            return _("时钟跳动 %(number)s 秒") % {"number": check.measured or 0}
        case CheckName.BACK_OFFICE:
            return _("业务系统无法连接")
