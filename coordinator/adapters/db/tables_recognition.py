"""Rows of mutual recognition: which earlier result stands for which drawn check."""

from datetime import date, datetime

from sqlmodel import SQLModel

from coordinator.adapters.db.columns import indexed, instant, key, text_column


class RecognitionRow(SQLModel, table=True):
    """An earlier clean result that stands for a check, or for one checkpoint of it."""

    __tablename__ = "recognition"
    recognition_id: str = key()
    round_id: str = indexed()
    line: str
    object_id: str = indexed()
    object_name: str
    item: str
    item_name: str
    department: str = indexed()
    checkpoint: str
    question: str = text_column()
    value: str = text_column()
    whole: bool
    result_id: str = indexed()
    from_department: str
    visited_date: date
    recognised_at: datetime = instant()
