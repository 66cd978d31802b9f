"""What services ask of the outside: collections of values, messages, time, chance, documents."""

from coordinator.domain.registers.acts import RegisterAct
from coordinator.domain.registers.organisation import Department
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
    LetterGroup,
    LoginSession,
    Outgoing,
    Role,
)
from coordinator.services.ports.calendars import CalendarEvent
from coordinator.services.ports.collections import Collection, Page, Query
from coordinator.services.ports.outside import (
    Chance,
    ChangedLetter,
    Documents,
    FailedMessages,
    Frames,
    PlacesBy,
    Policies,
    Post,
    RecordShelf,
    Signer,
    Teller,
)
from coordinator.services.ports.work import OpenWork, Work
from coordinator.services.staging import RowChecks, Stage

__all__ = [
    "Actor",
    "AuditEntry",
    "CalendarEvent",
    "Chance",
    "ChangedLetter",
    "Collection",
    "Credential",
    "CreditAcknowledgement",
    "CreditEvent",
    "CreditSystem",
    "DeadLetter",
    "Department",
    "Documents",
    "DutyRun",
    "FailedMessages",
    "Frames",
    "Incoming",
    "LetterGroup",
    "LoginSession",
    "OpenWork",
    "Outgoing",
    "Page",
    "PlacesBy",
    "Policies",
    "Post",
    "Query",
    "RecordShelf",
    "RegisterAct",
    "Role",
    "RowChecks",
    "Signer",
    "Stage",
    "Teller",
    "Work",
]
