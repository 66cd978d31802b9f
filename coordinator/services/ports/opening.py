"""How a transaction of somebody is opened."""

from contextlib import AbstractAsyncContextManager
from typing import Protocol

from coordinator.services.directory import Actor
from coordinator.services.ports.work import Work


class OpenWork(Protocol):
    """Opens one transaction for an actor; commits when the block ends well."""

    def __call__(self, actor: Actor, *, writes: bool = True) -> AbstractAsyncContextManager[Work]:
        """Give the context manager of one transaction."""
        ...
