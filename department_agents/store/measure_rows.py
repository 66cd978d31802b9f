"""What the office said of measures after it had ordered them."""

from datetime import date, datetime

from sqlmodel import Field

from department_agents.store.rows import AgentRow, UtcText


class MeasureNoteRow(AgentRow, table=True):
    """What the office said of a measure since it was ordered: other words or end, reminders."""

    __tablename__ = "measure_note"

    order_id: str = Field(primary_key=True)
    subject_name: str | None = None
    until: date | None = None
    amended_reason: str | None = None
    due_date: date | None = None
    reminders: int = 0
    noted_at: datetime = Field(sa_type=UtcText)
