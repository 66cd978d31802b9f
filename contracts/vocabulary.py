"""Words that every organisation shares: enumerations never renamed, and the base of wire values."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict

OFFICE = "office"


class Wire(BaseModel):
    """A value that crosses an organisation boundary: frozen, forbidding what it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Mode(StrEnum):
    """How a visit is made known: announced by notice, or covert (暗查暗访)."""

    ANNOUNCED = "announced"
    COVERT = "covert"


class CheckpointKind(StrEnum):
    """What kind of answer a checkpoint asks for."""

    YES_NO = "yes_no"
    CHOICE = "choice"
    NUMBER = "number"
    TEXT = "text"


class YesNo(StrEnum):
    """The answers to a yes/no question, which is put so that yes is well."""

    YES = "是"
    NO = "否"
    NOT_APPLICABLE = "不适用"


class EvidenceKind(StrEnum):
    """What kind of file proves a finding."""

    PHOTO = "photo"
    VIDEO = "video"
    DOCUMENT = "document"
    RECORD = "record"


class DisputeState(StrEnum):
    """What became of what the inspected says against a problem; no dispute is said explicitly."""

    NONE = "none"
    SETTLED = "settled"
    UNRESOLVED = "unresolved"


class DrawOutcome(StrEnum):
    """How an attempt of the lottery ended."""

    DONE = "done"
    VOID = "void"
    INFEASIBLE = "infeasible"


class MeasureOutcome(StrEnum):
    """What an executing department reports about a joint-punishment measure."""

    APPLIED = "applied"
    NOT_APPLICABLE = "not-applicable"
    REFUSED = "refused"
    LIFTED = "lifted"


class DelistingReason(StrEnum):
    """Why an entity leaves a serious-violation list."""

    REPAIRED = "repaired"
    EXPIRED = "expired"
    REVOKED = "revoked"
