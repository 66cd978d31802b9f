"""Rows of half-year and year reports, and counts kept beside what they count."""

from datetime import date, datetime
from typing import Any

from sqlmodel import SQLModel

from coordinator.adapters.db.columns import indexed, instant, json_list, key, text_column


class AppraisalReportRow(SQLModel, table=True):
    """A report under way."""

    __tablename__ = "appraisal_report"
    report_id: str = key()
    year: int = indexed()
    kind: str
    due_date: date
    state: str = indexed()
    version: int
    figures: Any = json_list()
    counted_at: datetime | None = instant()
    summary: str = text_column()
    next_steps: str = text_column()
    edited_by: str | None
    number: str
    issued_by: str | None
    issued_at: datetime | None = instant()
    reason: str = text_column()


class ReportTextRow(SQLModel, table=True):
    """What an organ says for a report."""

    __tablename__ = "report_text"
    text_id: str = key()
    report_id: str = indexed()
    department: str
    problems: str = text_column()
    good_practice: str = text_column()
    entered_by: str
    entered_at: datetime = instant()


class IssuedReportRow(SQLModel, table=True):
    """A version of a report as it was issued."""

    __tablename__ = "issued_report"
    version_id: str = key()
    report_id: str = indexed()
    year: int
    kind: str
    version: int
    number: str
    figures: Any = json_list()
    counted_at: datetime = instant()
    summary: str = text_column()
    next_steps: str = text_column()
    texts: Any = json_list()
    missing: Any = json_list()
    issued_by: str
    issued_at: datetime = instant()
    reason: str = text_column()


class ResultTallyRow(SQLModel, table=True):
    """How many results of a department's part of a visit each fact of the appraisal holds."""

    __tablename__ = "result_tally"
    visit_id: str = key()
    department: str = key()
    round_id: str = indexed()
    entered: int
    checked: int
    settled: int
    problem: int
    disclosed: int
    to_disclose: int
    exempt: int


class DirectoryTallyRow(SQLModel, table=True):
    """How many entries a directory holds, and how many of them are complete."""

    __tablename__ = "directory_tally"
    kind: str = key()
    listed: int
    complete: int
