"""Rows of clocks that turned red, and of what departments were told of theirs."""

from datetime import date, datetime

from sqlmodel import SQLModel

from coordinator.adapters.db.columns import indexed, instant, key


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


class ToldClockRow(SQLModel, table=True):
    """What a department was told of a clock that it let run out."""

    __tablename__ = "told_clock"
    clock_id: str = key()
    kind: str
    department: str
    light: str
    number: int
    told_at: datetime = instant()
