"""Regions of GB/T 2260 as files name them: by code, by name, by the names above it."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.registers.departments import plain_text
from coordinator.domain.registers.organisation import Region

_CODE_LENGTHS = (6, 9, 12)
_COUNTY = 6
"""Digits of a county; the three or six that may follow name a town or village of it."""
_LEVELS_ABOVE = 2


class RegionTable:
    """Finds regions by code or name on the day for which a file is read (None: any day)."""

    def __init__(self, regions: Iterable[Region], day: date | None = None) -> None:
        self._by_code = {region.code: region for region in regions}
        self._day = day
        self._codes_of: dict[str, list[str]] = defaultdict(list)
        for region in self._by_code.values():
            for name in self._names(region):
                self._codes_of[plain_text(name)].append(region.code)
        self._detailed = {code[:2] for code in self._by_code if not code.endswith("00")}

    def __len__(self) -> int:
        return len(self._by_code)

    def code_of(self, written: str) -> str:
        """Give the code for a code or a name; a name that fits no region, or several, is refused.

        Raises IMPORT_REGION_UNKNOWN, IMPORT_REGION_AMBIGUOUS, or IMPORT_CELL_INVALID for a number
        that is no region code.
        """
        text = plain_text(written)
        if text.isascii() and text.isdigit():
            return _checked_code(text)
        codes = [code for code in self._codes_of.get(text, ()) if self._holds(code)]
        codes = codes or self._codes_of.get(text, [])
        if not codes:
            raise RuleBrokenError(Rule.IMPORT_REGION_UNKNOWN, value=written, expected="640221")
        if len(codes) > 1:
            raise RuleBrokenError(
                Rule.IMPORT_REGION_AMBIGUOUS, value=written, expected=" | ".join(sorted(codes))
            )
        return codes[0]

    def doubt(self, code: str) -> RuleBrokenError | None:
        """Give what is doubtful about a well-formed code: unknown here, or not in use any more.

        A province of which the table holds no county is not judged below its first two digits.
        """
        known = self._by_code.get(code[:_COUNTY])
        if known is None:
            unjudged = not self._by_code or (
                code[:2] not in self._detailed and code[:2] + "0000" in self._by_code
            )
            if unjudged:
                return None
            return RuleBrokenError(Rule.IMPORT_REGION_UNKNOWN, value=code, expected="GB/T 2260")
        if self._holds(known.code):
            return None
        expected = known.successor or f"{known.valid_from or ''} … {known.valid_to or ''}"
        return RuleBrokenError(Rule.IMPORT_REGION_ENDED, value=code, expected=expected)

    def _holds(self, code: str) -> bool:
        return self._day is None or self._by_code[code].is_valid_on(self._day)

    def _names(self, region: Region) -> set[str]:
        """Give the region's name alone, then with each name above it put in front."""
        names, longest, above = {region.name}, region.name, region
        for _ in range(_LEVELS_ABOVE):
            if above.parent not in self._by_code:
                break
            above = self._by_code[above.parent]
            longest = above.name + longest
            names |= {longest, above.name + region.name}
        return names


def _checked_code(text: str) -> str:
    if len(text) not in _CODE_LENGTHS or text.startswith("0"):
        raise RuleBrokenError(Rule.IMPORT_CELL_INVALID, value=text, expected="640221")
    return text
