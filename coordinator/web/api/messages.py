"""What waits on its way to and from departments."""

from fastapi import APIRouter
from pydantic import BaseModel

from coordinator.services import messages
from coordinator.web.dependencies import Overseer
from coordinator.web.parts import Parts

router = APIRouter(tags=["消息 messages"])


class Counts(BaseModel):
    """Letters parked, letters without a queue, and letters not yet sent."""

    parked: int
    unroutable: int
    outbox_pending: int


@router.get("/messages/counts", summary="消息数量", operation_id="message_counts")
async def counts(parts: Parts, person: Overseer) -> Counts:
    """Give how many messages wait."""
    async with parts.open_work(person.actor, writes=False) as work:
        return Counts(**await messages.message_counts(work))
