"""Clocks that run: yellow on the due day, red some days later, out only by acting (2.5)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from coordinator.domain.policy import OverduePolicy


class Light(StrEnum):
    """How a clock stands: not due yet, due, overdue for days, or ended by an act."""

    RUNNING = "running"
    YELLOW = "yellow"
    RED = "red"
    OUT = "out"


@dataclass(frozen=True, kw_only=True)
class OpenClock:
    """Something that has to be done by a day and is not: what, by whom, and its light today.

    `key` names what is due, `subject` the record it stands on; `round_id` and `name` are empty
    where it has none.
    """

    kind: str
    key: str
    subject: str
    department: str
    round_id: str
    name: str
    due_date: date
    light: Light
    days_over: int

    @property
    def clock_id(self) -> str:
        """Name the clock; a deadline that was moved makes another one."""
        return f"{self.kind}:{self.key}:{self.due_date.isoformat()}"


@dataclass(frozen=True, kw_only=True)
class RedClock:
    """The trace of a clock that turned red: it stays, whatever was done afterwards.

    `red_date` is the day on which it was red by its rules, `noted_date` when that was noticed,
    `cleared_date` when it was found ended by an act; None while it still burns.
    """

    clock_id: str
    kind: str
    subject: str
    department: str
    round_id: str
    name: str
    due_date: date
    red_date: date
    noted_date: date
    cleared_date: date | None = None


@dataclass(frozen=True, kw_only=True)
class ToldClock:
    """What a department was told of a clock: at which light last, and how often."""

    clock_id: str
    kind: str
    department: str
    light: Light
    number: int
    told_at: datetime


def reminder_of(clock: OpenClock, told: ToldClock | None, at: datetime) -> ToldClock | None:
    """Give the reminder that a clock asks for now; None where none is due.

    One leaves when the light turns yellow, one more when it turns red.
    """
    if clock.light not in (Light.YELLOW, Light.RED):
        return None
    if told is not None and told.light in (clock.light, Light.RED):
        return None
    return ToldClock(
        clock_id=clock.clock_id,
        kind=clock.kind,
        department=clock.department,
        light=clock.light,
        number=1 if told is None else told.number + 1,
        told_at=at,
    )


def turned_red(clock: OpenClock, policy: OverduePolicy, today: date) -> RedClock:
    """Give the trace of a clock that is red today."""
    return RedClock(
        clock_id=clock.clock_id,
        kind=clock.kind,
        subject=clock.subject,
        department=clock.department,
        round_id=clock.round_id,
        name=clock.name,
        due_date=clock.due_date,
        red_date=clock.due_date + timedelta(days=policy.red_days),
        noted_date=today,
    )


def light(due: date, done: date | None, today: date, policy: OverduePolicy) -> Light:
    """Say how a clock stands on a day; `done` is the day of the act that ended it, if any did."""
    if done is not None:
        return Light.OUT
    days = (today - due).days
    if days >= policy.red_days:
        return Light.RED
    return Light.YELLOW if days >= policy.yellow_days else Light.RUNNING
