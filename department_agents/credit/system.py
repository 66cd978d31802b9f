"""The credit consumer put together: its own store, its one queue, its acknowledgements."""

from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from contracts.amqp.consumer import Consumer
from contracts.topology import credit_key, credit_queue
from department_agents.agent import STORE_FILE, broker_loops, consumers_of, run_together
from department_agents.clock import clock_for
from department_agents.credit.consumer import CreditFile
from department_agents.keys import PublishedKeys
from department_agents.post import Post, Sender
from department_agents.settings import CreditSettings
from department_agents.store.database import Database
from department_agents.store.inbox import InboxRules, SqliteInbox
from department_agents.store.outbox import SqliteOutbox


@dataclass(frozen=True)
class CreditSystem:
    """All parts of a running credit consumer."""

    settings: CreditSettings
    database: Database
    inbox: SqliteInbox
    outbox: SqliteOutbox
    consumers: tuple[Consumer, ...]

    async def run(self) -> None:
        """Run every loop until cancelled, then close the store."""
        url, code = self.settings.amqp_url.get_secret_value(), self.settings.credit_system
        try:
            await self.database.open()
            await run_together(
                *broker_loops(url, code, self.inbox, self.outbox),
                *(consumer.run() for consumer in self.consumers),
            )
        finally:
            await self.database.close()


def build_credit_system(settings: CreditSettings) -> CreditSystem:
    """Put a credit consumer together."""
    code = settings.credit_system
    clock = clock_for(rehearsal=settings.rehearsal, offset_file=settings.rehearsal_file)
    database = Database(settings.data_folder / STORE_FILE)
    post = Post(Sender(f"/credit/{code}", partial(credit_key, code)), clock)
    credit_file = CreditFile(post, PublishedKeys(settings.office_jwks), clock)
    patience = timedelta(seconds=settings.gap_seconds)
    rules = InboxRules(f"credit-{code}", settings.attempts_allowed, patience)
    inbox = SqliteInbox(database, clock, rules, credit_file.apply)
    url = settings.amqp_url.get_secret_value()
    return CreditSystem(
        settings=settings,
        database=database,
        inbox=inbox,
        outbox=SqliteOutbox(database, clock),
        consumers=consumers_of(url, inbox, (credit_queue(code),)),
    )
