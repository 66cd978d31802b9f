"""Who has taken in which change of an entry, and who is silent for too long."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from coordinator.domain.blacklist import ListingEvent
from coordinator.services.access import require_office
from coordinator.services.ports import Work


@dataclass(frozen=True)
class Receipt:
    """Whether one receiver has a change of an entry.

    A credit system acknowledges it itself; to a department `sent_at` tells when the broker took
    the message for it.
    """

    receiver: str
    is_system: bool
    acknowledged_at: datetime | None
    is_silent: bool


async def receipts_of(
    work: Work, listing_id: str
) -> Sequence[tuple[ListingEvent, Sequence[Receipt]]]:
    """Give every change of an entry in order, with who has it."""
    events = sorted(
        await work.listing_events.where(listing_id=listing_id), key=lambda each: each.sequence
    )
    taken = await _acknowledged(work, events)
    sent = await _sent(work, events)
    now = work.now()
    limit = timedelta(hours=work.policy.sanctions.acknowledgement_hours)
    return [
        (
            each,
            [
                *[
                    _receipt(each, system, taken.get((system, each.number)), now - limit)
                    for system in each.systems
                ],
                *[
                    Receipt(code, False, sent.get(message), False)
                    for code, message in each.departments.items()
                ],
            ],
        )
        for each in events
    ]


async def unacknowledged(work: Work, listing_id: str) -> Sequence[str]:
    """Name the credit systems that have not taken in every change of an entry."""
    return sorted(
        {
            each.receiver
            for _event, receipts in await receipts_of(work, listing_id)
            for each in receipts
            if each.is_system and each.acknowledged_at is None
        }
    )


async def note_silence(work: Work) -> Mapping[str, object]:
    """Put every credit system on record that is silent for longer than the policy's hours, once."""
    require_office(work)
    waiting = await work.listing_events.where(acknowledged_at=None)
    taken = await _acknowledged(work, waiting)
    limit = work.now() - timedelta(hours=work.policy.sanctions.acknowledgement_hours)
    noted = []
    for each in waiting:
        missing = [code for code in each.systems if (code, each.number) not in taken]
        if not missing:
            times = [taken[code, each.number] for code in each.systems]
            done = max(times, default=each.told_at)
            await work.listing_events.save(replace(each, acknowledged_at=done))
            continue
        fresh = [code for code in missing if each.told_at <= limit and code not in each.silent]
        if fresh:
            await work.listing_events.save(replace(each, silent=(*each.silent, *fresh)))
            await work.audit(
                "blacklist:acknowledgement:silent", each.listing_id, systems=fresh, event=each.kind
            )
            noted.append(each.event_id)
    return {"silent": noted}


async def silent_events(work: Work) -> Sequence[ListingEvent]:
    """Give the changes that some credit system ought to have acknowledged by now."""
    waiting = await work.listing_events.where(acknowledged_at=None)
    taken = await _acknowledged(work, waiting)
    limit = work.now() - timedelta(hours=work.policy.sanctions.acknowledgement_hours)
    return [
        each
        for each in waiting
        if each.told_at <= limit and any((code, each.number) not in taken for code in each.systems)
    ]


def _receipt(event: ListingEvent, system: str, taken: datetime | None, limit: datetime) -> Receipt:
    return Receipt(system, True, taken, taken is None and event.told_at <= limit)


async def _acknowledged(
    work: Work, events: Iterable[ListingEvent]
) -> Mapping[tuple[str, int], datetime]:
    numbers = tuple(each.number for each in events)
    if not numbers:
        return {}
    return {
        (each.system, each.number): each.acknowledged_at
        for each in await work.credit_acknowledgements.where(number=numbers)
    }


async def _sent(work: Work, events: Iterable[ListingEvent]) -> Mapping[str, datetime]:
    messages = tuple(each for event in events for each in event.departments.values())
    if not messages:
        return {}
    return {
        each.message_id: each.sent_at
        for each in await work.outgoing.where(message_id=messages)
        if each.sent_at is not None
    }
