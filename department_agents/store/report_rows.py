"""Reports as they were sent: one row a message, so that a refusal finds the one it speaks of."""

from datetime import datetime

from sqlmodel import Field

from department_agents.store.rows import AgentRow, UtcText


class SentReportRow(AgentRow, table=True):
    """A report that went out (FindingsSubmitted as JSON), and the office's refusal of it, if any.

    `returned_reason`: why the version before it had come back, which a refusal brings back.
    """

    __tablename__ = "sent_report"

    number: int | None = Field(default=None, primary_key=True)
    message_id: str = Field(unique=True)
    visit_id: str = Field(index=True)
    report_version: int
    body: str
    returned_reason: str | None = None
    sent_at: datetime = Field(sa_type=UtcText)
    refusal: str | None = None
    refused_at: datetime | None = Field(default=None, sa_type=UtcText)
