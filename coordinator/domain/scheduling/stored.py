"""What is kept of schedules: the plan of a round, the appointment of a visit, calendar feeds."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from coordinator.domain.scheduling.travel import TravelOrder


class ScheduleState(StrEnum):
    """A schedule is proposed, and holds for departments and enterprises once it is accepted."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"


class SetBy(StrEnum):
    """How an appointment came about."""

    PLANNED = "planned"
    BY_HAND = "by-hand"
    CHOSEN = "chosen"
    REPLANNED = "replanned"
    POSTPONED = "postponed"


@dataclass(frozen=True, kw_only=True)
class RoundSchedule:
    """The schedule of a round: who proposed and accepted it, and what it was made from.

    `left_out` are visits without an appointment; `proven` says that they can't all have one.
    """

    round_id: str
    state: ScheduleState
    travel_order: TravelOrder
    proposed_at: datetime
    proposed_by: str
    accepted_at: datetime | None = None
    accepted_by: str | None = None
    left_out: tuple[str, ...] = ()
    proven: bool = False


@dataclass(frozen=True, kw_only=True)
class Appointment:
    """When a visit takes place: a day, and a slot of the policy with times as minutes of the day.

    `number` counts the changes from 1; a provisional day lies in a year without an official
    calendar. `told_at` is when departments were last told, `choose_until` the last day on which
    the enterprise may choose another slot.
    """

    visit_id: str
    round_id: str
    day: date
    slot: str
    starts: int
    ends: int
    set_by: SetBy
    number: int
    provisional: bool
    changed_at: datetime
    changed_by: str
    reason: str = ""
    told_at: datetime | None = None
    choose_until: date | None = None

    @property
    def from_time(self) -> str:
        """When it begins, as `08:30`."""
        return clock(self.starts)

    @property
    def to_time(self) -> str:
        """When it ends, as `11:00`."""
        return clock(self.ends)


class FeedScope(StrEnum):
    """Whose visits a calendar shows."""

    DEPARTMENT = "department"
    PERSON = "person"


@dataclass(frozen=True, kw_only=True)
class CalendarFeed:
    """A subscription to a calendar by a secret address; only the SHA-256 of the secret is kept.

    It shows what `login`, who made it, may see at the time of each request, until it is revoked.
    """

    feed_id: str
    token_digest: str
    scope: FeedScope
    subject: str
    login: str
    made_at: datetime
    revoked_at: datetime | None = None


def clock(minutes: int) -> str:
    """Give minutes after midnight as `08:30`."""
    return f"{minutes // 60:02}:{minutes % 60:02}"


def minutes_of(clock_time: str) -> int:
    """Give `08:30` as minutes after midnight."""
    hours, _, minutes = clock_time.partition(":")
    return int(hours) * 60 + int(minutes)
