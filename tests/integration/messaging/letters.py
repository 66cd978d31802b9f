"""Messages as anybody may write them: any property, any byte, over a real broker."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from aio_pika.abc import AbstractChannel
from aiormq.abc import ChannelFrame
from pamqp.body import ContentBody
from pamqp.commands import Basic
from pamqp.header import ContentHeader

from contracts.envelope import CONTENT_TYPE
from contracts.topology import INBOUND

_FRAME = 100_000


@dataclass(frozen=True)
class Letter:
    """A message to publish; on the wire every `swapped` byte string becomes its value."""

    message_id: str | None
    type: str
    routing_key: str
    body: bytes = field(repr=False)
    headers: Mapping[str, Any] = field(default_factory=dict)
    user_id: str | None = None
    content_type: str | None = CONTENT_TYPE
    exchange: str = INBOUND
    properties: Mapping[str, Any] = field(default_factory=dict)
    swapped: Mapping[bytes, bytes] = field(default_factory=dict)


async def write(channel: AbstractChannel, letter: Letter) -> None:
    """Write the frames of a letter as they are; nobody waits for a confirm."""
    underlay: Any = await channel.get_underlay_channel()
    body = letter.body
    properties = Basic.Properties(
        content_type=letter.content_type,
        headers=dict(letter.headers),
        delivery_mode=2,
        message_id=letter.message_id,
        message_type=letter.type,
        user_id=letter.user_id,
        **letter.properties,
    )
    parts = [ContentBody(body[at : at + _FRAME]) for at in range(0, len(body), _FRAME)]
    head = ChannelFrame.marshall(
        channel_number=underlay.number,
        frames=[
            Basic.Publish(exchange=letter.exchange, routing_key=letter.routing_key),
            ContentHeader(properties=properties, body_size=len(body)),
        ],
    )
    payload = head.payload
    for before, after in letter.swapped.items():
        assert before in payload
        payload = payload.replace(before, after)
    await underlay.write_queue.put(ChannelFrame(payload=payload, should_close=False))
    rest = ChannelFrame.marshall(channel_number=underlay.number, frames=parts)
    await underlay.write_queue.put(rest)
