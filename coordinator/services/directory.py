"""What services keep beside the domain: people, organisations, logins, and logs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict, PositiveInt

from coordinator.domain.lifecycle import LetterState


class Role(StrEnum):
    """What a person may do: plan and supervise, act for a department, or read everything.

    The discipline inspection reads everything too, and alone decides on complaints.
    """

    OFFICE = "office"
    DEPARTMENT = "department"
    AUDITOR = "auditor"
    DISCIPLINE = "discipline"


class Responsibility(StrEnum):
    """What people of one organ divide among them (2-rules.md 2.14); approving is a flag of its own.

    SECTION proposes items and enters, LEGAL merges lists and keeps inspectors, SUPERVISION keeps
    objects, CREDIT drafts the plan, OFFICE adopts, draws, dispatches and administers.
    """

    SECTION = "section"
    LEGAL = "legal"
    SUPERVISION = "supervision"
    CREDIT = "credit"
    OFFICE = "office"


DIVIDED: Mapping[Role, tuple[Responsibility, ...]] = {
    Role.DEPARTMENT: (Responsibility.SECTION, Responsibility.LEGAL),
    Role.OFFICE: (
        Responsibility.LEGAL,
        Responsibility.SUPERVISION,
        Responsibility.CREDIT,
        Responsibility.OFFICE,
    ),
}
"""What there is to divide, by role; whoever only reads divides nothing."""


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Who acts: a person by login, or the sender of a message verified by the broker.

    `lower` are the organs below the person's own, whose data they see and never edit (2.0).
    `responsibilities` is None as long as the organ has divided nothing: then everybody does all.
    """

    name: str
    role: Role
    department: str | None = None
    approver: bool = False
    lower: tuple[str, ...] = ()
    responsibilities: tuple[Responsibility, ...] | None = None

    @property
    def sees(self) -> tuple[str, ...]:
        """The organs whose matters a department's person sees: the own one and those below it."""
        return (self.department, *self.lower) if self.department else ()


@dataclass(frozen=True, kw_only=True)
class CreditSystem:
    """A system that consumes credit events; `log_token` is the SHA-256 of what opens the log."""

    code: str
    name: str
    name_en: str
    log_token: str | None = None


@dataclass(frozen=True, kw_only=True)
class Credential:
    """A person who may log in; `password` is an argon2 hash.

    `responsibilities` are empty where the organ has divided nothing.
    """

    login: str
    name: str
    password: str
    role: Role
    department: str | None = None
    approver: bool = False
    responsibilities: tuple[Responsibility, ...] = ()


@dataclass(frozen=True, kw_only=True)
class LoginSession:
    """A server-side session; `token_digest` is the SHA-256 of the cookie's token."""

    token_digest: str
    login: str
    csrf: str
    expires_at: datetime


class LoginRules(BaseModel):
    """How many logins may fail, of one login and of all, from an address, and a session's hours."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    failed_allowed: PositiveInt
    failed_minutes: PositiveInt
    failed_allowed_of_address: PositiveInt
    session_hours: PositiveInt


@dataclass(frozen=True, kw_only=True)
class LoginAttempt:
    """A login that was tried and has not succeeded, kept for minutes, on no record.

    Who tried is known by SHA-256 only: of login and address together, and of the address.
    """

    attempt_id: str
    login_digest: str
    address_digest: str
    tried_at: datetime


@dataclass(frozen=True, kw_only=True)
class AuditEntry:
    """One act, hash-chained to the one before; `tag` is source:subject:action."""

    number: int
    at: datetime
    actor: str
    tag: str
    subject: str
    facts: Mapping[str, Any]
    previous: str
    digest: str


@dataclass(frozen=True, kw_only=True)
class CreditEvent:
    """One entry of the gap-free log that credit systems can replay from any number."""

    number: int
    message_id: str
    type: str
    subject: str
    body: bytes
    signature: str
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class CreditAcknowledgement:
    """A credit system has taken in one event of the log."""

    acknowledgement_id: str
    system: str
    number: int
    message_id: str
    acknowledged_at: datetime


@dataclass(frozen=True, kw_only=True)
class DeadLetter:
    """A message that was parked, with the reason, where a person sees it."""

    dead_letter_id: int
    message_id: str
    type: str
    queue: str
    routing_key: str
    user_id: str | None
    reason: str
    fingerprint: str
    state: LetterState
    replay_count: int
    parked_at: datetime
    correlation: str | None = None


@dataclass(frozen=True, kw_only=True)
class LetterGroup:
    """Parked messages that failed alike: one of their reasons, and when the first and last came."""

    fingerprint: str
    type: str
    reason: str
    number: int
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, kw_only=True)
class Outgoing:
    """A message on its way out, as operators see it: without body."""

    outbox_id: int
    message_id: str
    aggregate: str
    recipient: str
    sequence: int
    type: str
    state: str
    created_at: datetime
    sent_at: datetime | None
    last_error: str | None


@dataclass(frozen=True, kw_only=True)
class Incoming:
    """A message taken in, as operators see it: without body."""

    consumer: str
    message_id: str
    type: str
    sender: str
    correlation: str
    received_at: datetime


@dataclass(frozen=True, kw_only=True)
class Resend:
    """A department asked for a gap of a queue: sequences sent again, and those declared void."""

    resend_id: str
    department: str
    queue: str
    first: int
    last: int
    number_resent: int
    number_voided: int
    requested_at: datetime


@dataclass(frozen=True, kw_only=True)
class DutyRun:
    """A daily duty done on a business day, with what came of it."""

    duty: str
    day: date
    done_at: datetime
    outcome: Mapping[str, Any] = field(default_factory=dict)
