"""What services ask of the outside: collections of values, messages, time, chance, documents."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Generic, Protocol, TypeVar

from contracts.vocabulary import Wire
from coordinator.domain.annual_plan import Plan, PlanLine
from coordinator.domain.archive import Package
from coordinator.domain.blacklist import Listing
from coordinator.domain.disclosure import Disclosure
from coordinator.domain.dispatch import DepartmentTask, TeamMember, Visit, VisitCheck
from coordinator.domain.distribution import Share
from coordinator.domain.follow_up import Case, Rectification
from coordinator.domain.joint_punishment import MeasureOrder
from coordinator.domain.lottery.ceremony import Contributor, OfficeChain, RecordFile, Round
from coordinator.domain.policy import Policy
from coordinator.domain.registers import (
    CheckItem,
    Expert,
    InspectionObject,
    Inspector,
    JointListRow,
    Recusal,
)
from coordinator.domain.result_intake import Report, Result
from coordinator.domain.team_draw import FeasibilitySolver
from coordinator.domain.working_days import WorkingDays
from coordinator.services.directory import (
    Actor,
    AuditEntry,
    Credential,
    CreditAcknowledgement,
    CreditEvent,
    CreditSystem,
    DeadLetter,
    Department,
    ImportReport,
    Incoming,
    LoginSession,
    Outgoing,
    Role,
)

__all__ = [
    "Actor",
    "AuditEntry",
    "Chance",
    "Collection",
    "Credential",
    "CreditAcknowledgement",
    "CreditEvent",
    "CreditSystem",
    "DeadLetter",
    "Department",
    "Documents",
    "ImportReport",
    "Incoming",
    "LoginSession",
    "OpenWork",
    "Outgoing",
    "Page",
    "Post",
    "Query",
    "RecordShelf",
    "Role",
    "Signer",
    "Work",
]

V = TypeVar("V")


@dataclass(frozen=True, kw_only=True)
class Query:
    """A page of a list: exact filters, a text to look for, order and window."""

    equals: Mapping[str, Any] = field(default_factory=dict)
    text: str = ""
    order: str = ""
    descending: bool = False
    offset: int = 0
    limit: int = 50


@dataclass(frozen=True)
class Page(Generic[V]):
    """Some values of a list and how many there are in all."""

    values: tuple[V, ...]
    total: int


class Collection(Protocol[V]):
    """All stored values of one kind; every order is by key unless a query says otherwise."""

    async def get(self, key: object) -> V:
        """Give the value with this key; NOT_FOUND when there is none."""
        ...

    async def find(self, key: object) -> V | None:
        """Give the value with this key, or None."""
        ...

    async def add(self, values: Iterable[V]) -> None:
        """Store new values; ALREADY_EXISTS when a key is taken."""
        ...

    async def save(self, *values: V) -> None:
        """Store values whether or not their keys exist."""
        ...

    async def remove(self, key: object) -> None:
        """Forget the value with this key."""
        ...

    async def where(self, **equals: object) -> Sequence[V]:
        """Give all values whose fields equal these; a tuple, list or set means any of it."""
        ...

    async def count(self, **equals: object) -> int:
        """Count the values whose fields equal these."""
        ...

    async def page(self, query: Query) -> Page[V]:
        """Give one page of the values that a query selects."""
        ...


class Post(Protocol):
    """Messages that leave with this transaction, one outbox row per recipient."""

    async def to_department(
        self, department: str, message: Wire, *, subject: str, correlation: str
    ) -> str:
        """Announce to one department on the queue the catalogue names; gives the message id."""
        ...

    async def to_credit(self, message: Wire, *, subject: str, correlation: str) -> CreditEvent:
        """Append to the credit log and announce to every credit system."""
        ...


class Chance(Protocol):
    """Fresh secrets; draws take nothing from here but the office's own chain and the salts."""

    def secret(self) -> bytes:
        """Give 32 random bytes."""
        ...

    def code(self) -> str:
        """Give a short code that nobody can guess, as on a visit's QR."""
        ...


class Signer(Protocol):
    """The office's own signature, and what departments signed."""

    def sign(self, payload: bytes) -> str:
        """Give the office's detached JWS over these bytes."""
        ...

    def verify(self, payload: bytes, signature: str, public_key: str) -> bool:
        """Say whether a signature fits the bytes and the JWK."""
        ...

    def published_keys(self) -> Mapping[str, Any]:
        """Give the office's key set as JWKS."""
        ...


class RecordShelf(Protocol):
    """Where disclosed records lie as folders."""

    def publish(self, round_id: str, files: Mapping[str, bytes]) -> str:
        """Write a whole record folder, replacing none that differs, and give its absolute path."""
        ...

    def verify(self, folder: str, keys: Mapping[str, Any]) -> str:
        """Run the independent verifier with these keys (JWKS): `ok`, or the first difference."""
        ...


class Work(Protocol):
    """One transaction of one actor: all a service may load, decide with, save and announce."""

    @property
    def actor(self) -> Actor:
        """Who acts."""
        ...

    @property
    def policy(self) -> Policy:
        """The rules in force."""
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
    def chance(self) -> Chance:
        """Where fresh secrets come from."""
        ...

    @property
    def signer(self) -> Signer:
        """Signatures."""
        ...

    @property
    def shelf(self) -> RecordShelf:
        """Disclosed records."""
        ...

    @property
    def team_solver(self) -> FeasibilitySolver | None:
        """Proof that teams exist or don't, where the draw's own tries leave it open."""
        ...

    def now(self) -> datetime:
        """Give business time, aware UTC."""
        ...

    def today(self) -> date:
        """Give today's date where the office is."""
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

    departments: Collection[Department]
    credit_systems: Collection[CreditSystem]
    credentials: Collection[Credential]
    sessions: Collection[LoginSession]
    items: Collection[CheckItem]
    objects: Collection[InspectionObject]
    inspectors: Collection[Inspector]
    experts: Collection[Expert]
    recusals: Collection[Recusal]
    joint_list: Collection[JointListRow]
    imports: Collection[ImportReport]
    plans: Collection[Plan]
    plan_lines: Collection[PlanLine]
    rounds: Collection[Round]
    contributors: Collection[Contributor]
    office_chains: Collection[OfficeChain]
    record_files: Collection[RecordFile]
    visits: Collection[Visit]
    checks: Collection[VisitCheck]
    tasks: Collection[DepartmentTask]
    team: Collection[TeamMember]
    reports: Collection[Report]
    results: Collection[Result]
    disclosures: Collection[Disclosure]
    shares: Collection[Share]
    rectifications: Collection[Rectification]
    cases: Collection[Case]
    listings: Collection[Listing]
    orders: Collection[MeasureOrder]
    packages: Collection[Package]
    audit_entries: Collection[AuditEntry]
    credit_events: Collection[CreditEvent]
    credit_acknowledgements: Collection[CreditAcknowledgement]
    dead_letters: Collection[DeadLetter]
    outgoing: Collection[Outgoing]
    incoming: Collection[Incoming]


class OpenWork(Protocol):
    """Opens one transaction for an actor; commits when the block ends well."""

    def __call__(self, actor: Actor, *, writes: bool = True) -> AbstractAsyncContextManager[Work]:
        """Give the context manager of one transaction."""
        ...


class Documents(Protocol):
    """Forms and spreadsheets made from data."""

    def pdf(self, form: str, data: Mapping[str, Any]) -> bytes:
        """Set the form of this name (notice, listing-decision …) as PDF/A."""
        ...

    def workbook(
        self, title: str, headings: Sequence[str], rows: Iterable[Sequence[object]]
    ) -> bytes:
        """Make an xlsx with one sheet; codes stay text, nothing becomes a formula."""
        ...
