"""Who receives whose results: the organs of a visit, and those that subscribe (2-rules.md 2.8)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from coordinator.domain.registers import InspectionObject


class ShareState(StrEnum):
    """Where results on their way to a receiver stand."""

    WAITING = "waiting"
    SILENT = "silent"
    ACKNOWLEDGED = "acknowledged"


@dataclass(frozen=True, kw_only=True)
class Share:
    """One department's results on their way to another, until acknowledged.

    `subscribed`: the receiver was not on the visit, it subscribes to the kind of object;
    `last_sent_at`: when they were sent again; `silent_at`: since when silence is on record.
    """

    share_id: str
    round_id: str
    visit_id: str
    from_department: str
    to_department: str
    version: int
    shared_at: datetime
    acknowledged_at: datetime | None = None
    subscribed: bool = False
    sent_again: int = 0
    last_sent_at: datetime | None = None
    silent_at: datetime | None = None

    def state(self, now: datetime, silence_hours: int) -> ShareState:
        """Say whether the receiver has answered, is silent for too long, or still has time."""
        if self.acknowledged_at is not None:
            return ShareState.ACKNOWLEDGED
        waited = now - (self.last_sent_at or self.shared_at)
        late = waited > timedelta(hours=silence_hours)
        return ShareState.SILENT if late else ShareState.WAITING


@dataclass(frozen=True, kw_only=True)
class ResultSubscription:
    """A department that wants the published results of one type of object, until it ends that.

    The type is a kind of object (`premises`) or a supervision tag 监管标签.
    """

    subscription_id: str
    department: str
    object_type: str
    reason: str
    asked_by: str
    asked_at: datetime
    ended_by: str | None = None
    ended_at: datetime | None = None

    @property
    def is_active(self) -> bool:
        """Whether results are sent for it."""
        return self.ended_at is None


def types_of(checked: InspectionObject) -> frozenset[str]:
    """Give the types that an object is of: its kind and its supervision tags."""
    return frozenset({checked.kind, *checked.tags})


def receivers(departments: tuple[str, ...], sender: str) -> tuple[str, ...]:
    """Give the departments of a visit that get the sender's results."""
    return tuple(code for code in departments if code != sender)


def subscribers(
    subscriptions: Iterable[ResultSubscription], visitors: Sequence[str], types: Iterable[str]
) -> Mapping[str, frozenset[str]]:
    """Give who was not on the visit and subscribes to any of these types, with those it gets."""
    found: dict[str, set[str]] = {}
    wanted = set(types)
    for each in subscriptions:
        if each.is_active and each.object_type in wanted and each.department not in visitors:
            found.setdefault(each.department, set()).add(each.object_type)
    return {code: frozenset(found[code]) for code in sorted(found)}


def share_id(visit_id: str, sender: str, receiver: str, version: int) -> str:
    """Name one sharing: it happens once per report version."""
    return f"{visit_id}.{sender}.{receiver}.{version}"
