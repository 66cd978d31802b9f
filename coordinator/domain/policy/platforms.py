"""The public platforms that records go to (2.7): which there are, and what each of them takes."""

from enum import StrEnum

from pydantic import Field

from coordinator.domain.policy.figures import CodeName


class ExchangeKind(StrEnum):
    """What goes to a public platform by itself."""

    ITEM_LIST = "item-list"
    PLAN = "plan"
    DRAW = "draw"
    RESULT = "result"
    WITHDRAWAL = "withdrawal"
    PENALTY = "penalty"
    PENALTY_END = "penalty-end"


class Platform(CodeName):
    """A public platform: the kinds it takes, most records per batch, hours until silence alarms.

    `list_hours`: hours without a list of the day until that alarms; None where none is awaited.
    """

    kinds: tuple[ExchangeKind, ...] = Field(min_length=1)
    batch_records: int = Field(default=500, ge=1, le=10_000)
    silence_hours: int = Field(default=48, ge=1)
    list_hours: int | None = Field(default=None, ge=1)
