"""What an agent says about itself from time to time, so that silence is noticed (4.5).

Heartbeats are transient: they go past outbox and inbox, and only the last one counts.
"""

from enum import StrEnum
from typing import Annotated

from pydantic import AwareDatetime, Field

from contracts.vocabulary import Wire

_MOST = 2**53 - 1  # what every reader of JSON and every metric can count to

Number = Annotated[int, Field(ge=0, le=_MOST)]


class CheckName(StrEnum):
    """What an agent looks at by itself."""

    DISK = "disk"
    CLOCK = "clock"
    BACK_OFFICE = "back-office"


class SelfCheck(Wire):
    """One look: `measured` is megabytes free (disk) or seconds the clock jumped (clock)."""

    name: CheckName
    passed: bool
    measured: int | None = Field(default=None, ge=-_MOST, le=_MOST)


class Backlog(Wire):
    """What lies in an agent's store: waiting to leave, to be tried again, for an earlier one, …

    `passed_…`: up to which sequence all of a department's queue was seen to; so that the office
    notices when the last of a queue were lost, behind which no gap can show.
    """

    outbox_pending: Number
    unroutable: Number
    retries: Number
    held_back: Number
    parked: Number
    oldest_pending_at: AwareDatetime | None = None
    passed_tasks: Number | None = Field(default=None, exclude_if=lambda last: last is None)
    passed_events: Number | None = Field(default=None, exclude_if=lambda last: last is None)


class HeartbeatSent(Wire):
    """An agent is alive: its version, its backlog, what it found looking at itself.

    `sent_at` is machine time, also in a rehearsal. The envelope's sequence counts from the start
    of the process; a heartbeat is never repeated and never asked for again.
    """

    version: str = Field(min_length=1, max_length=64)
    started_at: AwareDatetime
    sent_at: AwareDatetime
    backlog: Backlog
    checks: tuple[SelfCheck, ...] = Field(default=(), max_length=20)
