"""Where messages are: the flow of one visit, round or case, one message of ours, the queues."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel

from coordinator.services import flows, queues
from coordinator.services.ports.traffic import FlowEntry
from coordinator.web.api.paging import MOST_PAGES, PAGE_SIZE, PageOf
from coordinator.web.dependencies import Overseer
from coordinator.web.errors import sentence
from coordinator.web.parts import Parts

RowKey = Annotated[int, Path(ge=1, le=2**63 - 1)]
router = APIRouter(tags=["消息 messages"])


class MessageShown(BaseModel):
    """A message of ours with what it says."""

    outbox_id: int
    message_id: str
    type: str
    recipient: str
    state: str
    body: str


class QueueShown(BaseModel):
    """One queue; the broker's figures are missing where it was not asked."""

    name: str
    ready: int | None
    unacknowledged: int | None
    consumers: int | None
    outbox_pending: int
    outbox_oldest_at: datetime | None


class QueuesShown(BaseModel):
    """All queues, the messages that found none, and why the broker's figures are missing."""

    queues: list[QueueShown]
    unroutable: int
    broker_not_asked: str | None


@router.get("/messages/flow", summary="消息流转", operation_id="message_flow")
async def flow(
    key: Annotated[str, Query(min_length=1, max_length=200)],
    parts: Parts,
    person: Overseer,
    page: Annotated[int, Query(ge=1, le=MOST_PAGES)] = 1,
) -> PageOf[FlowEntry]:
    """Give what was sent and received; `key` is a correlation id or the id of a message."""
    async with parts.open_work(person.actor, writes=False) as work:
        wanted = await flows.key_of_flow(work, key)
        found = await flows.flow_of(work, wanted, offset=(page - 1) * PAGE_SIZE, limit=PAGE_SIZE)
    return PageOf(values=found.values, total=found.total, page=page)


@router.get(
    "/messages/outgoing/{outbox_id}", summary="一条发出的消息", operation_id="outgoing_message"
)
async def outgoing_message(outbox_id: RowKey, parts: Parts, person: Overseer) -> MessageShown:
    """Give one message of ours with its body, to the office only and never a secret one."""
    async with parts.open_work(person.actor, writes=False) as work:
        message, body = await flows.outgoing_message(work, outbox_id)
    return MessageShown(
        outbox_id=message.outbox_id,
        message_id=message.message_id,
        type=message.type,
        recipient=message.recipient,
        state=message.state,
        body=body,
    )


@router.get("/messages/queues", summary="队列", operation_id="message_queues")
async def all_queues(parts: Parts, person: Overseer) -> QueuesShown:
    """Give depth and age of every queue."""
    async with parts.open_work(person.actor, writes=False) as work:
        report = await queues.queue_report(work)
    unasked = report.unasked
    return QueuesShown(
        queues=[shown(each) for each in report.queues],
        unroutable=report.unroutable,
        broker_not_asked=unasked and sentence(unasked.rule, unasked.facts),
    )


def shown(queue: queues.QueueStanding) -> QueueShown:
    """Write a queue as the API gives it."""
    seen = queue.at_broker
    return QueueShown(
        name=queue.name,
        ready=seen and seen.messages - seen.unacknowledged,
        unacknowledged=seen and seen.unacknowledged,
        consumers=seen and seen.consumers,
        outbox_pending=queue.outbox_pending,
        outbox_oldest_at=queue.outbox_oldest_at,
    )
