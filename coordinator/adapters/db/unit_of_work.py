"""One transaction with everything a service works on; opened and committed at the edge only."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from coordinator.adapters.audit_chain import AuditChain
from coordinator.adapters.checkpoint_file import CheckpointFile
from coordinator.adapters.clock import BusinessClock
from coordinator.adapters.db.appraisals import DatabaseAppraisals
from coordinator.adapters.db.calendar import DatabaseCalendar
from coordinator.adapters.db.collections import COLLECTIONS, TALLIED
from coordinator.adapters.db.complaint_groups import DatabaseComplaintGroups
from coordinator.adapters.db.engine import doing_business
from coordinator.adapters.db.failed_messages import DatabaseFailedMessages
from coordinator.adapters.db.frames import DatabaseFrames
from coordinator.adapters.db.out_of_service import StoreHealth, begun, refusing_out_of_service
from coordinator.adapters.db.outgoing import OutgoingPost
from coordinator.adapters.db.queues import DatabaseQueues
from coordinator.adapters.db.remembered_frames import FrameMemory, RememberedFrames
from coordinator.adapters.db.repositories import StoredCollection
from coordinator.adapters.db.series import next_number
from coordinator.adapters.db.staging import DatabaseStage
from coordinator.adapters.db.storage import DatabaseStorage
from coordinator.adapters.db.traffic import DatabaseTraffic
from coordinator.adapters.db.unstorable import refusing_unstorable
from coordinator.adapters.identifiers import new_uuid7
from coordinator.adapters.record_shelf import FolderShelf
from coordinator.adapters.seed_sources import SystemChance
from coordinator.adapters.signer import OfficeSigner
from coordinator.domain.policy import Policy
from coordinator.domain.scheduling import VisitRouting
from coordinator.domain.team_draw import FeasibilitySolver
from coordinator.domain.working_days import WorkingDays
from coordinator.services import ports


@dataclass(frozen=True)
class Surroundings:
    """What does not change from one transaction to the next."""

    engine: AsyncEngine
    clock: BusinessClock
    chance: SystemChance
    signer: OfficeSigner
    shelf: FolderShelf
    policy: Policy
    policies: ports.Policies
    calendar: DatabaseCalendar
    row_checks: ports.RowChecks
    software: str
    team_solver: FeasibilitySolver | None = None
    routing: VisitRouting | None = None
    broker: ports.MessageBroker | None = None
    inbound_queues: int = 1
    checkpoints: CheckpointFile | None = None
    frame_memory: FrameMemory = field(default_factory=FrameMemory)
    store_health: StoreHealth = field(default_factory=StoreHealth)


class UnitOfWork:
    """The `Work` of one actor in one transaction; see services.ports.Work for its promises."""

    def __init__(
        self,
        connection: AsyncConnection,
        actor: ports.Actor,
        around: Surroundings,
        calendar: WorkingDays,
    ) -> None:
        self.connection = connection
        self.actor = actor
        self.policy = around.policy
        self.policies = around.policies
        self.calendar = calendar
        self.rehearsal = around.clock.rehearsal
        self.software = around.software
        self.team_solver = around.team_solver
        self.routing = around.routing
        self.chance = around.chance
        self.signer = around.signer
        self.shelf = around.shelf
        self.broker = around.broker
        self.inbound_queues = around.inbound_queues
        self._clock = around.clock
        self.post = OutgoingPost(connection, around.clock, around.signer)
        self.traffic = DatabaseTraffic(connection)
        self.failed_messages = DatabaseFailedMessages(connection, around.clock)
        self.queues = DatabaseQueues(connection, around.clock)
        self.storage = DatabaseStorage(connection, around.clock)
        self.stage = DatabaseStage(connection)
        self.row_checks = around.row_checks
        self.audit_chain = AuditChain(connection, around.clock, actor)
        self.frames = DatabaseFrames(connection)
        self.appraisals = DatabaseAppraisals(connection)
        self.complaint_groups = DatabaseComplaintGroups(connection)

    def __getattr__(self, name: str) -> Any:
        """Give the collection of this name, made when it is first asked for."""
        if name not in COLLECTIONS:
            raise AttributeError(name)
        made = TALLIED.get(name, StoredCollection)
        collection: StoredCollection[Any] = made(self.connection, *COLLECTIONS[name])
        setattr(self, name, collection)
        return collection

    def now(self) -> datetime:
        """Give business time, aware UTC."""
        return self._clock.now()

    def machine_now(self) -> datetime:
        """Give machine time, aware UTC."""
        return self._clock.machine_now()

    def today(self) -> date:
        """Give today's date where the office is."""
        return self._clock.today()

    def day_of(self, moment: datetime) -> date:
        """Give the date of a moment where the office is."""
        return self._clock.day_of(moment)

    def new_id(self) -> str:
        """Give a fresh UUIDv7."""
        return new_uuid7()

    async def audit(self, tag: str, subject: str, /, **facts: object) -> None:
        """Append to the audit chain in this transaction."""
        await self.audit_chain.append(tag, subject, facts)

    async def next_number(self, series: str) -> int:
        """Give the next number of a gap-free series, from 1."""
        return await next_number(self.connection, series)


@asynccontextmanager
async def transaction(
    around: Surroundings, actor: ports.Actor, *, writes: bool = True
) -> AsyncIterator[UnitOfWork]:
    """Open a transaction; it commits when the block ends well, and nothing stays when it raises.

    VALUE_UNSTORABLE for what no database keeps; STORE_FULL, and STORE_AWAY where none answers.
    """
    engine = doing_business(around.engine) if writes else around.engine
    with refusing_unstorable(), refusing_out_of_service(around.store_health, writes=writes):
        async with begun(engine) as connection:
            work = await work_on(connection, actor, around)
            if not writes:
                work.frames = RememberedFrames(connection, around.frame_memory)
            yield work


async def work_on(
    connection: AsyncConnection, actor: ports.Actor, around: Surroundings
) -> UnitOfWork:
    """Give the work of an actor in a transaction that is already open."""
    calendar = await around.calendar.seen_by(connection)
    return UnitOfWork(connection, actor, around, calendar)
