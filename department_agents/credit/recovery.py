"""Recovery of credit events from the office's log, when queue or stream have lost something.

The log is the authority: append-only, without gaps, and each event signed. What comes from there
takes the same way through the inbox as what comes from the queue.
"""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from http.client import HTTPException
from typing import Protocol
from urllib.parse import urlencode, urlsplit
from urllib.request import Request, urlopen

import structlog
from pydantic import Base64Bytes, BaseModel, ConfigDict, TypeAdapter, ValidationError
from sqlmodel.ext.asyncio.session import AsyncSession

from contracts.amqp.disposition import dispose_all
from contracts.amqp.ports import (
    CREDIT_NUMBER_HEADER,
    SCHEMA_HEADER,
    SIGNATURE_HEADER,
    Delivery,
    Inbox,
)
from contracts.topology import COORDINATOR_USER, EVENTS, credit_key, credit_queue
from department_agents.store.database import Database
from department_agents.store.order import Missing, passed_in

PATH = "/v1/credit-events"
PAGE = 100
SECONDS = 20.0

log = structlog.get_logger(__name__)


class LoggedEvent(BaseModel):
    """One entry of the log: `body` is the signed message to the byte, base64 on the way."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    number: int
    message_id: str
    type: str
    body: Base64Bytes
    signature: str


_PAGES = TypeAdapter(tuple[LoggedEvent, ...])


class CreditLog(Protocol):
    """The log of the office."""

    async def after(self, number: int, limit: int) -> Sequence[LoggedEvent]:
        """Give up to `limit` events behind a number, in order; raises LogUnavailableError."""
        ...


class LogUnavailableError(Exception):
    """The log did not answer, or not with a page of events; asking again later may work."""


@dataclass(frozen=True)
class HttpCreditLog:
    """The log over HTTP; `token` is the credit system's own."""

    address: str
    token: str

    def __post_init__(self) -> None:
        """Refuse what is not an http address."""
        if urlsplit(self.address).scheme not in {"http", "https"}:
            raise ValueError("the address of the log begins with http:// or https://")

    async def after(self, number: int, limit: int) -> Sequence[LoggedEvent]:
        """Ask for one page; raises LogUnavailableError."""
        try:
            return _PAGES.validate_json(await asyncio.to_thread(self._get, number, limit))
        except (OSError, HTTPException, ValidationError) as error:
            raise LogUnavailableError(type(error).__name__) from None

    def _get(self, number: int, limit: int) -> bytes:
        asked = urlencode({"after": number, "limit": limit})
        request = Request(  # noqa: S310 - the scheme was looked at
            f"{self.address.rstrip('/')}{PATH}?{asked}",
            headers={"Authorization": f"Bearer {self.token}", "Accept": "application/json"},
        )
        with urlopen(request, timeout=SECONDS) as answer:  # noqa: S310 - the scheme was looked at
            body: bytes = answer.read()
        return body


class Recovery:
    """Fetches what is missing: when a gap is noticed, at the start, and from time to time."""

    def __init__(self, system: str, database: Database, source: CreditLog) -> None:
        self._system = system
        self._database = database
        self._source = source
        self._wanted = asyncio.Event()
        self._wanted.set()

    async def ask(self, _: AsyncSession, __: Missing) -> None:
        """Let the loop look into the log at once."""
        self._wanted.set()

    async def run(self, inbox: Inbox, poll_seconds: float) -> None:
        """Catch up until cancelled; a log that is away is asked again later."""
        while True:
            try:
                async with asyncio.timeout(poll_seconds):
                    await self._wanted.wait()
            except TimeoutError:
                log.debug("credit_log_polled")
            self._wanted.clear()
            try:
                await self.catch_up(inbox)
            except LogUnavailableError as error:
                log.warning("credit_log_unavailable", error=str(error))
            except Exception as error:
                # A broken store or page is waited out. No traceback: its locals hold bodies.
                log.error("credit_log_not_taken_in", error=type(error).__name__)  # noqa: TRY400

    async def catch_up(self, inbox: Inbox) -> int:
        """Take in everything behind the offset; gives how many events the log had."""
        async with self._database.transaction() as session:
            after = await passed_in(session, credit_queue(self._system))
        number_of_events = 0
        while page := await self._source.after(after, PAGE):
            await dispose_all(inbox, [delivery_of(event, self._system) for event in page])
            after, number_of_events = page[-1].number, number_of_events + len(page)
        return number_of_events


def delivery_of(event: LoggedEvent, system: str) -> Delivery:
    """Give an event of the log as the queue would; its signature is what proves the sender."""
    name, _, major = event.type.rpartition(".v")
    return Delivery(
        message_id=event.message_id,
        type=event.type,
        user_id=COORDINATOR_USER,
        routing_key=credit_key(system, name, int(major)),
        exchange=EVENTS,
        queue=credit_queue(system),
        headers={
            SCHEMA_HEADER: _schema_of(event),
            CREDIT_NUMBER_HEADER: str(event.number),
            SIGNATURE_HEADER: event.signature,
        },
        body=event.body,
        redelivered=True,
    )


def _schema_of(event: LoggedEvent) -> str:
    """Read `name;major.minor` from the body's dataschema `urn:onevisit:schema:NAME:MAJOR.MINOR`."""
    try:
        schema = str(json.loads(event.body)["dataschema"])
    except (ValueError, LookupError, TypeError):
        return ""
    return ";".join(schema.split(":")[-2:])
