"""Rows of the agents: when each was heard last and what it said, and who muted it."""

from datetime import datetime
from typing import Any

from sqlmodel import SQLModel

from coordinator.adapters.db.columns import instant, json_list, json_object, key, text_column


class AgentPulseRow(SQLModel, table=True):
    """The last of each agent; written past business and audit chain."""

    __tablename__ = "agent_pulse"
    agent: str = key()
    heard_at: datetime = instant()
    heartbeat_at: datetime | None = instant()
    sent_at: datetime | None = instant()
    started_at: datetime | None = instant()
    version: str
    backlog: Any = json_object()
    checks: Any = json_list()
    flaw: str | None = text_column()


class AgentMuteRow(SQLModel, table=True):
    """Maintenance of an agent."""

    __tablename__ = "agent_mute"
    agent: str = key()
    until: datetime = instant()
    reason: str = text_column()
    muted_by: str
    muted_at: datetime = instant()
