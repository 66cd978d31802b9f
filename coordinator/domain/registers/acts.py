"""Acts upon the registers: who changed what, when, from which source, and what went not in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from coordinator.domain.errors import Rule


class RegisterKind(StrEnum):
    """Which register an act is about; the words of `onevisit import` are the same."""

    OBJECTS = "objects"
    INSPECTORS = "inspectors"
    EXPERTS = "experts"
    RECUSALS = "recusals"
    ITEM_LIST = "item-list"
    JOINT_LIST = "joint-list"
    CALENDAR = "calendar"
    REGIONS = "regions"
    INDUSTRIES = "industries"
    DEPARTMENTS = "departments"


DIRECTORIES = (
    RegisterKind.OBJECTS,
    RegisterKind.INSPECTORS,
    RegisterKind.EXPERTS,
    RegisterKind.RECUSALS,
)
"""The registers that are renewed row by row and keep every former version."""


class Channel(StrEnum):
    """The way by which an act reached the register."""

    UPLOAD = "upload"
    COMMAND = "command"
    FORM = "form"
    API = "api"
    MESSAGE = "message"
    DECISION = "decision"


class ActState(StrEnum):
    """How far an act is: only `applied` ones have changed the register."""

    READING = "reading"
    READ = "read"
    APPLIED = "applied"
    CANCELLED = "cancelled"
    FAILED = "failed"


class Severity(StrEnum):
    """What a problem means for its row: it stays out, or it goes in and somebody should look."""

    REFUSED = "refused"
    DOUBTED = "doubted"


@dataclass(frozen=True, kw_only=True)
class RegisterAct:
    """One thing somebody did to a register: an upload, a command, a form, a call, a message.

    Rows count as a spreadsheet shows them, without header and blank ones: accepted + refused =
    rows. `fields` are the columns the source brings, empty for all of them: a field it does not
    bring keeps its present value. `department` is the only one whose rows this act may touch.
    `mapping` is a ColumnMapping, and under `list` how a list is published.
    """

    import_id: str
    kind: RegisterKind
    channel: Channel
    source: str
    imported_at: datetime
    imported_by: str
    state: ActState = ActState.APPLIED
    department: str | None = None
    reason: str = ""
    mapping: Mapping[str, Any] | None = None
    fields: tuple[str, ...] = ()
    number_of_rows: int = 0
    bytes_read: int = 0
    bytes_total: int = 0
    number_accepted: int = 0
    number_refused: int = 0
    number_doubted: int = 0
    number_added: int = 0
    number_changed: int = 0
    number_unchanged: int = 0
    accepted_only: bool = False
    applied_at: datetime | None = None
    applied_by: str | None = None
    failure: Mapping[str, Any] | None = None

    @property
    def is_open(self) -> bool:
        """Tell whether it may still be applied or cancelled."""
        return self.state in (ActState.READING, ActState.READ)


@dataclass(frozen=True, kw_only=True)
class ImportProblem:
    """A cell that a rule refuses or doubts; `number` counts the problems of its import from 1."""

    import_id: str
    number: int
    row: int
    column: str
    value: str
    rule: Rule
    expected: str
    severity: Severity
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Version:
    """A former version of an entry: its fields, the act that wrote it, the act that replaced it.

    `key` joins the parts of a key of several columns by blanks. `act_id` is None for an entry from
    before acts were kept, `replaced_by` for the present version.
    """

    kind: RegisterKind
    key: str
    number: int
    value: Mapping[str, Any]
    act_id: str | None
    replaced_by: str | None
    replaced_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class SavedMapping:
    """A named mapping of one kind, saved for the next file of the same source."""

    mapping_id: str
    kind: RegisterKind
    name: str
    mapping: Mapping[str, Any]
    saved_at: datetime
    saved_by: str


@dataclass(frozen=True)
class Comparison:
    """What an act adds to, changes in, and finds already in a register, in entries."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0


@dataclass(frozen=True)
class Difference:
    """One entry that an act adds (`former` empty) or changes: the fields that differ only."""

    key: str
    row: int
    former: Mapping[str, Any]
    value: Mapping[str, Any]
