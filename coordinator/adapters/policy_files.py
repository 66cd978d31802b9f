"""Policy profiles, code tables, measures and the working-day calendar from TOML files."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.policy import Policy
from coordinator.domain.working_days import WorkingDays

_CODE_TABLES = "result_codes.toml"
_MEASURES = "measures.toml"
_WORKING_DAYS = "working_days.toml"


def read_policy(folder: Path, profile: str) -> Policy:
    """Read `<profile>.toml` with the code tables and the measure library beside it.

    Raises RuleBrokenError(POLICY_INVALID) naming file, field and what was expected.
    """
    codes = _read(folder / _CODE_TABLES)
    measures = _read(folder / _MEASURES)
    parts = {
        **_read(folder / f"{profile}.toml"),
        "result_codes": codes["code"],
        "follow_up_codes": codes["follow_up"],
        "penalty_kinds": measures["penalty_kind"],
        "measures": measures["measure"],
    }
    try:
        return Policy.model_validate(parts)
    except ValidationError as error:
        flaw = error.errors(include_url=False)[0]
        raise RuleBrokenError(
            Rule.POLICY_INVALID,
            file=f"{profile}.toml",
            field=".".join(str(part) for part in flaw["loc"]),
            expected=flaw["msg"],
        ) from error


def read_working_days(folder: Path) -> WorkingDays:
    """Read the calendar of official years and of the days that differ from Monday to Friday."""
    table = _read(folder / _WORKING_DAYS)
    working = dict.fromkeys(table["working"], True)
    resting = dict.fromkeys(table["resting"], False)
    return WorkingDays(frozenset(table["official_years"]), {**working, **resting})


def _read(path: Path) -> Mapping[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise RuleBrokenError(
            Rule.POLICY_INVALID, file=path.name, field="-", expected=str(error)
        ) from error
