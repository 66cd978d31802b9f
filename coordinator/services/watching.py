"""What a monitoring system is told of the messages: numbers and ages, nobody's data, no target."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from contracts.topology import department_of, events_queue, tasks_queue
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
    behind: Mapping[str, int]


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
        agents=(standings := await agents.agent_standings(work)),
        behind=_behind(standings, await work.queues.last_sequences()),
    )


def _behind(standings: Sequence[AgentStanding], given: Mapping[str, int]) -> dict[str, int]:
    """Give by queue how many messages an agent had not passed when it said last how far it is."""
    behind: dict[str, int] = {}
    for each in standings:
        department = department_of(each.agent)
        if department is None or each.pulse is None:
            continue
        said = each.pulse.backlog
        for queue, passed in (
            (tasks_queue(department), said.passed_tasks),
            (events_queue(department), said.passed_events),
        ):
            if passed is not None:
                behind[queue] = max(0, given.get(queue, 0) - passed)
    return behind
