"""Reference consumer of the credit stream: takes disclosed results and listings, acknowledges.

Keeps every event under the authority's number. The state per subject and list follows from all
events known of it, each listing by the subject's own sequence: whatever order they come in, late
and repeated ones change nothing, and a subject stays listed while any organ's listing stands.
"""

import json
from datetime import datetime

import structlog
from pydantic import AwareDatetime, BaseModel, ValidationError
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from contracts.amqp.ports import Delivery, PermanentFailure
from contracts.catalogue import entry_of
from contracts.results import DisclosureWithdrawn, ResultDisclosed
from contracts.sanctions import (
    CreditEventAcknowledged,
    EntityCorrected,
    EntityDelisted,
    EntityListed,
    PenaltyPublicationEnded,
    PenaltyPublished,
)
from contracts.vocabulary import Wire
from department_agents.clock import Clock
from department_agents.keys import PublishedKeys
from department_agents.post import About, Letter, Post, open_letter
from department_agents.store.credit_rows import CreditEventRow, CreditListingRow

log = structlog.get_logger(__name__)


class _Signed(BaseModel):
    time: AwareDatetime


class CreditFile:
    """What a credit information system knows; every method runs in the message's transaction."""

    def __init__(self, post: Post, published: PublishedKeys, clock: Clock) -> None:
        self._post = post
        self._published = published
        self._clock = clock

    async def apply(self, session: AsyncSession, delivery: Delivery) -> None:
        """Take in one signed event and acknowledge its number; raises PermanentFailure.

        The log goes back for years: the keys that count are those of the event's own time.
        """
        letter = open_letter(delivery, self._published.at(self._signed_at(delivery)))
        number = _number(letter)
        known = await session.get(CreditEventRow, number)
        if known is not None and known.message_id != letter.message_id:
            raise PermanentFailure(f"number {number} was given to another event before")
        subject = _subject(letter.message)
        if known is None:
            session.add(self._event(letter, number, subject))
            await _update_listing(session, letter.message)
        answer = CreditEventAcknowledged(number=number, message_id=letter.message_id)
        await self._post.send(session, answer, About(subject, letter.correlation_id))

    def _signed_at(self, delivery: Delivery) -> datetime:
        """Read when an event says it was signed; what can't be read is refused by open_letter."""
        try:
            return _Signed.model_validate_json(delivery.body).time
        except ValidationError:
            return self._clock.now()

    def _event(self, letter: Letter[Wire], number: int, subject: str) -> CreditEventRow:
        return CreditEventRow(
            number=number,
            message_id=letter.message_id,
            type=entry_of(letter.message).name,
            subject=subject,
            body=letter.text,
            signature=letter.signature or "",
            received_at=self._clock.now(),
        )


def _number(letter: Letter[Wire]) -> int:
    text = letter.number or ""
    if not (text.isascii() and text.isdigit()) or int(text) < 1:
        raise PermanentFailure("header x-credit-number is not a whole number from 1")
    if int(text) != letter.sequence:
        # The body is signed, the header is not.
        raise PermanentFailure(f"header x-credit-number is not the body's {letter.sequence}")
    return int(text)


def _subject(message: Wire) -> str:
    match message:
        case ResultDisclosed() | DisclosureWithdrawn():
            return message.object_id
        case PenaltyPublished() | PenaltyPublicationEnded():
            return message.subject
        case EntityListed() | EntityCorrected() | EntityDelisted():
            return message.subject
        case _:
            raise PermanentFailure(f"{type(message).__name__} is not a credit event")


async def _update_listing(session: AsyncSession, message: Wire) -> None:
    if not isinstance(message, EntityListed | EntityCorrected | EntityDelisted):
        return
    last = await _last_of_each(session, message.subject, message.list_code)
    newest = max(last.values(), key=lambda each: each.sequence)
    row = await session.get(CreditListingRow, (message.subject, message.list_code))
    row = row or CreditListingRow(
        subject=message.subject, list_code=message.list_code, listed=False, sequence=0, body=""
    )
    if newest.sequence != message.sequence:
        log.info("credit_event_overtaken", sequence=message.sequence, known=newest.sequence)
    row.listed = any(not isinstance(each, EntityDelisted) for each in last.values())
    row.sequence, row.body = newest.sequence, newest.model_dump_json()
    session.add(row)


async def _last_of_each(
    session: AsyncSession, subject: str, list_code: str
) -> dict[str, EntityListed | EntityCorrected | EntityDelisted]:
    """Give the last event of each listing of a subject on a list, among all that came so far."""
    known = select(CreditEventRow).where(
        CreditEventRow.subject == subject, col(CreditEventRow.type).in_(_KINDS)
    )
    last: dict[str, EntityListed | EntityCorrected | EntityDelisted] = {}
    for row in await session.exec(known):
        event = _KINDS[row.type].model_validate(json.loads(row.body)["data"], extra="ignore")
        former = last.get(event.listing_id)
        if event.list_code == list_code and (former is None or former.sequence < event.sequence):
            last[event.listing_id] = event
    return last


_KINDS: dict[str, type[EntityListed] | type[EntityCorrected] | type[EntityDelisted]] = {
    each.__name__: each for each in (EntityListed, EntityCorrected, EntityDelisted)
}
