"""A department without a system of its own: people read and answer at the agent's desk."""

from department_agents.systems.ports import Work


class ManualDesk:
    """The desk shows the agent's own rows and answers at the counter: nothing has to be moved."""

    async def hand_over(self, work: Work) -> None:
        """Accept: what was stored with the message is what the desk shows."""

    async def collect(self) -> None:
        """Nothing waits elsewhere: answers come through the desk."""

    async def is_reachable(self) -> bool:
        """The desk is this very process."""
        return True
