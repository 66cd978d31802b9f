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
    LoginSession,
    Outgoing,
    Role,
)
from coordinator.services.ports.collections import Collection, Page, Query
from coordinator.services.ports.outside import (
    Chance,
    Documents,
    Frames,
    Policies,
    Post,
    RecordShelf,
    Signer,
)
from coordinator.services.ports.work import OpenWork, Work
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
