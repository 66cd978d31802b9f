"""Rows of schedules: the plan of a round, the appointment of a visit, calendar feeds."""

from datetime import date, datetime
from typing import Any

from sqlmodel import SQLModel

from coordinator.adapters.db.columns import indexed, instant, json_list, key, text_column


class RoundScheduleRow(SQLModel, table=True):
    """The schedule of a round."""

    __tablename__ = "round_schedule"
    round_id: str = key()
    state: str
    travel_order: str
    proposed_at: datetime = instant()
    proposed_by: str
    accepted_at: datetime | None = instant()
    accepted_by: str | None
    left_out: Any = json_list()
    proven: bool


class AppointmentRow(SQLModel, table=True):
    """When a visit takes place."""

    __tablename__ = "appointment"
    visit_id: str = key()
    round_id: str = indexed()
    day: date = indexed()
    slot: str
    starts: int
    ends: int
    set_by: str
    number: int
    provisional: bool
    changed_at: datetime = instant()
    changed_by: str
    reason: str = text_column()
    told_at: datetime | None = instant()
    choose_until: date | None


class CalendarFeedRow(SQLModel, table=True):
    """A subscription to a calendar."""

    __tablename__ = "calendar_feed"
    feed_id: str = key()
    token_digest: str = indexed()
    scope: str
    subject: str
    login: str = indexed()
    made_at: datetime = instant()
    revoked_at: datetime | None = instant()
