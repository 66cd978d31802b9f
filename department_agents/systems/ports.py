"""What the agent asks of any back office."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Work:
    """A message for the back office: id, name and the message's data as JSON text."""

    message_id: str
    type: str
    body: str


class System(Protocol):
    """A way to reach a back office; handing over twice must not harm (same message id)."""

    async def hand_over(self, work: Work) -> None:
        """Bring one message into the back office; any error means: again later."""
        ...

    async def collect(self) -> None:
        """Fetch and settle the answers that wait there."""
        ...

    async def is_reachable(self) -> bool:
        """Tell whether the back office could take something now; heartbeats say so."""
        ...
