"""What services ask of the world: messages, chance, signatures, records, policies, documents."""

from collections.abc import AsyncIterator, Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from contracts.vocabulary import Wire
from coordinator.domain.agents import ResendRules, WatchRules
from coordinator.domain.archive import DutyEvidence
from coordinator.domain.audit_chain import AuditRules, Link
from coordinator.domain.credit_file import CreditFileRules
from coordinator.domain.lifecycle import LetterState
from coordinator.domain.lottery.frames import (
    Content,
    FrameName,
    FrozenFrame,
    LargeFile,
)
from coordinator.domain.lottery.kinds import Counts
from coordinator.domain.lottery.progress import LongStep, Progress
from coordinator.domain.policy import (
    DepartureReason,
    DisclosureReason,
    ObjectReason,
    Platform,
    Policy,
)
from coordinator.domain.retention import RetentionRules
from coordinator.services.directory import CreditEvent, LetterGroup, LoginRules
from coordinator.services.ports.calendars import CalendarEvent


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


@dataclass(frozen=True)
class ChangedLetter:
    """A message in place of a failed one: its own id, its schema (`name;major.minor`), its body."""

    message_id: str
    schema: str
    body: bytes


class FailedMessages(Protocol):
    """Messages that were parked, or found no queue: what they say, and how they go on."""

    async def groups(self) -> Sequence[LetterGroup]:
        """Give the parked ones by fingerprint, the largest group first."""
        ...

    async def body_of(self, letter_id: int) -> bytes | None:
        """Give what a letter says; None where it is sealed and was never kept."""
        ...

    async def mark(self, letter_id: int, state: LetterState, replay_count: int) -> None:
        """Remember the state of a letter, and how often it was put back."""
        ...

    async def take_in_again(self, letter_id: int) -> None:
        """Let a letter of a department or credit system be applied again, as it came."""
        ...

    async def take_in_changed(self, letter_id: int, changed: ChangedLetter) -> None:
        """Let a changed letter be applied as a new message that names the old one."""
        ...

    async def send_again(self, message_id: str, recipient: str) -> bool:
        """Let a message leave again as it is; False where the outbox has it no more."""
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
        """Give the office's key set as JWKS: the key that signs, the next, and former ones."""
        ...

    def signing_key(self) -> str:
        """Name the key that signs now by its thumbprint."""
        ...

    def rotate(self, signs_from: datetime, old_until: datetime) -> str:
        """Publish a new key that signs from a time on; gives its thumbprint."""
        ...

    def revoke(self, key_id: str) -> None:
        """Let a key of the office count for nothing from now on; NOT_FOUND when there is none."""
        ...


class AuditTrail(Protocol):
    """The audit chain as it is stored."""

    async def head(self) -> tuple[int, str]:
        """Give number and digest of the last entry, (0, "") before the first."""
        ...

    async def given(self) -> int:
        """Give how many numbers were ever given to entries."""
        ...

    def links(self) -> AsyncIterator[Sequence[Link]]:
        """Give every entry in the order of numbers, some thousands at a time."""
        ...

    async def subjects(self, after: int, until: int) -> frozenset[str]:
        """Give what the entries after one number, up to another, are about."""
        ...


class FrameDraft(AbstractContextManager["FrameDraft"], Protocol):
    """A frame that is being frozen; leaving the context before it is finished forgets it."""

    def add(self, lines: bytes) -> None:
        """Append ROWS_AT_ONCE whole lines, ascending by object; the last time they may be fewer."""
        ...

    def finish(self) -> FrozenFrame:
        """Give what was frozen; MalformedRecordError names row and field of a bad line."""
        ...


class Teller(Protocol):
    """Long work under way, of which people want to know how far it is."""

    def tell(self, step: LongStep, *, number: int = 0, of: int = 0, rows: int = 0) -> None:
        """Say what is being done now, and how far it is."""
        ...


class RecordShelf(Protocol):
    """Where large frozen frames lie as files, and disclosed records as folders."""

    def draft(self, name: FrameName, key: bytes, committed: Collection[str]) -> FrameDraft:
        """Begin to freeze a frame under its key S; `committed` are the files that rows name."""
        ...

    def frame(self, path: str, digest: str, counts: Counts) -> LargeFile:
        """Give a large frame that was frozen before."""
        ...

    def working(self, round_id: str, begun: Progress) -> AbstractContextManager[Teller]:
        """Tell of long work on a round while it goes on, outside of its transaction."""
        ...

    def progress(self, round_id: str) -> Progress | None:
        """Give the long work on a round, or the last that did not end well."""
        ...

    def publish(self, round_id: str, files: Mapping[str, Content]) -> str:
        """Write a whole record folder, replacing none that differs, and give its absolute path."""
        ...

    def verify(self, folder: str, keys: Mapping[str, Any]) -> str:
        """Run the independent verifier with these keys (JWKS): `ok`, or the first difference."""
        ...

    def keep_evidence(self, sha256: str, body: bytes) -> None:
        """Keep a file of evidence under its hash; the same file twice is kept once."""
        ...

    def evidence(self, sha256: str) -> bytes | None:
        """Give a file of evidence, or None where there is none."""
        ...

    def drop_evidence(self, sha256: str) -> None:
        """Remove a file of evidence, where it is still there."""
        ...


class Policies(Protocol):
    """The policy profiles that are written down."""

    def names(self) -> tuple[str, ...]:
        """Name the profiles, sorted."""
        ...

    def find(self, profile: str) -> Policy | None:
        """Give a profile by name, or None; POLICY_INVALID when it is flawed."""
        ...

    def departure_reasons(self) -> tuple[DepartureReason, ...]:
        """Give the reasons for which people leave a team after the draw."""
        ...

    def late_reasons(self) -> tuple[DepartureReason, ...]:
        """Give the reasons for which a report is entered after its time."""
        ...

    def cancel_reasons(self) -> tuple[DepartureReason, ...]:
        """Give the reasons for which a round is given up before its draw."""
        ...

    def watch_rules(self) -> WatchRules:
        """Give when operators are alarmed by an agent."""
        ...

    def resend_rules(self) -> ResendRules:
        """Give when messages are sent again that an agent knows nothing of."""
        ...

    def retention_rules(self) -> RetentionRules:
        """Give how long messages are kept that are over."""
        ...

    def audit_rules(self) -> AuditRules:
        """Give how often the audit chain is anchored."""
        ...

    def login_rules(self) -> LoginRules:
        """Give how many logins may fail, and how long a session lasts."""
        ...

    def duty_evidence(self) -> Sequence[DutyEvidence]:
        """Give what of a task shows that a duty of its inspectors was done."""
        ...

    def object_reasons(self) -> tuple[ObjectReason, ...]:
        """Give the reasons for which drawn objects are replaced before their visit."""
        ...

    def disclosure_reasons(self, kind: str) -> tuple[DisclosureReason, ...]:
        """Give the reasons of a kind: `exemption` from publication, or `withdrawal` of one."""
        ...

    def credit_file_rules(self) -> CreditFileRules:
        """Give the office's table for yearly credit files."""
        ...

    def platforms(self) -> tuple[Platform, ...]:
        """Give the public platforms that records go to."""
        ...


class Documents(Protocol):
    """Forms and spreadsheets made from data."""

    def pdf(self, form: str, data: Mapping[str, Any]) -> bytes:
        """Set the form of this name (notice, listing-decision …) as PDF/A."""
        ...

    def annex(self, data: Mapping[str, Any]) -> bytes:
        """Make the printable xlsx of an annex from the data of its PDF, `pdf("annex", data)`."""
        ...

    def qr(self, content: str) -> bytes:
        """Draw a QR code as svg; it holds any opening of a drawn list of up to 2^30 objects."""
        ...

    def calendar(self, title: str, events: Iterable[CalendarEvent]) -> bytes:
        """Make an iCalendar file."""
        ...

    def package_guide(self, visit_id: str) -> Mapping[str, bytes]:
        """Give what lies beside a task's archive packages and checks them, by file name."""
        ...

    def workbook(
        self, title: str, headings: Sequence[str], rows: Iterable[Sequence[object]]
    ) -> bytes:
        """Make an xlsx with one sheet; codes stay text, nothing becomes a formula."""
        ...
