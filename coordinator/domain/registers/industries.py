"""Industries of GB/T 4754-2017: sections A to T, below them the digits of division to class."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.registers.departments import plain_text

_CODE: Final = re.compile(r"([A-T])([0-9]{2,4})?")
_DIGITS: Final = re.compile(r"[0-9]{2,4}")
_DIVISION: Final = 2


@dataclass(frozen=True, kw_only=True)
class Industry:
    """A section (`H`), division (`H61`), group (`H612`) or class (`H6121`) of the standard."""

    code: str
    name: str
    name_en: str = ""

    @property
    def section(self) -> str:
        """Give the letter of the section it belongs to."""
        return self.code[0]


class IndustryTable:
    """Finds industries by code, by digits without their letter, or by name.

    `sections_of` gives the section of every division (its two digits), which the standard fixes.
    Codes below the divisions are judged only where the full table has been imported.
    """

    def __init__(self, industries: Iterable[Industry], sections_of: Mapping[str, str]) -> None:
        self._by_code = {industry.code: industry for industry in industries}
        self._code_of = {plain_text(i.name): i.code for i in self._by_code.values()}
        self._sections_of = sections_of
        self._has_classes = any(len(code) > _DIVISION + 1 for code in self._by_code)

    def __len__(self) -> int:
        return len(self._by_code)

    def code_of(self, written: str) -> str:
        """Give the code for a code, its digits or its name; INDUSTRY_UNKNOWN otherwise.

        A letter that contradicts its division (`A6121`) is refused: one of the two is wrong.
        """
        text = plain_text(written).upper()
        if _DIGITS.fullmatch(text) and text[:_DIVISION] in self._sections_of:
            return self._sections_of[text[:_DIVISION]] + text
        match = _CODE.fullmatch(text)
        if match is None:
            code = self._code_of.get(plain_text(written))
            if code is None:
                raise RuleBrokenError(Rule.INDUSTRY_UNKNOWN, value=written, expected="H6121")
            return code
        letter, digits = match.groups()
        if digits and self._sections_of.get(digits[:_DIVISION]) != letter:
            right = self._sections_of.get(digits[:_DIVISION])
            expected = f"{right}{digits}" if right else "GB/T 4754-2017"
            raise RuleBrokenError(Rule.INDUSTRY_UNKNOWN, value=written, expected=expected)
        return text

    def doubt(self, code: str) -> RuleBrokenError | None:
        """Give the doubt about a well-formed code that the full table does not hold."""
        if not self._has_classes or code in self._by_code:
            return None
        return RuleBrokenError(Rule.INDUSTRY_UNKNOWN, value=code, expected="GB/T 4754-2017")
