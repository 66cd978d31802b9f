"""Opaque names of strata: a record that everybody may read names no credit class (3-draw.md 3.3).

A code is a keyed hash under the key S of the line's frame. The public, which never gets the S of a
closed frame, learns nothing from it; who holds S recomputes the code of every class, so that the
codes commit to the classes without one more file.
"""

import hmac
from collections.abc import Iterable

ANY = "*"
NONE = "-"
_OPEN_NAMES = (ANY, NONE)
_DIGITS = 12


def stratum_code(key: bytes, name: str) -> str:
    """Return the code of a stratum in rules, frame and record: `s-` and 12 hex of a keyed hash.

    `*` and `-` tell nothing and stay. `key` is the S (32 bytes) of the line's frame file.
    """
    if name in _OPEN_NAMES:
        return name
    return "s-" + hmac.digest(key, f"stratum|{name}".encode(), "sha256").hex()[:_DIGITS]


def is_code(stratum: str) -> bool:
    """Say whether a stratum of a record is a code: it stands for what only the office may know."""
    return stratum not in _OPEN_NAMES


def stratum_codes(key: bytes, names: Iterable[str]) -> dict[str, str]:
    """Return the codes by name, for whoever holds the key."""
    return {name: stratum_code(key, name) for name in sorted(set(names))}
