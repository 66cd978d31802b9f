"""Rows of the burden ledger, of replaced objects, and of checks that no visit holds."""

from datetime import date, datetime
from typing import Any

from sqlmodel import SQLModel

from coordinator.adapters.db.columns import (
    indexed,
    instant,
    json_column,
    json_list,
    key,
    text_column,
)


class BurdenCountRow(SQLModel, table=True):
    """A counter of a place's year."""

    __tablename__ = "burden_count"
    place: str = key()
    year: int = key()
    scope: str = key()
    code: str = key()
    number: int
    exempt: int


class BurdenEntryRow(SQLModel, table=True):
    """An entry of a place that the ledger counts."""

    __tablename__ = "burden_entry"
    entry_id: str = key()
    place: str = indexed()
    year: int = indexed()
    round_id: str = indexed()
    organs: Any = json_column()
    levels: Any = json_column()
    exemption: str
    note: str = text_column()
    entered_at: datetime = instant()
    entered_by: str
    released_at: datetime | None = instant()
    joined: Any = json_list()
    day: date | None


class CapExemptionRow(SQLModel, table=True):
    """Leave to pass the cap at a place in a year."""

    __tablename__ = "cap_exemption"
    exemption_id: str = key()
    place: str = indexed()
    year: int = indexed()
    code: str
    reason: str = text_column()
    requested_by: str
    requested_at: datetime = instant()
    approved_by: str | None
    approved_at: datetime | None = instant()


class FrequencyAnswerRow(SQLModel, table=True):
    """Why a plan or round goes on although places in it are ones of high frequency."""

    __tablename__ = "frequency_answer"
    answer_id: str = key()
    subject: str = indexed()
    about: Any = json_column()
    reason: str = text_column()
    answered_by: str
    answered_at: datetime = instant()


class ObjectReplacementRow(SQLModel, table=True):
    """A drawn object that gave way to one of the reserve."""

    __tablename__ = "object_replacement"
    replacement_id: str = key()
    round_id: str = indexed()
    line: str
    stratum: str
    object_id: str = indexed()
    replacement: str = indexed()
    reason: str
    replaced_at: datetime = instant()
    request_id: str = indexed()


class ReplacementRequestRow(SQLModel, table=True):
    """A proposal to replace an object of a visit."""

    __tablename__ = "replacement_request"
    request_id: str = key()
    round_id: str = indexed()
    visit_id: str = indexed()
    object_id: str
    reason: str
    document: str = text_column()
    note: str = text_column()
    shown: str = text_column()
    state: str = indexed()
    requested_by: str
    requested_at: datetime = instant()
    decided_by: str | None
    decided_at: datetime | None = instant()
    lines: Any = json_list()
    withdrawn: Any = json_list()
    visits: Any = json_list()


class DroppedCheckRow(SQLModel, table=True):
    """A drawn check that no visit holds."""

    __tablename__ = "dropped_check"
    check_id: str = key()
    round_id: str = indexed()
    line: str
    object_id: str = indexed()
    object_name: str
    item: str
    item_name: str
    department: str = indexed()
    outcome: str
    reference: str = text_column()
    dropped_at: datetime = instant()
