"""Rows of clocks that turned red."""

from datetime import date

from sqlmodel import SQLModel

from coordinator.adapters.db.columns import indexed, key


class RedClockRow(SQLModel, table=True):
    """The trace of a clock that turned red."""

    __tablename__ = "red_clock"
    clock_id: str = key()
    kind: str
    subject: str
    department: str = indexed()
    round_id: str = indexed()
    name: str
    due_date: date
    red_date: date = indexed()
    noted_date: date
    cleared_date: date | None
