"""What services ask of the outside: collections of values, messages, time, chance, documents."""

from coordinator.domain.registers.acts import RegisterAct
from coordinator.domain.registers.organisation import Department
from coordinator.services.directory import (
    DIVIDED,
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
    LoginAttempt,
    LoginRules,
    LoginSession,
    Outgoing,
    Resend,
    Responsibility,
    Role,
)
from coordinator.services.ports.appraisals import Appraisals
from coordinator.services.ports.broker import (
    BrokerSeen,
    Credentials,
    MessageBroker,
    Participant,
    ParticipantKind,
    QueueSeen,
)
from coordinator.services.ports.calendars import CalendarEvent
from coordinator.services.ports.collections import Collection, Page, Query
from coordinator.services.ports.complaints import ComplaintGroups
from coordinator.services.ports.frames import Frames, PlacesBy
from coordinator.services.ports.messaging import OutgoingQueues, Storage, Stored
from coordinator.services.ports.opening import OpenWork
from coordinator.services.ports.outside import (
    AuditTrail,
    Chance,
    ChangedLetter,
    Documents,
    FailedMessages,
    Policies,
    Post,
    RecordShelf,
    Signer,
    Teller,
)
from coordinator.services.ports.work import Work
from coordinator.services.staging import RowChecks, Stage

__all__ = [
    "DIVIDED",
    "Actor",
    "Appraisals",
    "AuditEntry",
    "AuditTrail",
    "BrokerSeen",
    "CalendarEvent",
    "Chance",
    "ChangedLetter",
    "Collection",
    "ComplaintGroups",
    "Credential",
    "Credentials",
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
    "LoginAttempt",
    "LoginRules",
    "LoginSession",
    "MessageBroker",
    "OpenWork",
    "Outgoing",
    "OutgoingQueues",
    "Page",
    "Participant",
    "ParticipantKind",
    "PlacesBy",
    "Policies",
    "Post",
    "Query",
    "QueueSeen",
    "RecordShelf",
    "RegisterAct",
    "Resend",
    "Responsibility",
    "Role",
    "RowChecks",
    "Signer",
    "Stage",
    "Storage",
    "Stored",
    "Teller",
    "Work",
]
