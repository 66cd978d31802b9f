"""The rows of a credit authority: its gap-free log of events, and the listings that stand."""

from datetime import datetime

from sqlmodel import Field

from department_agents.store.rows import AgentRow, UtcText


class CreditEventRow(AgentRow, table=True):
    """A credit event in the order of the authority's gap-free log, with its proof."""

    __tablename__ = "credit_event"

    number: int = Field(primary_key=True)
    message_id: str
    type: str
    subject: str = Field(index=True)
    body: str
    signature: str
    received_at: datetime = Field(sa_type=UtcText)


class CreditListingRow(AgentRow, table=True):
    """The current state of a subject on one list, by the subject's sequence."""

    __tablename__ = "credit_listing"

    subject: str = Field(primary_key=True)
    list_code: str = Field(primary_key=True)
    listed: bool
    sequence: int
    body: str
