"""What services ask of the outside: collections of values, messages, time, chance, documents."""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Generic, Protocol, TypeVar

from contracts.vocabulary import Wire
from coordinator.domain.annual_plan import (
    Amendment,
    Conditions,
    Frame,
    FrameCount,
    Overlap,
    Plan,
    PlanLine,
)
from coordinator.domain.archive import Package
from coordinator.domain.blacklist import Listing
from coordinator.domain.disclosure import Disclosure
from coordinator.domain.dispatch import DepartmentTask, TeamMember, Visit, VisitCheck
from coordinator.domain.distribution import Share
from coordinator.domain.follow_up import Case, Rectification
from coordinator.domain.joint_punishment import MeasureOrder
from coordinator.domain.lottery.ceremony import Contributor, OfficeChain, RecordFile, Round
from coordinator.domain.policy import Policy, PolicyVersion
from coordinator.domain.registers import (
    CheckItem,
    Expert,
    InspectionObject,
    Inspector,
    JointListRow,
    Recusal,
)
from coordinator.domain.registers.acts import ImportProblem, RegisterAct, SavedMapping, Version
from coordinator.domain.registers.duties import DutyList
from coordinator.domain.registers.industries import Industry
from coordinator.domain.registers.item_list import ItemListVersion, ItemProposal, ItemSnapshot
from coordinator.domain.registers.organisation import Department, Designation, Region, Section
from coordinator.domain.registers.uploads import RegisterChunk
from coordinator.domain.result_intake import Report, Result
from coordinator.domain.team_draw import FeasibilitySolver
from coordinator.domain.working_days import CalendarDay, CalendarYear, WorkingDays
from coordinator.services.directory import (
    Actor,
    AuditEntry,
    Credential,
    CreditAcknowledgement,
    CreditEvent,
    CreditSystem,
    DeadLetter,
    DutyRun,
    Incoming,
    LoginSession,
    Outgoing,
    Role,
)
from coordinator.services.staging import RowChecks, Stage

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
    "DutyRun",
    "Frames",
    "Incoming",
    "LoginSession",
    "OpenWork",
    "Outgoing",
    "Page",
    "Policies",
    "Post",
    "Query",
    "RecordShelf",
    "RegisterAct",
    "Role",
    "RowChecks",
    "Signer",
    "Stage",
    "Work",
]

V = TypeVar("V")


@dataclass(frozen=True, kw_only=True)
class Query:
    """A page of a list: exact filters, a text to look for, order and window.

    `within`: the text fields to look in, all of them where none is named; `contains`: list fields
    that hold a value; `blank`: fields with nothing in them; `until`: date fields with the latest
    day that still counts.
    """

    equals: Mapping[str, Any] = field(default_factory=dict)
    contains: Mapping[str, str] = field(default_factory=dict)
    blank: tuple[str, ...] = ()
    until: Mapping[str, date] = field(default_factory=dict)
    text: str = ""
    within: tuple[str, ...] = ()
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


class Frames(Protocol):
    """Counts of the objects register that never load it; objects that closed are not counted.

    Every answer agrees with Conditions.accept and the strata of 3-draw.md 3.1.
    """

    async def count(self, frame: Frame, day: date) -> FrameCount:
        """Count a frame, its places and strata; `expected` stays empty."""
        ...

    async def overlaps(
        self,
        frames: Sequence[Frame],
        day: date,
        *,
        within: Conditions | None = None,
        of_places: bool = False,
    ) -> Sequence[Overlap]:
        """Count objects (or places) by the frames they are in: those in any, or all `within`."""
        ...

    def objects_of(self, conditions: Conditions, day: date) -> AsyncIterator[InspectionObject]:
        """Give all objects that meet conditions, closed ones too, by id, without keeping them."""
        ...

    async def checked(self, lines: Iterable[str]) -> int:
        """Count the distinct objects that the drawn visits of these lines go to."""
        ...


class Policies(Protocol):
    """The policy profiles that are written down."""

    def names(self) -> tuple[str, ...]:
        """Name the profiles, sorted."""
        ...

    def find(self, profile: str) -> Policy | None:
        """Give a profile by name, or None; POLICY_INVALID when it is flawed."""
        ...


class Work(Protocol):
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
    def shelf(self) -> RecordShelf:
        """Disclosed records."""
        ...

    @property
    def frames(self) -> Frames:
        """Counts of whom conditions meet."""
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
    sections: Collection[Section]
    regions: Collection[Region]
    designations: Collection[Designation]
    calendar_years: Collection[CalendarYear]
    calendar_days: Collection[CalendarDay]
    duty_runs: Collection[DutyRun]
    credit_systems: Collection[CreditSystem]
    credentials: Collection[Credential]
    sessions: Collection[LoginSession]
    items: Collection[CheckItem]
    item_proposals: Collection[ItemProposal]
    item_lists: Collection[ItemListVersion]
    item_versions: Collection[ItemSnapshot]
    duty_lists: Collection[DutyList]
    objects: Collection[InspectionObject]
    inspectors: Collection[Inspector]
    experts: Collection[Expert]
    recusals: Collection[Recusal]
    joint_list: Collection[JointListRow]
    imports: Collection[RegisterAct]
    import_problems: Collection[ImportProblem]
    register_chunks: Collection[RegisterChunk]
    register_versions: Collection[Version]
    industries: Collection[Industry]
    column_mappings: Collection[SavedMapping]
    policy_versions: Collection[PolicyVersion]
    plans: Collection[Plan]
    plan_lines: Collection[PlanLine]
    plan_amendments: Collection[Amendment]
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

    def annex(self, data: Mapping[str, Any]) -> bytes:
        """Make the printable xlsx of an annex from the data of its PDF, `pdf("annex", data)`."""
        ...

    def workbook(
        self, title: str, headings: Sequence[str], rows: Iterable[Sequence[object]]
    ) -> bytes:
        """Make an xlsx with one sheet; codes stay text, nothing becomes a formula."""
        ...
