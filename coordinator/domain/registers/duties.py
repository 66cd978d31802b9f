"""Duty lists 检查人员权责清单: what the holder of a post must do, the basis of 照单免责."""

from dataclasses import dataclass
from datetime import date, datetime

from coordinator.domain.lifecycle import ListState


@dataclass(frozen=True, kw_only=True)
class DutyList:
    """One version of the duties of a post; who did all of them is not held liable.

    `exemptions` cite what frees from liability where the duties were done (尽职免责); `version`
    counts from 1 inside a department's post. A published version never changes.
    """

    duty_list_id: str
    department: str
    post: str
    version: int
    duties: tuple[str, ...]
    exemptions: tuple[str, ...]
    basis: str
    state: ListState
    drafted_by: str
    drafted_at: datetime
    published_by: str | None = None
    published_at: datetime | None = None
    effective_date: date | None = None
