"""One department's agent put together: store, broker loops, handlers, back office, desk."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

import structlog

from contracts.amqp.connection import Line
from contracts.amqp.consumer import Consumer, ConsumerSettings
from contracts.amqp.disposition import dispose_all
from contracts.amqp.ports import Inbox, Outbox
from contracts.amqp.publisher import AmqpPublisher, Publisher
from contracts.amqp.relay import Relay, RelaySettings
from contracts.amqp.retries import Retries
from contracts.amqp.traced import TracedPublisher, traced
from contracts.topology import department_user, events_queue, inbound_key, tasks_queue
from department_agents.answers import Department
from department_agents.clock import Clock, clock_for
from department_agents.code_table import load_code_table
from department_agents.counter import Counter
from department_agents.fieldwork import Fieldwork
from department_agents.gaps import AT_ONCE, Gaps
from department_agents.handlers import Desks, Handlers
from department_agents.handover import Handover
from department_agents.heartbeats import (
    BackOfficeCheck,
    Check,
    ClockCheck,
    DiskCheck,
    Heartbeats,
    Pulse,
)
from department_agents.keys import PublishedKeys, load_key
from department_agents.letters import Letters
from department_agents.listings import Listings
from department_agents.lottery import Contributor, Lottery
from department_agents.measures import Measures
from department_agents.post import Post, Sender
from department_agents.profile import Profile, profile_of
from department_agents.reminders import Reminders
from department_agents.report_rules import ReportRules
from department_agents.settings import AgentSettings, CreditSettings, SystemKind
from department_agents.store.database import Database
from department_agents.store.inbox import Business, InboxRules, SqliteInbox
from department_agents.store.keeping import Keeping, keep_small
from department_agents.store.outbox import SqliteOutbox
from department_agents.systems.file_drop import FileDrop
from department_agents.systems.manual_desk import ManualDesk
from department_agents.systems.ports import System
from department_agents.uploads import Uploads

STORE_FILE = "agent.sqlite"
_TASKS_AT_ONCE = 10  # what a crash loop may dead-letter of what has to be acted on
_EVENTS_AT_ONCE = 100

Loop = Coroutine[Any, Any, None]

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Agent:
    """All parts of a running agent; the broker may be away, the rest works on."""

    settings: AgentSettings
    profile: Profile
    clock: Clock
    database: Database
    rules: ReportRules
    inbox: SqliteInbox
    outbox: SqliteOutbox
    post: Post
    counter: Counter
    system: System
    line: Line
    consumers: tuple[Consumer, ...]

    @property
    def is_consuming(self) -> bool:
        """Whether both queues are being read at this moment."""
        return all(consumer.is_consuming for consumer in self.consumers)

    async def run(self) -> None:
        """Run every loop until cancelled, then close the store."""
        try:
            await self.database.open()
            log.info("agent_started", department=self.profile.code)
            await run_together(*self._loops(), *self._desk())
        finally:
            await self.database.close()
            log.info("agent_stopped", department=self.profile.code)

    def _loops(self) -> list[Loop]:
        publisher = publisher_on(self.line)
        handover = Handover(self.database, self.system, self.clock)
        return [
            *broker_loops(publisher, self.profile.code, self.inbox, self.outbox),
            Heartbeats(self._pulse(), self.database, self.clock, publisher).run(),
            *(consumer.run() for consumer in self.consumers),
            handover.run(self.settings.poll_seconds),
            keeping_small(self.settings, self.database, self.clock),
        ]

    def _pulse(self) -> Pulse:
        code = self.profile.code
        return Pulse(
            department_user(code),
            Sender(f"/departments/{code}", partial(inbound_key, code)),
            self.settings.heartbeat_seconds,
            (*own_checks(self.settings, self.clock), BackOfficeCheck(self.system)),
        )

    def _desk(self) -> list[Loop]:
        if not self.settings.desk_port:
            return []
        # Only now: an installation without the extra `desk` has no FastAPI.
        from department_agents.desk.server import serve_desk  # noqa: PLC0415

        return [serve_desk(self)]


def build_agent(settings: AgentSettings) -> Agent:
    """Put an agent together; raises KeyFileError when a key file can't be used."""
    profile = profile_of(settings.department)
    clock = clock_for(rehearsal=settings.rehearsal, offset_file=settings.rehearsal_file)
    database = Database(settings.data_folder / STORE_FILE)
    rules = ReportRules(load_code_table(settings.code_table), settings.officers_required)
    contributor = _contributor(settings, clock)
    department = Department(contributor.code, contributor.post, clock, rules)
    desks = _desks(contributor, department)
    handlers = Handlers(desks, contributor.published, clock)
    business = Business(traced(handlers.apply), desks.gaps.ask)
    inbox = SqliteInbox(database, clock, _inbox_rules(settings), business)
    counter = Counter(database, desks.fieldwork, desks.measures, desks.reminders, desks.letters)
    line = line_of(settings, profile.code)
    return Agent(
        settings=settings,
        profile=profile,
        clock=clock,
        database=database,
        rules=rules,
        inbox=inbox,
        outbox=SqliteOutbox(database, clock),
        post=contributor.post,
        counter=counter,
        system=_system(settings.system or profile.system, settings, counter, clock),
        line=line,
        consumers=consumers_of(
            line, inbox, (tasks_queue(profile.code), events_queue(profile.code))
        ),
    )


def _desks(contributor: Contributor, department: Department) -> Desks:
    return Desks(
        lottery=Lottery(contributor),
        reminders=Reminders(contributor),
        fieldwork=Fieldwork(department),
        measures=Measures(department),
        letters=Letters(department),
        listings=Listings(department),
        uploads=Uploads(contributor.post, department.clock),
        gaps=Gaps(contributor.code, contributor.post, department.clock),
    )


async def run_together(*loops: Loop) -> None:
    """Run loops until cancelled; one that fails takes the others down with it."""
    async with asyncio.TaskGroup() as group:
        for loop in loops:
            group.create_task(loop)


def line_of(settings: AgentSettings | CreditSettings, code: str) -> Line:
    """Give the one connection of an agent."""
    return Line(settings.amqp_url.get_secret_value(), f"onevisit-agent {code}")


def publisher_on(line: Line) -> AmqpPublisher:
    """Give the one publisher of an agent, for its relay and its heartbeats."""
    return AmqpPublisher(line, line.name)


def own_checks(settings: AgentSettings | CreditSettings, clock: Clock) -> tuple[Check, ...]:
    """Give what an agent of any kind looks at."""
    return (
        DiskCheck(settings.data_folder, settings.disk_free_megabytes),
        ClockCheck(clock, settings.clock_jump_seconds),
    )


def keeping_small(
    settings: AgentSettings | CreditSettings, database: Database, clock: Clock
) -> Loop:
    """Give the loop that forgets old messages."""
    keeping = Keeping(timedelta(days=settings.sent_days), timedelta(days=settings.taken_in_days))
    return keep_small(database, clock, keeping)


def broker_loops(publisher: Publisher, code: str, inbox: Inbox, outbox: Outbox) -> list[Loop]:
    """Give the relay of an outbox and the retries of an inbox."""
    # The store is locked for this process, so a restarted one may renew its predecessor's lease
    # at once instead of waiting until it runs out.
    relay = Relay(outbox, TracedPublisher(publisher), RelaySettings(owner=f"onevisit-agent {code}"))
    return [relay.run(), Retries(inbox).run()]


def consumers_of(line: Line, inbox: Inbox, queues: tuple[str, ...]) -> tuple[Consumer, ...]:
    """Give one supervised consumer for each queue on its own channel, into the same inbox."""
    handler = partial(dispose_all, inbox)
    return tuple(Consumer(line, queue, _consuming(queue), handler) for queue in queues)


def _consuming(queue: str) -> ConsumerSettings:
    """Take what is there at once, and never wait for more: an agent has little to do."""
    number = _TASKS_AT_ONCE if queue.endswith(".tasks") else _EVENTS_AT_ONCE
    return ConsumerSettings(queue, prefetch=number, batch=number, linger_seconds=0.0)


def _contributor(settings: AgentSettings, clock: Clock) -> Contributor:
    code = settings.department
    key = load_key(code, settings.key_file)
    sender = Sender(f"/departments/{code}", partial(inbound_key, code), key)
    published = PublishedKeys(settings.office_jwks, clock)
    return Contributor(code, key, published, Post(sender, clock), clock)


def _inbox_rules(settings: AgentSettings) -> InboxRules:
    patience = timedelta(seconds=settings.gap_seconds)
    return InboxRules(settings.department, settings.attempts_allowed, patience, at_once=AT_ONCE)


def _system(kind: SystemKind, settings: AgentSettings, counter: Counter, clock: Clock) -> System:
    match kind:
        case SystemKind.FILE_DROP:
            return FileDrop(settings.drop, counter, clock)
        case SystemKind.MANUAL_DESK:
            return ManualDesk()
