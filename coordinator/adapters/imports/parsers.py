"""Texts of cells turned into values: widths folded, numbers and dates in the forms offices use.

Every parser takes the stripped text of a cell that is not blank, and gives the value, a `Doubted`
value, or raises RuleBrokenError with the facts `expected` and what else its sentence needs.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Final

from coordinator.domain.errors import Rule, RuleBrokenError

Parser = Callable[[str], object]

_BETWEEN_CODES: Final = re.compile(r"[;；,，、\s]+")
_CODE: Final = re.compile(r"@?[A-Za-z0-9][A-Za-z0-9:_-]{0,62}")
_DATE: Final = re.compile(
    r"([0-9]{4})([-/.年])([0-9]{1,2})[-/.月]([0-9]{1,2})日?(?:[T ][0-9:.]{4,15})?"
)
_COMPACT_DATE: Final = re.compile(r"([12][0-9]{3})([01][0-9])([0-3][0-9])(?:\.0+)?")
_SERIAL_DATE: Final = re.compile(r"([2-7][0-9]{4})(?:\.[0-9]+)?")
_SERIAL_ZERO: Final = date(1899, 12, 30)  # so that day 61 is 1900-03-01, as spreadsheets count
_FLOAT: Final = re.compile(r"([0-9]+)\.0+")
_SCIENTIFIC: Final = re.compile(r"[0-9](?:\.[0-9]+)?[eE]\+?[0-9]{1,2}")
_PHONE: Final = re.compile(r"\+?[0-9(][0-9()\- ]{6,18}(?:\.0+)?|[0-9.]+[eE]\+?[0-9]{1,2}")
_BLANKS: Final = re.compile(r"\s+")
_ODD_BLANK: Final = re.compile("[\u00a0\u2000-\u200b\u3000\ufeff\t\r\n\v\f]")


@dataclass(frozen=True, slots=True)
class Doubted:
    """A value that is kept although rules doubt it."""

    value: object
    doubts: tuple[RuleBrokenError, ...]


def invalid(expected: object, rule: Rule = Rule.IMPORT_CELL_INVALID) -> RuleBrokenError:
    """Give the refusal of a cell that should have been `expected`."""
    return RuleBrokenError(rule, expected=expected)


def one_line(text: str) -> str:
    """Give a text as people write it, with plain blanks; its characters are left as they are."""
    return _BLANKS.sub(" ", _ODD_BLANK.sub(" ", text)).strip() if _ODD_BLANK.search(text) else text


def folded(text: str) -> str:
    """Give a code with half-width characters, without the fraction a spreadsheet adds to it."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", _ODD_BLANK.sub("", text)).strip()
    whole = _FLOAT.fullmatch(text)
    if whole:
        return whole.group(1)
    return _expanded(text) if _SCIENTIFIC.fullmatch(text) else text


def _expanded(text: str) -> str:
    """Write 6.40221600000017E+14 out; refuse it where the shortening has lost digits."""
    mantissa, _, exponent = text.upper().partition("E")
    wanted = int(exponent) + 1
    if len(mantissa.replace(".", "")) < wanted:
        raise RuleBrokenError(Rule.IMPORT_DIGITS_LOST, expected=wanted)
    try:
        return str(int(Decimal(text)))
    except (InvalidOperation, ValueError) as error:
        raise invalid("123456") from error


def name(text: str) -> str:
    """Give a name; a phone number in its place says that the columns have shifted."""
    if text[-1] in "0123456789)" and _PHONE.fullmatch(text):
        raise invalid("", Rule.IMPORT_PHONE_AS_NAME)
    return one_line(text)


def code(text: str) -> str:
    """Give a code as frozen files allow it (3-draw.md 3.1)."""
    text = folded(text)
    if not _CODE.fullmatch(text):
        raise invalid(_CODE.pattern)
    return text


def codes(text: str) -> tuple[str, ...]:
    """Give the distinct codes of a cell that holds several, sorted."""
    return tuple(sorted({code(part) for part in _BETWEEN_CODES.split(folded(text)) if part}))


def texts(text: str) -> tuple[str, ...]:
    """Give the distinct texts of a cell, split at semicolons and enumeration commas."""
    parts = (one_line(part.strip()) for part in re.split(r"[;；、\n]", text))
    return tuple(dict.fromkeys(part for part in parts if part))


def day(text: str) -> date:
    """Give a date in any of the forms that `parse_day` reads."""
    try:
        return parse_day(text)
    except ValueError as error:
        raise invalid("2026-11-21", Rule.IMPORT_DATE_INVALID) from error


def parse_day(text: str) -> date:
    """Read 2026-11-21, 2026/11/21, 2026.11.21, 2026年11月21日, 20261121 or a spreadsheet's number.

    A time after the date is left out. ValueError for anything else.
    """
    if not text.isascii():
        text = _BLANKS.sub("", unicodedata.normalize("NFKC", text))
    serial = _SERIAL_DATE.fullmatch(text)
    if serial:
        return _SERIAL_ZERO + timedelta(days=int(serial.group(1)))
    match = _DATE.fullmatch(text)
    if match:
        return date(int(match[1]), int(match[3]), int(match[4]))
    compact = _COMPACT_DATE.fullmatch(text)
    if not compact:
        raise ValueError(text)
    return date(int(compact[1]), int(compact[2]), int(compact[3]))


def number(lowest: float, highest: float) -> Callable[[str], float]:
    """Give a parser of numbers inside bounds."""

    def parse(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = float("nan")
        if not lowest <= value <= highest:
            raise invalid(f"{lowest:g} … {highest:g}")
        return value

    return parse


def whole_number(lowest: int, highest: int) -> Callable[[str], int]:
    """Give a parser of whole numbers inside bounds."""

    def parse(text: str) -> int:
        written = folded(text)
        if not written.isdecimal() or not lowest <= int(written[:18]) <= highest:
            raise invalid(f"{lowest} … {highest}")
        return int(written)

    return parse


def word(words: Mapping[str, str], writings: str) -> Callable[[str], str]:
    """Give a parser of the words of one table; `writings` says which there are."""

    def parse(text: str) -> str:
        value = words.get(_BLANKS.sub("", folded(text)).lower())
        if value is None:
            raise invalid(writings, Rule.IMPORT_WORD_UNKNOWN)
        return value

    return parse
