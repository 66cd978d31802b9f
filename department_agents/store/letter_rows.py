"""Letters of other departments that ask for an answer: copy notices and transfers."""

from datetime import date, datetime
from enum import StrEnum

from sqlmodel import Field

from department_agents.store.rows import AgentRow, UtcText


class LetterState(StrEnum):
    """Where a letter stands on its receiver's side."""

    RECEIVED = "received"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"


class LetterRow(AgentRow, table=True):
    """A copy notice or transfer as it came, and what was answered; `kind` names the message."""

    __tablename__ = "letter"

    letter_id: str = Field(primary_key=True)
    kind: str
    body: str
    state: str
    answer_due: date = Field(index=True)
    answer: str | None = None
    withdrawn_reason: str | None = None
    reminders: int = 0
    received_at: datetime = Field(sa_type=UtcText)
