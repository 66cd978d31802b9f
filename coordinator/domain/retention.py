"""How long messages are kept that are over (4.4): copies must be known while they may come."""

from datetime import timedelta
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, PositiveInt, model_validator

LEAST_DAYS = 90  # 4-messaging.md 4.4: the inbox keeps at least that


class RetentionRules(BaseModel):
    """Days to keep what was sent, taken in, or failed and was seen to; `batch` rows go at once."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    sent_days: PositiveInt
    taken_in_days: int = Field(ge=LEAST_DAYS)
    letters_days: PositiveInt
    batch: PositiveInt

    @model_validator(mode="after")
    def _known_the_longest(self) -> Self:
        if self.taken_in_days <= self.letters_days:
            raise ValueError(
                "what was taken in must be known for longer than dead letters are kept"
            )
        return self

    @property
    def sent(self) -> timedelta:
        """For how long a sent message can be sent again."""
        return timedelta(days=self.sent_days)

    @property
    def taken_in(self) -> timedelta:
        """For how long a message is known that was taken in."""
        return timedelta(days=self.taken_in_days)

    @property
    def letters(self) -> timedelta:
        """For how long a failed message is kept that somebody has seen to."""
        return timedelta(days=self.letters_days)
