"""Where messages are: all that was sent and received for one visit, round or case; the queues."""

import json
from dataclasses import replace

from contracts.catalogue import entry_of_type
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.services.access import require_office
from coordinator.services.covert import closed_rounds, require_no_covert_target
from coordinator.services.ports import Outgoing, Page, Work
from coordinator.services.ports.traffic import FlowEntry


async def flow_of(work: Work, key: str, *, offset: int = 0, limit: int = 50) -> Page[FlowEntry]:
    """Give what was sent and received for a correlation id, or the message of an id.

    Nothing of what the messages say, and no reasons while they may tell of a covert target.
    """
    found = await work.traffic.flow(key, offset, limit)
    closed = await closed_rounds(work)
    return Page(tuple(_shown(each, closed) for each in found.values), found.total)


async def key_of_flow(work: Work, text: str) -> str:
    """Give the correlation id of a message where `text` is a message id, else `text` itself."""
    return await work.traffic.correlation_of(text) or text


async def outgoing_message(work: Work, outbox_id: int) -> tuple[Outgoing, str]:
    """Give a message of ours with its body, as JSON with indentation; to the office only.

    LETTER_SEALED for secret ones, COVERT_ROUND_OPEN where the body may name a covert target.
    """
    require_office(work)
    message = await work.outgoing.get(outbox_id)
    entry = entry_of_type(message.type)
    if entry is None or entry.secret:
        raise RuleBrokenError(Rule.LETTER_SEALED, letter=message.message_id)
    body = await work.traffic.body_of(outbox_id)
    await require_no_covert_target(work, body)
    return message, json.dumps(json.loads(body), ensure_ascii=False, indent=2)


def _shown(entry: FlowEntry, closed: list[str]) -> FlowEntry:
    known = f"{entry.correlation} {entry.note}"
    return replace(entry, note=None) if any(each in known for each in closed) else entry
