"""Checks and policy from text: every field that breaks the format is named with row and column."""

from collections.abc import Mapping, Sequence
from datetime import date
from operator import itemgetter
from typing import Any, Final, NoReturn

from coordinator.domain.checklist_merge.values import Check, MergePolicy
from coordinator.domain.errors import Rule, RuleBrokenError

CHECK_FIELDS: Final = (
    "object",
    "line",
    "department",
    "item",
    "window_start",
    "window_end",
    "minutes",
    "mode",
    "method",
)
OPTIONAL_CHECK_FIELDS: Final = ("place",)
_NAMES: Final = ("object", "place", "line", "department", "item", "method")
_MODES: Final = ("announced", "covert")
_POLICY_FIELDS: Final = frozenset({"max_minutes", "desk_methods"})
_LONGEST_NUMBER: Final = 9


class CheckReader:
    """Reads the rows of one file; what many rows share but object and place is read once."""

    def __init__(self, header: Sequence[str]) -> None:
        self._header = tuple(header)
        self.width = len(self._header)
        self._object = header.index("object")
        self._place = header.index("place") if "place" in header else self._object
        self._shared = itemgetter(*(header.index(field) for field in CHECK_FIELDS[1:]))
        self._known: dict[tuple[str, ...], tuple[Any, ...]] = {}
        self._codes: dict[str, str] = {}

    def read(self, cells: Sequence[str], row: int) -> Check:
        """Return the check of a row as wide as the header; CHECK_INVALID names row and field."""
        thing, place = self._codes.get(cells[self._object]), self._codes.get(cells[self._place])
        known = self._known.get(self._shared(cells))
        if thing is None or place is None or known is None:
            return self._first_read(cells, row)
        return Check(thing, place, *known)

    def _first_read(self, cells: Sequence[str], row: int) -> Check:
        check = check_from_fields(dict(zip(self._header, cells, strict=True)), row)
        self._known.setdefault(self._shared(cells), check[2:])
        return Check(
            self._codes.setdefault(check.object, check.object),
            self._codes.setdefault(check.place, check.place),
            *self._known[self._shared(cells)],
        )


def check_from_fields(fields: Mapping[str, str], row: int) -> Check:
    """Return the check written in one row; without `place` the object is the place (3.7)."""
    check = Check(
        object=fields["object"],
        place=fields.get("place", fields["object"]),
        line=fields["line"],
        department=fields["department"],
        item=fields["item"],
        window_start=_date(fields, "window_start", row),
        window_end=_date(fields, "window_end", row),
        minutes=_minutes(fields["minutes"], row),
        mode=fields["mode"],
        method=fields["method"],
    )
    require_sound(check, row)
    return check


def require_sound(check: Check, row: int) -> None:
    """Raise CHECK_INVALID if a name is empty, the mode unknown, the window or minutes negative."""
    for field in _NAMES:
        if not getattr(check, field).strip():
            _refuse(row, field, "not-empty", getattr(check, field))
    if check.mode not in _MODES:
        _refuse(row, "mode", "|".join(_MODES), check.mode)
    if check.minutes < 0:
        _refuse(row, "minutes", "integer ≥ 0", check.minutes)
    if check.window_end < check.window_start:
        expected = f"≥ window_start {check.window_start.isoformat()}"
        _refuse(row, "window_end", expected, check.window_end.isoformat())


def policy_from_fields(fields: object) -> MergePolicy:
    """Return the policy of a decoded JSON document, whatever else it says (3.7).

    Raises MERGE_POLICY_INVALID naming the key.
    """
    if not isinstance(fields, dict) or not fields.keys() >= _POLICY_FIELDS:
        found = sorted(fields) if isinstance(fields, dict) else type(fields).__name__
        _refuse_policy("policy", "{" + ", ".join(sorted(_POLICY_FIELDS)) + "}", found)
    limit, methods = fields["max_minutes"], fields["desk_methods"]
    if limit is not None and type(limit) is not int:
        _refuse_policy("max_minutes", "null | integer ≥ 1", limit)
    if not isinstance(methods, list) or not all(isinstance(method, str) for method in methods):
        _refuse_policy("desk_methods", "texts", methods)
    return MergePolicy(limit, frozenset(methods))


def _date(fields: Mapping[str, str], field: str, row: int) -> date:
    text = fields[field]
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or day.isoformat() != text:  # fromisoformat also reads 20260301 and 2026-W01-1
        _refuse(row, field, "yyyy-mm-dd", text)
    return day


def _minutes(text: str, row: int) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER):
        _refuse(row, "minutes", "integer ≥ 0", text)
    return int(text)


def _refuse(row: int, field: str, expected: str, found: object) -> NoReturn:
    raise RuleBrokenError(Rule.CHECK_INVALID, row=row, field=field, expected=expected, found=found)


def _refuse_policy(field: str, expected: str, found: object) -> NoReturn:
    raise RuleBrokenError(Rule.MERGE_POLICY_INVALID, field=field, expected=expected, found=found)
