"""Rows of the organisation beside its organs: sections, regions, designations; calendar, duties."""

from datetime import date, datetime
from typing import Any

from sqlmodel import SQLModel

from coordinator.adapters.db.columns import (
    indexed,
    instant,
    json_column,
    json_list,
    json_object,
    key,
)


class SectionRow(SQLModel, table=True):
    """A section of an organ."""

    __tablename__ = "section"
    code: str = key()
    department: str = indexed()
    name: str
    duties: Any = json_list()
    supervises: Any = json_object()


class RegionRow(SQLModel, table=True):
    """A region code with its days of validity."""

    __tablename__ = "region"
    code: str = key()
    name: str = indexed()
    level: str
    parent: str | None = indexed()
    valid_from: date | None
    valid_to: date | None
    successor: str | None


class DesignationRow(SQLModel, table=True):
    """A document that lets an organ check outside its own region."""

    __tablename__ = "designation"
    designation_id: str = key()
    department: str = indexed()
    region: str
    document: str
    valid_from: date
    valid_to: date | None


class CalendarYearRow(SQLModel, table=True):
    """A year whose working days are known, officially or provisionally."""

    __tablename__ = "calendar_year"
    year: int = key()
    official: bool
    source: str
    imported_at: datetime = instant()
    import_number: int


class CalendarDayRow(SQLModel, table=True):
    """A day that differs from Monday to Friday."""

    __tablename__ = "calendar_day"
    day: date = key()
    working: bool
    name: str


class DutyRunRow(SQLModel, table=True):
    """A daily duty done on a business day; its key lets it be done once."""

    __tablename__ = "duty_run"
    duty: str = key()
    day: date = key()
    done_at: datetime = instant()
    outcome: Any = json_column()
