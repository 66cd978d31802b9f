"""Rows of the policy profiles that plans have chosen."""

from datetime import datetime

from sqlmodel import SQLModel

from coordinator.adapters.db.columns import instant, key, text_column


class PolicyVersionRow(SQLModel, table=True):
    """A profile as it stood when a plan first chose it; never changed afterwards."""

    __tablename__ = "policy_version"
    label: str = key()
    digest: str
    content: str = text_column()
    stored_at: datetime = instant()
    stored_by: str
