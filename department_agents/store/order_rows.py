"""Rows about the order of queues: gaps that were noticed, sequences that will not come."""

from datetime import datetime

from sqlmodel import Field

from department_agents.store.rows import AgentRow, UtcText


class GapRow(AgentRow, table=True):
    """A gap that was waited for too long, and how often it was asked for; closed when passed."""

    __tablename__ = "gap"

    gap_id: int | None = Field(default=None, primary_key=True)
    queue: str = Field(index=True)
    first: int
    last: int
    noticed_at: datetime = Field(sa_type=UtcText)
    asked_at: datetime | None = Field(default=None, sa_type=UtcText)
    number_of_requests: int = 0
    request_id: str | None = None
    closed_at: datetime | None = Field(default=None, sa_type=UtcText, index=True)


class VoidedRow(AgentRow, table=True):
    """Sequences that count as passed without a message: declared void, or parked ahead of a gap."""

    __tablename__ = "voided_sequence"

    queue: str = Field(primary_key=True)
    first: int = Field(primary_key=True)
    last: int
    reason: str
    told_at: datetime = Field(sa_type=UtcText)
