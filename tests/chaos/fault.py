"""What a fault is: a name, and how it strikes a running plant."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from random import Random

from tests.chaos.plant import Plant, Store


class Part(StrEnum):
    """What a fault may take away for a while."""

    RELAY = "relay"
    INBOUND = "inbound"
    AGENT = "agent"
    CREDIT = "credit"
    BUSINESS = "business"
    BROKER = "broker"
    LINE = "line"
    QUEUE = "queue"
    DATABASE = "database"


PROCESSES = frozenset({Part.RELAY, Part.INBOUND, Part.AGENT, Part.CREDIT})
OFFICE = frozenset({Part.BROKER, Part.LINE, Part.DATABASE})
"""What whoever writes messages and looks for them on the pages needs."""

Strike = Callable[[Plant, Random], Awaitable[None]]


@dataclass(frozen=True)
class Fault:
    """One way in which things go wrong, injected at a random moment and then healed.

    `strike` gets a plant under load. What it broke works again when it returns, so that everything
    committed must arrive; what it stuck on purpose it has seen by the queries behind the pages.
    `on`: the plants on which it means something. `breaks`: the parts it takes away meanwhile;
    `needs`: those it looks at or acts by. Faults strike together where none breaks what another
    one breaks or needs.
    """

    name: str
    strike: Strike
    breaks: frozenset[Part] = frozenset()
    needs: frozenset[Part] = frozenset()
    on: frozenset[Store] = frozenset({Store.POSTGRES, Store.SQLITE})

    def goes_with(self, other: "Fault") -> bool:
        """Whether both may strike at the same time."""
        return not (self.breaks & (other.breaks | other.needs) or other.breaks & self.needs)
