"""What a monitoring system is told of the messages: numbers and ages, nobody's data, no target."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from coordinator.domain.agents import AgentStanding
from coordinator.services import agents, messages
from coordinator.services.ports import Work
from coordinator.services.ports.traffic import RelayLease, WaitingQueue


@dataclass(frozen=True, kw_only=True)
class WatchFigures:
    """The state of the messages at a moment of machine time; every replica gives the same."""

    at: datetime
    waiting: Sequence[WaitingQueue]
    unroutable: int
    parked: int
    retrying: int
    lease: RelayLease | None
    agents: Sequence[AgentStanding]


async def watch_figures(work: Work) -> WatchFigures:
    """Read them from the database."""
    counts = await messages.message_counts(work)
    return WatchFigures(
        at=work.machine_now(),
        waiting=await work.traffic.waiting(),
        unroutable=counts["unroutable"],
        parked=counts["parked"],
        retrying=await work.traffic.number_retrying(),
        lease=await work.traffic.lease(),
        agents=await agents.agent_standings(work),
    )
