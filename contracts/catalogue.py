"""Every message: its model, its version, which way it goes and whether it has legal effect."""

from dataclasses import dataclass
from enum import StrEnum

from contracts import (
    clocks,
    draws,
    follow_up,
    heartbeats,
    registers,
    results,
    sanctions,
    sequences,
    tasks,
)
from contracts.vocabulary import Wire


class Way(StrEnum):
    """Between whom a message travels and on which queue it waits."""

    TASKS = "coordinator to department, tasks queue"
    EVENTS = "coordinator to department, events queue"
    CREDIT = "coordinator to credit systems and departments, events queues"
    INBOUND = "department to coordinator"
    INBOUND_CREDIT = "credit system to coordinator"
    HEARTBEAT = "department or credit system to coordinator, transient"


@dataclass(frozen=True)
class Entry:
    """One message of the catalogue; `major` and `minor` are its schema version."""

    model: type[Wire]
    way: Way
    legal_effect: bool = False
    secret: bool = False
    major: int = 1
    minor: int = 0

    @property
    def name(self) -> str:
        """The past-tense name of the message."""
        return self.model.__name__

    @property
    def type(self) -> str:
        """The CloudEvents type, `<message>.v<major>`."""
        return f"{self.name}.v{self.major}"

    @property
    def schema(self) -> str:
        """The value of the header x-schema, `name;major.minor`."""
        return f"{self.name};{self.major}.{self.minor}"

    @property
    def schema_id(self) -> str:
        """The identity of its schema, which envelopes carry as `dataschema`."""
        return f"urn:onevisit:schema:{self.name}:{self.major}.{self.minor}"


_ENTRIES = (
    Entry(draws.EntropyRequested, Way.TASKS, minor=1),
    Entry(draws.EntropyCommitted, Way.INBOUND, legal_effect=True),
    Entry(draws.RoundFrozen, Way.TASKS, legal_effect=True),
    Entry(draws.CommitReceived, Way.INBOUND, legal_effect=True),
    Entry(draws.RevealRequested, Way.TASKS, legal_effect=True, secret=True),
    Entry(draws.EntropyRevealed, Way.INBOUND, secret=True),
    Entry(draws.RevealAccepted, Way.EVENTS, legal_effect=True),
    Entry(draws.EntropyReminded, Way.TASKS),
    Entry(draws.SilenceExplained, Way.INBOUND, legal_effect=True),
    Entry(draws.RoundCancelled, Way.TASKS),
    Entry(draws.DrawRecordPublished, Way.EVENTS, legal_effect=True),
    Entry(draws.SeedRevealed, Way.EVENTS, legal_effect=True),
    Entry(tasks.TaskPublished, Way.TASKS, minor=2),
    Entry(tasks.TaskOpened, Way.TASKS, minor=1),
    Entry(tasks.TaskAmended, Way.TASKS, minor=1),
    Entry(tasks.PrecheckRefreshed, Way.TASKS),
    Entry(tasks.ItemsLapsed, Way.TASKS),
    Entry(tasks.TaskWithdrawn, Way.TASKS),
    Entry(tasks.TaskAccepted, Way.INBOUND),
    Entry(tasks.TaskDeclined, Way.INBOUND),
    Entry(results.FindingsSubmitted, Way.INBOUND, legal_effect=True, minor=3),
    Entry(results.ReportRefused, Way.TASKS),
    Entry(results.ResultReturned, Way.TASKS, minor=1),
    Entry(results.ResultShared, Way.EVENTS, legal_effect=True, minor=1),
    Entry(results.ResultAcknowledged, Way.INBOUND),
    Entry(results.ResultDisclosed, Way.CREDIT, legal_effect=True, minor=1),
    Entry(results.DisclosureWithdrawn, Way.CREDIT, legal_effect=True),
    Entry(sanctions.RectificationOrdered, Way.TASKS),
    Entry(sanctions.PenaltyDecided, Way.EVENTS, legal_effect=True),
    Entry(sanctions.PenaltyPublished, Way.CREDIT, legal_effect=True),
    Entry(sanctions.PenaltyPublicationEnded, Way.CREDIT, legal_effect=True),
    Entry(sanctions.EntityListed, Way.CREDIT, legal_effect=True),
    Entry(sanctions.EntityCorrected, Way.CREDIT, legal_effect=True),
    Entry(sanctions.EntityDelisted, Way.CREDIT, legal_effect=True),
    Entry(sanctions.ListingAcknowledged, Way.INBOUND),
    Entry(sanctions.MeasureOrdered, Way.TASKS, legal_effect=True),
    Entry(sanctions.MeasureAmended, Way.TASKS, legal_effect=True),
    Entry(sanctions.MeasureReminded, Way.TASKS),
    Entry(sanctions.MeasureLifted, Way.TASKS, legal_effect=True),
    Entry(sanctions.MeasureFeedback, Way.INBOUND, legal_effect=True),
    Entry(sanctions.CreditEventAcknowledged, Way.INBOUND_CREDIT),
    Entry(clocks.ClockReminded, Way.TASKS),
    Entry(follow_up.RectificationReminded, Way.TASKS),
    Entry(follow_up.CopyNoticeSent, Way.TASKS, legal_effect=True),
    Entry(follow_up.CopyNoticeReminded, Way.TASKS),
    Entry(follow_up.CopyNoticeWithdrawn, Way.TASKS),
    Entry(follow_up.CopyNoticeAnswered, Way.INBOUND, legal_effect=True),
    Entry(follow_up.CaseTransferred, Way.TASKS, legal_effect=True),
    Entry(follow_up.TransferAnswered, Way.INBOUND, legal_effect=True),
    Entry(follow_up.PenaltyRevoked, Way.EVENTS, legal_effect=True),
    Entry(follow_up.AbnormalListEntered, Way.EVENTS, legal_effect=True),
    Entry(follow_up.AbnormalListRemoved, Way.EVENTS, legal_effect=True),
    Entry(registers.RegisterChunkSubmitted, Way.INBOUND),
    Entry(registers.RegisterImported, Way.EVENTS),
    Entry(heartbeats.HeartbeatSent, Way.HEARTBEAT),
    Entry(sequences.ResendRequested, Way.INBOUND),
    Entry(sequences.SequencesVoided, Way.EVENTS),
)

CATALOGUE: dict[str, Entry] = {entry.name: entry for entry in _ENTRIES}


def entry_of(message: Wire) -> Entry:
    """Give the catalogue entry of a message value; KeyError when it is not a message."""
    return CATALOGUE[type(message).__name__]


def entry_of_type(type_name: str) -> Entry | None:
    """Give the entry of a CloudEvents type such as `TaskPublished.v1`, or None."""
    name, _, version = type_name.rpartition(".v")
    entry = CATALOGUE.get(name)
    return entry if entry is not None and version == str(entry.major) else None
