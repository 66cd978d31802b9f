"""Replacement of drawn objects before their visit: on register evidence, with a reason code.

Source: 3-draw.md 3.2.5. The k-th replacement of a line and stratum is the next unused object of the
reserve; what was drawn is never rewritten.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from contracts.draw_tables import ReplacedRow
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import TaskState, VisitState
from coordinator.domain.lottery.frames import Frame
from coordinator.domain.policy import ObjectReason, Shown
from coordinator.domain.registers import InspectionObject

ACTIVE = "active"
MOVED = "moved"
DEFERRED = "deferred"
RECOGNISED = "recognised"
_TICK = timedelta(microseconds=1)  # replaced.tsv is read in order of time


@dataclass(frozen=True, kw_only=True)
class ObjectReplacement:
    """An object that gave way to the next one of its line's and stratum's reserve.

    One row of replaced.tsv. `request_id` is empty where the cap decided at the draw itself.
    """

    replacement_id: str
    round_id: str
    line: str
    stratum: str
    object_id: str
    replacement: str
    reason: str
    replaced_at: datetime
    request_id: str = ""


@dataclass(frozen=True, kw_only=True)
class DroppedCheck:
    """A drawn check that no visit holds: `outcome` is recognised or deferred, with its reason."""

    check_id: str
    round_id: str
    line: str
    object_id: str
    object_name: str
    item: str
    item_name: str
    department: str
    outcome: str
    reference: str
    dropped_at: datetime


class RequestState(StrEnum):
    """What has become of a proposal to replace an object."""

    REQUESTED = "requested"
    DONE = "done"
    REJECTED = "rejected"


@dataclass(frozen=True, kw_only=True)
class ReplacementRequest:
    """A proposal to replace an object of a visit, which a second person decides.

    `shown` is what the register said when it was made; `document` names the paper that proves it
    where the register does not. Once done, `lines` are those in which the object gave way,
    `withdrawn` the visits that held it, and `visits` the new visits and those that were joined.
    """

    request_id: str
    round_id: str
    visit_id: str
    object_id: str
    reason: str
    document: str
    note: str
    shown: str
    state: RequestState
    requested_by: str
    requested_at: datetime
    decided_by: str | None = None
    decided_at: datetime | None = None
    lines: tuple[str, ...] = ()
    withdrawn: tuple[str, ...] = ()
    visits: tuple[str, ...] = ()


@dataclass(frozen=True)
class Evidence:
    """What the registers say of an object now: its entry, where it was frozen, a full ledger."""

    thing: InspectionObject
    frozen_place: str
    is_full: bool

    def shows(self, what: Shown) -> bool:
        """Say whether the registers prove a reason of this kind by themselves."""
        if what is Shown.CLOSED:
            return gone_for(self.thing) is Shown.CLOSED
        if what is Shown.MOVED:
            return gone_for(self.thing) is what or self.thing.place != self.frozen_place
        return what is Shown.FULL and self.is_full

    def summary(self) -> str:
        """Say in codes what the register shows; never the ledger, which may hold covert visits."""
        moved = [f"place={self.thing.place}"] if self.thing.place != self.frozen_place else []
        return ";".join([f"status={self.thing.status}", *moved])


def gone_for(thing: InspectionObject) -> Shown | None:
    """Say why the register's status keeps a visit from an object; None while it is active."""
    if thing.status == ACTIVE:
        return None
    return Shown.MOVED if thing.status == MOVED else Shown.CLOSED


def reason_named(code: str, table: Iterable[ObjectReason]) -> ObjectReason:
    """Give a reason of the table; CODE_UNKNOWN for any other."""
    found = next((each for each in table if each.code == code), None)
    if found is None:
        raise RuleBrokenError(Rule.CODE_UNKNOWN, field="reason", code=code)
    return found


def require_evidence(reason: ObjectReason, evidence: Evidence, document: str) -> None:
    """Refuse a reason that neither the registers show nor a document proves."""
    if document.strip() or evidence.shows(reason.shown):
        return
    raise RuleBrokenError(
        Rule.REPLACEMENT_WITHOUT_EVIDENCE, reason=reason.code, shown=evidence.summary()
    )


def has_begun(state: VisitState, tasks: Iterable[TaskState], *, first_day_come: bool) -> bool:
    """Say whether a visit has begun: accepted and its first day come, over, or reported on."""
    if state is VisitState.FINISHED or (state is VisitState.RUNNING and first_day_come):
        return True
    before = (TaskState.DRAWN, TaskState.PUBLISHED, TaskState.ACCEPTED, TaskState.WITHDRAWN)
    return any(task not in before for task in tasks)


def next_moment(now: datetime, former: Iterable[datetime]) -> datetime:
    """Give the moment of a replacement: now, but later than every earlier one of the round."""
    latest = max(former, default=None)
    return now if latest is None else max(now, latest + _TICK)


def replaced_row(each: ObjectReplacement, at: str) -> ReplacedRow:
    """Give the row of replaced.tsv; `at` is the moment as the record writes it."""
    return ReplacedRow(each.line, each.object_id, each.replacement, each.reason, at)


def places_in(frame: Frame, objects: Collection[str]) -> dict[str, str]:
    """Give the places that a frame froze for some of its objects, in one pass over its lines."""
    wanted = sorted(thing.encode() for thing in objects)
    found: dict[str, str] = {}
    for lines in frame.blocks():
        first = lines[: lines.index(b"\t")]
        last_line = lines[lines.rfind(b"\n", 0, -1) + 1 :]
        last = last_line[: last_line.index(b"\t")]
        upcoming = wanted[bisect_left(wanted, first) : bisect_right(wanted, last)]
        found |= _places(b"\n" + lines, upcoming)
    return found


def _places(lines: bytes, wanted: Sequence[bytes]) -> dict[str, str]:
    """Look for objects in ascending lines, each from where the one before it was found."""
    found, at = {}, 0
    for thing in wanted:
        start = lines.find(b"\n" + thing + b"\t", at)
        if start >= 0:
            at = start
            place = start + len(thing) + 2
            found[thing.decode()] = lines[place : lines.index(b"\t", place)].decode()
    return found
