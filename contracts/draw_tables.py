"""Rows and columns of every .tsv file of a draw record (3-draw.md 3.1 and 3.7)."""

import re
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Final, NamedTuple

from contracts.draw_files import FILE_CODE, Column, Order, Table

CODE: Final = r"@?[A-Za-z0-9][A-Za-z0-9:_-]{0,62}"
_IDENTITY: Final = r"[A-Za-z][A-Za-z0-9]*:[!-+\--~]+"
IDENTITY: Final = rf"(?=[^\t]{{3,55}}(?:\t|\Z)){_IDENTITY}"
_VISIT: Final = r"[!-+\--~]+"
_TEXT: Final = r"[^\t\r\n]+"
_COUNT: Final = r"0|[1-9][0-9]{0,17}"
_POSITIVE: Final = r"[1-9][0-9]{0,17}"
_DAY: Final = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_INSTANT: Final = rf"{_DAY}T[0-9:.]{{8,15}}Z"
_TICKET: Final = r"[0-9a-f]{64}"


class FrameRow(NamedTuple):
    """An object of a line as frozen; `status` is `-` or an exclusion code."""

    object: str
    place: str
    stratum: str
    weight: int
    status: str


class RosterRow(NamedTuple):
    """An inspector (opaque code) of a department as frozen; `status` is `-` or a code."""

    inspector: str
    tags: tuple[str, ...]
    leader: bool
    prior_load: int
    cap: int
    status: str


class BarRow(NamedTuple):
    """An inspector who may not check an object; the object may be `area:<code>`."""

    object: str
    inspector: str
    reason: str


class CheckRow(NamedTuple):
    """One check that enters the merge; dates are ISO and both ends belong to the window."""

    object: str
    place: str
    line: str
    department: str
    item: str
    window_start: str
    window_end: str
    minutes: int
    mode: str
    method: str


class VisitRow(NamedTuple):
    """One check inside its visit; dates are ISO and both ends belong to the visit's days."""

    visit: str
    object: str
    line: str
    item: str
    date_from: str
    date_to: str


class UnitRow(NamedTuple):
    """What one department sends to one visit or batch."""

    unit: str
    department: str
    quota: int
    tags: tuple[str, ...]
    leader: bool
    objects: tuple[str, ...]


class DrawnRow(NamedTuple):
    """A drawn object with its rank in its stratum, from 1."""

    object: str
    rank: int
    ticket: str
    certain: bool
    stratum: str


class ItemRow(NamedTuple):
    """An item of a drawn object; `ticket` is `-` for items that are always checked."""

    object: str
    item: str
    ticket: str


class TeamRow(NamedTuple):
    """Who holds a slot of a unit; `inspector` is `-` for an empty expert slot."""

    unit: str
    slot: int
    block: str
    inspector: str
    how: str


class ReplacedRow(NamedTuple):
    """An object replaced before its visit, with the register's reason code."""

    line: str
    object: str
    replacement: str
    reason: str
    at: str


class DroppedRow(NamedTuple):
    """A drawn check that no visit holds, and why: recognised by a reference, or deferred."""

    object: str
    line: str
    item: str
    outcome: str
    reference: str


class MemberRow(NamedTuple):
    """A member replaced after the draw; the columns `out` and `in` of members.tsv."""

    department: str
    unit: str
    slot: int
    officer_out: str
    officer_in: str
    reason: str
    at: str


def _text(name: str, pattern: str = _TEXT) -> Column:
    return Column(name, re.compile(pattern))


def _integer(name: str, pattern: str = _COUNT) -> Column:
    return Column(name, re.compile(pattern), int)


def _flag(name: str) -> Column:
    return Column(name, re.compile("[01]"), lambda text: text == "1", lambda flag: str(int(flag)))


def _day(name: str) -> Column:
    def read(text: str) -> str:
        date.fromisoformat(text)
        return text

    return Column(name, re.compile(_DAY), read)


def _instant(name: str) -> Column:
    def read(text: str) -> str:
        datetime.fromisoformat(text)
        return text

    return Column(name, re.compile(_INSTANT), read)


def _list(name: str, pattern: str) -> Column:
    """Return a column of values that are comma-separated, sorted and unique; `-` for none."""

    def read(text: str) -> tuple[str, ...]:
        values = () if text == "-" else tuple(text.split(","))
        if list(values) != sorted(set(values)):
            raise ValueError("list-not-sorted-or-not-unique")
        return values

    def write(values: Iterable[Any]) -> str:
        return ",".join(values) or "-"

    return Column(name, re.compile(rf"-|(?:{pattern})(?:,(?:{pattern}))*"), read, write)


_OBJECT: Final = _text("object", IDENTITY)
_PLACE: Final = _text("place", IDENTITY)
_STRATUM: Final = _text("stratum")
_STATUS: Final = _text("status", r"-|[a-z][a-z0-9-]*(?::[^\t\r\n]+)?")
_LINE: Final = _text("line", FILE_CODE)
_DEPARTMENT: Final = _text("department", FILE_CODE)
_INSPECTOR: Final = _text("inspector", CODE)
_ITEM: Final = _text("item")
_REASON: Final = _text("reason")
_UNIT: Final = _text("unit", _VISIT)
_TAGS: Final = _list("tags", CODE)
_SLOT: Final = _integer("slot", _POSITIVE)

FRAMES: Final = Table(
    "frames",
    FrameRow,
    (_OBJECT, _PLACE, _STRATUM, _integer("weight", _POSITIVE), _STATUS),
    in_folder=True,
    unique_first_column=True,
)
ROSTERS: Final = Table(
    "rosters",
    RosterRow,
    (_INSPECTOR, _TAGS, _flag("leader"), _integer("prior_load"), _integer("cap"), _STATUS),
    in_folder=True,
    unique_first_column=True,
)
BARS: Final = Table("bars", BarRow, (_OBJECT, _INSPECTOR, _REASON), in_folder=True)
CHECKS: Final = Table(
    "checks",
    CheckRow,
    (
        *(_OBJECT, _PLACE, _LINE, _DEPARTMENT, _ITEM, _day("window_start"), _day("window_end")),
        *(_integer("minutes"), _text("mode", "announced|covert"), _text("method")),
    ),
)
VISITS: Final = Table(
    "visits",
    VisitRow,
    (_text("visit", _VISIT), _OBJECT, _LINE, _ITEM, _day("date_from"), _day("date_to")),
    order=lambda row: (row.object, row.visit, row.line, row.item),
)
UNITS: Final = Table(
    "units",
    UnitRow,
    (
        *(_UNIT, _DEPARTMENT, _integer("quota", _POSITIVE), _TAGS, _flag("leader")),
        _list("objects", _IDENTITY),
    ),
)
DRAWN: Final = Table(
    "drawn",
    DrawnRow,
    (_OBJECT, _integer("rank", _POSITIVE), _text("ticket", _TICKET), _flag("certain"), _STRATUM),
    order=lambda row: (row.stratum, row.rank),
    in_folder=True,
    unique_first_column=True,
)
ITEMS: Final = Table(
    "items",
    ItemRow,
    (_OBJECT, _ITEM, _text("ticket", rf"-|{_TICKET}")),
    order=Order.AS_GIVEN,
    in_folder=True,
)
TEAMS: Final = Table(
    "teams",
    TeamRow,
    (
        *(_UNIT, _SLOT, _text("block", rf"\*|{CODE}(?:\+{CODE})*")),
        *(_text("inspector", rf"-|{CODE}"), _text("how", "pick|path|level|witness|empty")),
    ),
    order=lambda row: (row.unit, row.slot),
    in_folder=True,
)
REPLACED: Final = Table(
    "replaced",
    ReplacedRow,
    (_LINE, _OBJECT, _text("replacement", IDENTITY), _REASON, _instant("at")),
)
MEMBERS: Final = Table(
    "members",
    MemberRow,
    (
        *(_DEPARTMENT, _UNIT, _SLOT, _text("out", CODE), _text("in", CODE)),
        *(_REASON, _instant("at")),
    ),
)
DROPPED: Final = Table(
    "dropped",
    DroppedRow,
    (_OBJECT, _LINE, _ITEM, _text("outcome", "recognised|deferred"), _text("reference")),
)
