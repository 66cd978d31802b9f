"""How the figures of a profile are written: parts, ratios, days of a year, and codes with names."""

import datetime
from collections.abc import Collection, Iterable
from fractions import Fraction
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, PlainSerializer
from pydantic_core import PydanticCustomError

_SHARE = "0 … 1, as in 1/20"
_LEAP_YEAR = 2000  # 02-29 is a day of some year


def flawed(field: str, expected: str, found: object) -> PydanticCustomError:
    """Make the error of a wrong figure: field below the validated part, expected and found."""
    facts = {"field": field, "expected": expected, "found": str(found)}
    return PydanticCustomError("flaw", "{field}: {expected}, not {found}", facts)


def once(codes: Iterable[str], field: str = "") -> tuple[str, ...]:
    """Give the codes; an error names the first that stands twice."""
    seen: list[str] = []
    for code in codes:
        if code in seen:
            raise flawed(field, "each code once", code)
        seen.append(code)
    return tuple(seen)


def known(codes: Iterable[str], allowed: Collection[str], field: str) -> None:
    """Refuse a code that its table does not have."""
    for code in codes:
        if code not in allowed:
            raise flawed(field, f"one of: {', '.join(sorted(allowed))}", code)


class PolicyPart(BaseModel):
    """A part of a profile: immutable, and an unknown figure in it is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class CodeName(PolicyPart):
    """A code with its names."""

    code: str
    name: str
    name_en: str


def _fraction(value: object) -> object:
    try:
        return Fraction(value) if isinstance(value, str) else value
    except (ValueError, ZeroDivisionError) as error:
        raise flawed("", _SHARE, value) from error


def _share(value: Fraction) -> Fraction:
    if not 0 <= value <= 1:
        raise flawed("", _SHARE, value)
    return value


def _day_of_year(value: str) -> str:
    try:
        datetime.date.fromisoformat(f"{_LEAP_YEAR}-{value}")
    except ValueError as error:
        raise flawed("", "MM-DD", value) from error
    return value


Ratio = Annotated[
    Fraction, BeforeValidator(_fraction), AfterValidator(_share), PlainSerializer(str)
]
"""A share from 0 to 1, exact, written `3/10`."""

DayOfYear = Annotated[str, AfterValidator(_day_of_year)]
"""A day of any year, written `05-21`."""

DayUnit = Literal["working", "calendar"]
"""Whether days of a deadline are working days of the State Council's calendar or all days."""
