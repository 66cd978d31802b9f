"""The ways of the messages: who sends under which key, who takes them from which queue.

Keys and queues come from the topology, with stand-ins where the codes stand. Of the inbound
queues the first stands for all: which one takes what a sender writes is the office's own affair.
"""

from dataclasses import dataclass
from typing import Final

from contracts import topology
from contracts.catalogue import CATALOGUE, Entry, Way

COORDINATOR, DEPARTMENT, CREDIT_SYSTEM = "coordinator", "department", "credit-system"

_DEPARTMENT, _SYSTEM, _MESSAGE = "DEPARTMENT", "SYSTEM", "MESSAGE"


@dataclass(frozen=True, slots=True)
class Passage:
    """One way of messages: who sends under which key, and who takes them from which queue."""

    name: str
    sender: str
    receiver: str
    exchange: str
    key: str
    queue: str
    ways: tuple[Way, ...]

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The messages that go this way, in the order of the catalogue."""
        return tuple(entry for entry in CATALOGUE.values() if entry.way in self.ways)

    @property
    def address(self) -> str:
        """The routing key with parameters in braces."""
        return _pattern(self.key)

    @property
    def queue_name(self) -> str:
        """The queue with parameters in braces."""
        return _pattern(self.queue)


PASSAGES: Final[tuple[Passage, ...]] = (
    Passage(
        "tasks",
        COORDINATOR,
        DEPARTMENT,
        topology.TASKS,
        topology.task_key(_DEPARTMENT),
        topology.tasks_queue(_DEPARTMENT),
        (Way.TASKS,),
    ),
    Passage(
        "events",
        COORDINATOR,
        DEPARTMENT,
        topology.EVENTS,
        topology.event_key(_DEPARTMENT, _MESSAGE, 1),
        topology.events_queue(_DEPARTMENT),
        (Way.EVENTS, Way.CREDIT),
    ),
    Passage(
        "creditEvents",
        COORDINATOR,
        CREDIT_SYSTEM,
        topology.EVENTS,
        topology.credit_key(_SYSTEM, _MESSAGE, 1),
        topology.credit_queue(_SYSTEM),
        (Way.CREDIT,),
    ),
    Passage(
        "creditLog",
        COORDINATOR,
        CREDIT_SYSTEM,
        topology.EVENTS,
        topology.credit_log_key(_MESSAGE, 1),
        topology.CREDIT_LOG_QUEUE,
        (Way.CREDIT,),
    ),
    Passage(
        "inbound",
        DEPARTMENT,
        COORDINATOR,
        topology.INBOUND,
        topology.inbound_key(_DEPARTMENT, _MESSAGE, 1),
        topology.INBOUND_QUEUE,
        (Way.INBOUND, Way.HEARTBEAT),
    ),
    Passage(
        "creditInbound",
        CREDIT_SYSTEM,
        COORDINATOR,
        topology.INBOUND,
        topology.credit_key(_SYSTEM, _MESSAGE, 1),
        topology.INBOUND_QUEUE,
        (Way.INBOUND_CREDIT, Way.HEARTBEAT),
    ),
)


def _pattern(text: str) -> str:
    """Put parameters in braces where the stand-ins are; a message stands with its major."""
    return (
        text.replace(f"{_MESSAGE}.v1", "{message}")
        .replace(_DEPARTMENT, "{department}")
        .replace(_SYSTEM, "{system}")
    )
