"""Gaps in our queues: we ask the office for what is missing, and go on behind what it can't send.

Source: 4-messaging.md 4.4.
"""

from sqlmodel.ext.asyncio.session import AsyncSession

from contracts.catalogue import CATALOGUE
from contracts.sequences import QueueKind, ResendRequested, SequencesVoided
from contracts.topology import events_queue, tasks_queue
from department_agents.clock import Clock
from department_agents.post import About, Letter, Post
from department_agents.store.order import Missing, declare_void

AT_ONCE = frozenset({CATALOGUE[SequencesVoided.__name__].type})
"""What is obeyed ahead of a gap: it may be what closes it."""


class Gaps:
    """A department's side of resending; every method runs in the caller's transaction."""

    def __init__(self, code: str, post: Post, clock: Clock) -> None:
        self._queues = {
            QueueKind.TASKS: tasks_queue(code),
            QueueKind.EVENTS: events_queue(code),
        }
        self._post = post
        self._clock = clock

    async def ask(self, session: AsyncSession, missing: Missing) -> str | None:
        """Ask the office for missing sequences."""
        kind = next(kind for kind, queue in self._queues.items() if queue == missing.queue)
        request = ResendRequested(queue=kind, first=missing.first, last=missing.last)
        return await self._post.send(session, request, About(missing.queue, missing.queue))

    async def go_on_behind(self, session: AsyncSession, letter: Letter[SequencesVoided]) -> None:
        """Count as passed what the office says will not come, and remember why."""
        said = letter.message
        void = Missing(self._queues[said.queue], said.first, said.last)
        await declare_void(session, void, said.reason, self._clock.machine_now())
