"""Rows of what is published about draw records: auditors' statements and self-audit figures."""

from datetime import datetime
from typing import Any

from sqlmodel import SQLModel

from coordinator.adapters.db.columns import indexed, instant, json_list, key, text_column


class VerificationRow(SQLModel, table=True):
    """An auditor's signed statement about a record."""

    __tablename__ = "verification"
    verification_id: str = key()
    round_id: str = indexed()
    auditor: str
    verdict: str
    words: str = text_column()
    statement: str = text_column()
    signature: str = text_column()
    signed_at: datetime = instant()


class RoundAuditRow(SQLModel, table=True):
    """The self-audit figures of one round."""

    __tablename__ = "round_audit"
    round_id: str = key()
    computed_at: datetime = instant()
    strata: Any = json_list()
    pairs: Any = json_list()
