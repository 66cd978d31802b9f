"""The credit consumer put together: its own store, its one queue, its acknowledgements."""

from dataclasses import dataclass
from datetime import timedelta
from functools import partial

import structlog
from sqlmodel.ext.asyncio.session import AsyncSession

from contracts.amqp.connection import Line
from contracts.amqp.consumer import Consumer
from contracts.amqp.ports import CREDIT_NUMBER_HEADER
from contracts.amqp.traced import traced
from contracts.topology import credit_key, credit_queue, credit_user
from department_agents.agent import (
    STORE_FILE,
    Loop,
    broker_loops,
    consumers_of,
    keeping_small,
    line_of,
    own_checks,
    publisher_on,
    run_together,
)
from department_agents.clock import Clock, clock_for
from department_agents.credit.consumer import CreditFile
from department_agents.credit.recovery import HttpCreditLog, Recovery
from department_agents.heartbeats import Heartbeats, Pulse
from department_agents.keys import PublishedKeys
from department_agents.post import Post, Sender
from department_agents.settings import CreditSettings
from department_agents.store.database import Database
from department_agents.store.inbox import Business, InboxRules, SqliteInbox
from department_agents.store.order import Ask, Missing
from department_agents.store.outbox import SqliteOutbox

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class CreditSystem:
    """All parts of a running credit consumer."""

    settings: CreditSettings
    clock: Clock
    database: Database
    inbox: SqliteInbox
    outbox: SqliteOutbox
    line: Line
    consumers: tuple[Consumer, ...]
    recovery: Recovery | None

    async def run(self) -> None:
        """Run every loop until cancelled, then close the store."""
        code = self.settings.credit_system
        publisher = publisher_on(self.line)
        pulse = Pulse(
            credit_user(code),
            Sender(f"/credit/{code}", partial(credit_key, code)),
            self.settings.heartbeat_seconds,
            own_checks(self.settings, self.clock),
        )
        try:
            await self.database.open()
            await run_together(
                *broker_loops(publisher, code, self.inbox, self.outbox),
                Heartbeats(pulse, self.database, self.clock, publisher).run(),
                *(consumer.run() for consumer in self.consumers),
                keeping_small(self.settings, self.database, self.clock),
                *self._recovering(),
            )
        finally:
            await self.database.close()

    def _recovering(self) -> list[Loop]:
        if self.recovery is None:
            return []
        return [self.recovery.run(self.inbox, self.settings.log_poll_seconds)]


def build_credit_system(settings: CreditSettings) -> CreditSystem:
    """Put a credit consumer together; events are taken in by the number of the office's log."""
    code = settings.credit_system
    clock = clock_for(rehearsal=settings.rehearsal, offset_file=settings.rehearsal_file)
    database = Database(settings.data_folder / STORE_FILE)
    post = Post(Sender(f"/credit/{code}", partial(credit_key, code)), clock)
    credit_file = CreditFile(post, PublishedKeys(settings.office_jwks, clock), clock)
    patience = timedelta(seconds=settings.gap_seconds)
    rules = InboxRules(
        f"credit-{code}", settings.attempts_allowed, patience, header=CREDIT_NUMBER_HEADER
    )
    recovery = _recovery(settings, database)
    ask: Ask = _nobody_to_ask if recovery is None else recovery.ask
    inbox = SqliteInbox(database, clock, rules, Business(traced(credit_file.apply), ask))
    line = line_of(settings, code)
    return CreditSystem(
        settings=settings,
        clock=clock,
        database=database,
        inbox=inbox,
        outbox=SqliteOutbox(database, clock),
        line=line,
        consumers=consumers_of(line, inbox, (credit_queue(code),)),
        recovery=recovery,
    )


def _recovery(settings: CreditSettings, database: Database) -> Recovery | None:
    if settings.log_url is None or settings.log_token is None:
        return None
    source = HttpCreditLog(settings.log_url, settings.log_token.get_secret_value())
    return Recovery(settings.credit_system, database, source)


async def _nobody_to_ask(_: AsyncSession, missing: Missing) -> None:
    """Leave the gap open, where everybody sees it: the address of the log was not given."""
    log.error("credit_log_not_configured", first=missing.first, last=missing.last)
