"""Problems that experts drafted on site, and what an officer decided about each."""

from datetime import datetime
from enum import StrEnum

from sqlmodel import Field

from department_agents.store.rows import AgentRow, UtcText


class DraftState(StrEnum):
    """Where a draft stands: only an adopted one is a finding."""

    OPEN = "open"
    ADOPTED = "adopted"
    REJECTED = "rejected"


class DraftRow(AgentRow, table=True):
    """A drafted problem of a visit (ProblemDrafted as JSON), numbered from 1, and its decision."""

    __tablename__ = "expert_draft"

    visit_id: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    body: str
    state: str
    drafted_at: datetime = Field(sa_type=UtcText)
    decided_by: str | None = None
    decided_at: datetime | None = Field(default=None, sa_type=UtcText)
    reason: str | None = None
