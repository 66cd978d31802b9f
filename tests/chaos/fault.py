"""What a fault is: a name, and how it strikes a running plant."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from random import Random

from tests.chaos.plant import Plant, Store

Strike = Callable[[Plant, Random], Awaitable[None]]


@dataclass(frozen=True)
class Fault:
    """One way in which things go wrong, injected at a random moment and then healed.

    `strike` gets a plant under load. What it broke works again when it returns, so that everything
    committed must arrive; what it stuck on purpose it has seen by the queries behind the pages.
    `on`: the plants on which it means something.
    """

    name: str
    strike: Strike
    on: frozenset[Store] = frozenset({Store.POSTGRES, Store.SQLITE})
