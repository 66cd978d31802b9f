"""One transaction of one actor: all a service may load, decide with, save and announce."""

from datetime import date, datetime
from typing import Protocol

from coordinator.domain.policy import Policy
from coordinator.domain.scheduling import VisitRouting
from coordinator.domain.team_draw import FeasibilitySolver
from coordinator.domain.working_days import WorkingDays
from coordinator.services.directory import Actor
from coordinator.services.ports.appraisals import Appraisals
from coordinator.services.ports.broker import MessageBroker
from coordinator.services.ports.complaints import ComplaintGroups
from coordinator.services.ports.frames import Frames
from coordinator.services.ports.messaging import OutgoingQueues, Storage
from coordinator.services.ports.outside import (
    AuditTrail,
    Chance,
    FailedMessages,
    Policies,
    Post,
    RecordShelf,
    Signer,
)
from coordinator.services.ports.stored import StoredCollections
from coordinator.services.ports.traffic import Traffic
from coordinator.services.staging import RowChecks, Stage


class Work(StoredCollections, Protocol):
    """One transaction of one actor: all a service may load, decide with, save and announce."""

    @property
    def actor(self) -> Actor:
        """Who acts."""
        ...

    @property
    def policy(self) -> Policy:
        """The rules of the whole office; what a plan may choose is `policies.policy_of`'s."""
        ...

    @property
    def policies(self) -> Policies:
        """The profiles to choose from."""
        ...

    @property
    def calendar(self) -> WorkingDays:
        """The working-day calendar."""
        ...

    @property
    def rehearsal(self) -> bool:
        """Whether business time is rehearsal time (演练)."""
        ...

    @property
    def software(self) -> str:
        """Name and version, as records state them."""
        ...

    @property
    def post(self) -> Post:
        """Where messages leave."""
        ...

    @property
    def broker(self) -> MessageBroker | None:
        """The administration of the broker; None where this office has none."""
        ...

    @property
    def inbound_queues(self) -> int:
        """In how many queues the office takes in messages."""
        ...

    @property
    def failed_messages(self) -> FailedMessages:
        """Messages that a person must see to."""
        ...

    @property
    def queues(self) -> OutgoingQueues:
        """The queues of recipients, by sequence."""
        ...

    @property
    def storage(self) -> Storage:
        """What is kept of messages that are over."""
        ...

    @property
    def traffic(self) -> Traffic:
        """Where every message is."""
        ...

    @property
    def chance(self) -> Chance:
        """Where fresh secrets come from."""
        ...

    @property
    def signer(self) -> Signer:
        """Signatures."""
        ...

    @property
    def stage(self) -> Stage:
        """Where rows of registers wait before they go in."""
        ...

    @property
    def row_checks(self) -> RowChecks:
        """The checks of rows that came as messages."""
        ...

    @property
    def audit_chain(self) -> AuditTrail:
        """The audit chain as it is stored."""
        ...

    @property
    def shelf(self) -> RecordShelf:
        """Disclosed records."""
        ...

    @property
    def frames(self) -> Frames:
        """Counts of whom conditions meet."""
        ...

    @property
    def appraisals(self) -> Appraisals:
        """Figures of a period, and the rows behind them."""
        ...

    @property
    def complaint_groups(self) -> ComplaintGroups:
        """Complaints in numbers."""
        ...

    @property
    def team_solver(self) -> FeasibilitySolver | None:
        """Proof that teams exist or don't, where the draw's own tries leave it open."""
        ...

    @property
    def routing(self) -> VisitRouting | None:
        """The order of travel through coordinates, where a solver is installed."""
        ...

    def now(self) -> datetime:
        """Give business time, aware UTC."""
        ...

    def machine_now(self) -> datetime:
        """Give machine time, aware UTC: what messages, leases and logins go by."""
        ...

    def today(self) -> date:
        """Give today's date where the office is."""
        ...

    def day_of(self, moment: datetime) -> date:
        """Give the date of a moment where the office is: deadlines go by it, not by UTC's."""
        ...

    def new_id(self) -> str:
        """Give a fresh UUIDv7."""
        ...

    async def audit(self, tag: str, subject: str, /, **facts: object) -> None:
        """Append to the audit chain in this transaction."""
        ...

    async def next_number(self, series: str) -> int:
        """Give the next number of a gap-free series, from 1."""
        ...
