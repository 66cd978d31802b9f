"""How the agents of departments and credit systems stand: heard lately, silent, muted (4.5)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, PositiveInt

from contracts.heartbeats import Backlog, SelfCheck

_DOUBLINGS = 8
NO_BACKLOG = Backlog(outbox_pending=0, unroutable=0, retries=0, held_back=0, parked=0)


class AgentState(StrEnum):
    """How an agent stands, the worst first; UNWATCHED is not expected to say anything."""

    SILENT = "silent"
    FAILING = "failing"
    MUTED = "muted"
    WELL = "well"
    UNWATCHED = "unwatched"


class WatchRules(BaseModel):
    """When operators are alarmed: minutes of silence, seconds by which clocks may differ.

    `mute_hours_most`: for how long at most an agent may be muted at once.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    silent_after_minutes: PositiveInt
    clock_offset_seconds: PositiveInt
    mute_hours_most: PositiveInt


class ResendRules(BaseModel):
    """When a sent message is sent again that a living agent knows nothing of: minutes, doubling.

    A department that asks itself gets the same messages again after `asked_again_seconds`,
    doubling too, and at most `asked_most_per_hour` of one queue.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    after_minutes: PositiveInt
    asked_again_seconds: PositiveInt
    asked_most_per_hour: PositiveInt

    def after(self, number_of_times: int) -> timedelta:
        """Give how long to wait when that often it was sent again already."""
        return timedelta(minutes=self.after_minutes * 2 ** min(number_of_times, _DOUBLINGS))

    def asked_again_after(self, number_of_times: int) -> timedelta:
        """Give how long the same messages are not sent again that often in a day for asking."""
        doubled = self.asked_again_seconds * 2 ** min(number_of_times - 1, _DOUBLINGS)
        return timedelta(seconds=doubled)


@dataclass(frozen=True, kw_only=True)
class AgentPulse:
    """The last that was heard of a broker user, and its last heartbeat; all machine time.

    `flaw` says why the last heartbeat could not be read; what it would have said is unknown then.
    """

    agent: str
    heard_at: datetime
    heartbeat_at: datetime | None = None
    sent_at: datetime | None = None
    started_at: datetime | None = None
    version: str = ""
    backlog: Backlog = NO_BACKLOG
    checks: tuple[SelfCheck, ...] = ()
    flaw: str | None = None

    @property
    def clock_offset(self) -> timedelta | None:
        """Our clock minus theirs at the last heartbeat, the way included; None without one."""
        if self.heartbeat_at is None or self.sent_at is None:
            return None
        return self.heartbeat_at - self.sent_at


@dataclass(frozen=True, kw_only=True)
class AgentMute:
    """Maintenance: before `until` nobody is alarmed by this agent; machine time."""

    agent: str
    until: datetime
    reason: str
    muted_by: str
    muted_at: datetime


@dataclass(frozen=True, kw_only=True)
class AgentStanding:
    """One agent as operators see it; `code` is the department's or credit system's."""

    agent: str
    code: str
    state: AgentState
    pulse: AgentPulse | None
    mute: AgentMute | None
    clock_differs: bool

    @property
    def alarms(self) -> bool:
        """Whether somebody has to see to it."""
        return self.state in (AgentState.SILENT, AgentState.FAILING)


@dataclass(frozen=True, kw_only=True)
class Watched:
    """What is known of an agent; `expected`: it has been connected and ought to be heard."""

    agent: str
    code: str
    expected: bool
    pulse: AgentPulse | None = None
    mute: AgentMute | None = None


def standing_of(watched: Watched, rules: WatchRules, now: datetime) -> AgentStanding:
    """Judge one agent at a moment of machine time; a mute that is over is left out."""
    muted = watched.mute if watched.mute is not None and now < watched.mute.until else None
    differs = _clock_differs(watched.pulse, rules)
    return AgentStanding(
        agent=watched.agent,
        code=watched.code,
        state=AgentState.MUTED if muted else _state(watched, rules, now, differs=differs),
        pulse=watched.pulse,
        mute=muted,
        clock_differs=differs,
    )


def _state(watched: Watched, rules: WatchRules, now: datetime, *, differs: bool) -> AgentState:
    pulse = watched.pulse
    if not watched.expected:
        return AgentState.UNWATCHED
    if pulse is None or now - pulse.heard_at > timedelta(minutes=rules.silent_after_minutes):
        return AgentState.SILENT
    if differs or pulse.flaw is not None or not all(check.passed for check in pulse.checks):
        return AgentState.FAILING
    return AgentState.WELL


def _clock_differs(pulse: AgentPulse | None, rules: WatchRules) -> bool:
    offset = pulse.clock_offset if pulse is not None else None
    return offset is not None and abs(offset) > timedelta(seconds=rules.clock_offset_seconds)
