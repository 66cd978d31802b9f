"""What happened at a visit: acts on the business clock, messages on the machine's, never mixed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from coordinator.services.ports import AuditEntry, Work
from coordinator.web.language import _
from coordinator.web.names import Names
from coordinator.web.words import message_word


@dataclass(frozen=True, kw_only=True)
class Passage:
    """One message that left or came; `at` is machine time, `route` says from where to where."""

    at: datetime
    route: str
    words: str
    waits: bool = False


async def acts_of(work: Work, visit_id: str) -> Sequence[AuditEntry]:
    """Give the acts of a visit, latest first; equal times in the order of the chain."""
    entries = await work.audit_entries.where(subject=visit_id)
    return sorted(entries, key=lambda each: (each.at, each.number), reverse=True)


async def passages_of(work: Work, visit_id: str, names: Names) -> Sequence[Passage]:
    """Give the messages of a visit, latest first."""
    left = [
        Passage(
            at=each.sent_at or each.created_at,
            route=_("发往 %s") % names.queue(each.recipient),
            words=message_word(each.type),
            waits=each.sent_at is None,
        )
        for each in await work.outgoing.where(aggregate=visit_id)
    ]
    came = [
        Passage(
            at=each.received_at,
            route=_("来自 %s") % names.person(each.sender),
            words=message_word(each.type),
        )
        for each in await work.incoming.where(correlation=visit_id)
    ]
    return sorted([*left, *came], key=lambda each: each.at, reverse=True)
