"""Codes of frozen files that come from words of the registers: areas and groups (3-draw.md 3.1)."""

import re
from hashlib import sha256

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")
_DIGITS_KEPT = 16


def code_of(word: str) -> str:
    """Give a word as it is where it is a code, else `x` and the start of its hash.

    Areas and groups are free text in the registers; frozen files hold ASCII codes.
    """
    if _CODE.fullmatch(word):
        return word
    return f"x{sha256(word.encode()).hexdigest()[:_DIGITS_KEPT]}"


def area_code(area: str) -> str:
    """Give the object code by which bars and units name an area."""
    return f"area:{code_of(area)}"


def group_tag(section: str) -> str:
    """Give the tag of the people of an organ's group that answers for a section's objects."""
    return f"group:{code_of(section)}"
