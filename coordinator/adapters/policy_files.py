"""Policy profiles, code tables, measures and the working-day calendar from TOML files."""

import re
import tomllib
from collections.abc import Mapping
from datetime import timedelta
from functools import lru_cache
from itertools import zip_longest
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from pydantic import BaseModel, ValidationError

from coordinator.domain.agents import ResendRules, WatchRules
from coordinator.domain.archive import DutyEvidence
from coordinator.domain.audit_chain import AuditRules
from coordinator.domain.credit_file import CreditFileRules
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.policy import (
    DepartureReason,
    DisclosureReason,
    ObjectReason,
    Platform,
    Policy,
    policy_from,
)
from coordinator.domain.retention import RetentionRules
from coordinator.domain.working_days import CalendarDay, WorkingDays
from coordinator.services.ports import LoginRules

_CODE_TABLES = "result_codes.toml"
_OTHER_CODE_TABLES = "result_codes_*.toml"
_MEASURES = "measures.toml"
_LOCAL_MEASURES = "measures_local.toml"
_METHODS = "check_methods.toml"
_KINDS = "kinds.toml"
_REASONS = "replacement_reasons.toml"
_OBJECT_REASONS = "object_reasons.toml"
_LATE_REASONS = "late_reasons.toml"
_CANCEL_REASONS = "cancel_reasons.toml"
_DISCLOSURE_REASONS = "disclosure_reasons.toml"
_CREDIT_FILE = "credit_file.toml"
_PLATFORMS = "platforms.toml"
_OPERATIONS = "operations.toml"
_DUTY_EVIDENCE = "duty_evidence.toml"
_WORKING_DAYS = "working_days.toml"
_NAME = "[a-z0-9][a-z0-9-]*"
_EXTENDS = "extends"
_SOURCES = "sources"


M = TypeVar("M", bound=BaseModel)


class PolicyFolder:
    """The profiles of a folder by name: its TOML files that name themselves as a profile.

    A profile is read again when any file of the folder has changed: it may extend that file.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: dict[str, Policy] = {}
        self._stamps: frozenset[tuple[str, int, int]] = frozenset()

    def names(self) -> tuple[str, ...]:
        """Name the profiles, sorted; a file without `profile` is a table or a base of others."""
        return tuple(sorted(p.stem for p in self._folder.glob("*.toml") if _is_profile(p)))

    def find(self, profile: str) -> Policy | None:
        """Read a profile, or None when the folder has none of this name."""
        path = self._folder / f"{profile}.toml"
        if not re.fullmatch(_NAME, profile) or not path.exists() or not _is_profile(path):
            return None
        self._forget_what_changed()
        if profile not in self._known:
            self._known[profile] = read_policy(self._folder, profile)
        return self._known[profile]

    def departure_reasons(self) -> tuple[DepartureReason, ...]:
        """Read the reasons for which people leave a team after the draw."""
        return self._entries(_REASONS, "reason", DepartureReason)

    def late_reasons(self) -> tuple[DepartureReason, ...]:
        """Read the reasons for which a report is entered after its time."""
        return self._entries(_LATE_REASONS, "reason", DepartureReason)

    def cancel_reasons(self) -> tuple[DepartureReason, ...]:
        """Read the reasons for which a round is given up before its draw."""
        return self._entries(_CANCEL_REASONS, "reason", DepartureReason)

    def watch_rules(self) -> WatchRules:
        """Read when operators are alarmed by an agent."""
        return self._rules("agents", WatchRules)

    def resend_rules(self) -> ResendRules:
        """Read when messages are sent again that an agent knows nothing of."""
        return self._rules("resending", ResendRules)

    def retention_rules(self) -> RetentionRules:
        """Read how long messages are kept that are over."""
        return self._rules("retention", RetentionRules)

    def audit_rules(self) -> AuditRules:
        """Read how often the audit chain is anchored."""
        return self._rules("audit", AuditRules)

    def login_rules(self) -> LoginRules:
        """Read how many logins may fail, and how long a session lasts."""
        return self._rules("logins", LoginRules)

    def duty_evidence(self) -> tuple[DutyEvidence, ...]:
        """Read what of a task shows that a duty of its inspectors was done."""
        return self._entries(_DUTY_EVIDENCE, "evidence", DutyEvidence)

    def object_reasons(self) -> tuple[ObjectReason, ...]:
        """Read the reasons for which drawn objects are replaced."""
        return self._entries(_OBJECT_REASONS, "reason", ObjectReason)

    def disclosure_reasons(self, kind: str) -> tuple[DisclosureReason, ...]:
        """Read the reasons of a kind: `exemption` from publication, or `withdrawal` of one."""
        return self._entries(_DISCLOSURE_REASONS, kind, DisclosureReason)

    def credit_file_rules(self) -> CreditFileRules:
        """Read the office's table for yearly credit files."""
        path = self._folder / _CREDIT_FILE
        try:
            return CreditFileRules(**_read(path))
        except ValidationError as error:
            _refuse(path, "mark", ", ".join(CreditFileRules.model_fields), str(error))

    def platforms(self) -> tuple[Platform, ...]:
        """Read the public platforms that records go to."""
        return self._entries(_PLATFORMS, "platform", Platform)

    def _entries(self, file: str, key: str, kind: type[M]) -> tuple[M, ...]:
        """Read a table's entries; POLICY_INVALID names file, table and fields."""
        path = self._folder / file
        try:
            return tuple(kind(**entry) for entry in _read(path)[key])
        except (KeyError, TypeError, ValidationError) as error:
            _refuse(path, key, ", ".join(kind.model_fields), str(error))

    def _rules(self, part: str, kind: type[M]) -> M:
        """Read a part of the rules of operation."""
        path = self._folder / _OPERATIONS
        try:
            return kind(**_read(path)[part])
        except (KeyError, TypeError, ValidationError) as error:
            _refuse(path, part, ", ".join(kind.model_fields), str(error))

    def _forget_what_changed(self) -> None:
        files = [(path.name, path.stat()) for path in self._folder.glob("*.toml")]
        stamps = frozenset((name, stat.st_mtime_ns, stat.st_size) for name, stat in files)
        if stamps != self._stamps:
            self._known, self._stamps = {}, stamps


def read_policy(folder: Path, profile: str) -> Policy:
    """Read `<profile>.toml`, what it extends, and the code tables beside it.

    Raises RuleBrokenError(POLICY_INVALID) naming file, field, what was expected and found.
    """
    return read_policy_file(folder / f"{profile}.toml", tables=folder)


def read_policy_file(path: Path, *, tables: Path) -> Policy:
    """Read a profile from a file; bases that it does not have beside it come from `tables`."""
    own = _read(path)
    if own.get("profile") != path.stem:
        _refuse(path, "profile", path.stem, own.get("profile", "-"))
    return policy_from({**_tables(tables), **_resolved(path, tables, ())}, path.name)


def _is_profile(path: Path) -> bool:
    """Say whether a file is a profile; one that nobody can read is, until somebody mends it."""
    try:
        return "profile" in _read(path)
    except RuleBrokenError:
        return True


def _resolved(path: Path, tables: Path, seen: tuple[str, ...]) -> dict[str, Any]:
    """Give a file's data over that of the file it extends."""
    if path.stem in seen:
        _refuse(path, _EXTENDS, "a file that does not lead back", " → ".join((*seen, path.stem)))
    own = dict(_read(path))
    base = own.pop(_EXTENDS, None)
    if base is None:
        return own
    if not isinstance(base, str):
        _refuse(path, _EXTENDS, "the name of a file", base)
    near = path.parent / f"{base}.toml"
    below = _resolved(near if near.exists() else tables / near.name, tables, (*seen, path.stem))
    return _over(below, own)


def _over(below: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """Lay a file over its base: parts merge by figure; a changed figure loses its base's source."""
    kept = {path: of for path, of in below.get(_SOURCES, {}).items() if not _is_set(own, path)}
    beneath = {**below, _SOURCES: kept}
    merged = {**beneath, **own}
    for part, figures in own.items():
        if isinstance(figures, dict) and isinstance(beneath.get(part), dict):
            merged[part] = {**beneath[part], **figures}
    return merged


def _is_set(own: Mapping[str, Any], path: str) -> bool:
    part, _, field = path.partition(".")
    figures = own.get(part)
    return isinstance(figures, dict) and field in figures


def _tables(folder: Path) -> dict[str, Any]:
    codes, measures, kinds = (_read(folder / name) for name in (_CODE_TABLES, _MEASURES, _KINDS))
    supplement = folder / _LOCAL_MEASURES
    local = _read(supplement) if supplement.exists() else {}
    return {
        "result_codes": _result_codes(folder, codes),
        "former_sets": codes.get("former_set", ()),
        "follow_up_codes": codes["follow_up"],
        "penalty_kinds": measures["penalty_kind"],
        "measures": [*_dated(measures, "basic"), *_dated(local, "local")],
        "delivery_ways": measures["delivery_way"],
        "methods": _read(folder / _METHODS)["method"],
        "event_kinds": kinds["event_kind"],
        "grading_schemes": kinds["grading_scheme"],
        "exemption_kinds": kinds["exemption_kind"],
    }


def _result_codes(folder: Path, current: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Give the codes of all dated tables; a table ends the day before the next one begins."""
    others = [_read(path) for path in sorted(folder.glob(_OTHER_CODE_TABLES))]
    tables = sorted([current, *others], key=lambda table: table["valid_from"])
    found: list[Mapping[str, Any]] = []
    for table, later in zip_longest(tables, tables[1:]):
        days = {"valid_from": table["valid_from"]}
        if later is not None:
            days["valid_to"] = later["valid_from"] - timedelta(days=1)
        found += [{**days, **entry} for entry in table["code"]]
    return found


def _dated(library: Mapping[str, Any], scope: str) -> list[Mapping[str, Any]]:
    """Give the measures of a library; one without a day of its own has the library's."""
    day = {"valid_from": library["valid_from"]} if "valid_from" in library else {}
    return [{**day, "scope": scope, **entry} for entry in library.get("measure", ())]


def read_working_days(folder: Path) -> WorkingDays:
    """Read the calendar of official years and of the days that differ from Monday to Friday."""
    table = _read(folder / _WORKING_DAYS)
    working = dict.fromkeys(table["working"], True)
    resting = dict.fromkeys(table["resting"], False)
    return WorkingDays(
        frozenset(table["official_years"]), {**working, **resting}, table["warning_days"]
    )


def read_calendar_days(folder: Path) -> Mapping[int, tuple[CalendarDay, ...]]:
    """Read the shipped years day by day: holidays with their names, and make-up days."""
    table = _read(folder / _WORKING_DAYS)
    names = {
        each["from"] + timedelta(days=n): each["name"]
        for each in table["holidays"]
        for n in range((each["to"] - each["from"]).days + 1)
    }
    resting = names.keys() | set(table["resting"])
    days = {day: CalendarDay(day=day, working=False, name=names.get(day, "")) for day in resting}
    days |= {day: CalendarDay(day=day, working=True) for day in table["working"]}
    return {
        year: tuple(days[day] for day in sorted(days) if day.year == year)
        for year in table["official_years"]
    }


def _read(path: Path) -> Mapping[str, Any]:
    try:
        stat = path.stat()
        return _parsed(path, stat.st_ino, stat.st_ctime_ns, stat.st_size)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise RuleBrokenError(
            Rule.POLICY_INVALID, file=path.name, field="-", expected="TOML", found=str(error)
        ) from error


@lru_cache(256)
def _parsed(path: Path, _file: int, _changed_ns: int, _size: int) -> Mapping[str, Any]:
    """Parse a file once for as long as it stays as it is; nobody changes what it gives."""
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _refuse(path: Path, field: str, expected: str, found: object) -> NoReturn:
    raise RuleBrokenError(
        Rule.POLICY_INVALID, file=path.name, field=field, expected=expected, found=str(found)
    )
