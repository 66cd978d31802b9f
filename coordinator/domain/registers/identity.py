"""Object ids `<scheme>:<value>`, and the unified social credit code of GB 32100-2015."""

import re
from typing import Final

from coordinator.domain.errors import Rule, RuleBrokenError

USCC_ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
USCC_LENGTH: Final = 18
LONGEST_OBJECT_ID: Final = 55
"""Bytes of an object id, so that it fits every frozen file (3-draw.md 3.1)."""

_MODULUS: Final = len(USCC_ALPHABET)
_VALUE_OF: Final = {character: value for value, character in enumerate(USCC_ALPHABET)}
_WEIGHTS: Final = tuple(pow(3, position, _MODULUS) for position in range(USCC_LENGTH - 1))
_REGNO: Final = re.compile(r"[0-9]{15}")
_OTHER: Final = re.compile(r"[a-z][a-z0-9-]*:[!-+\--~]+")
_PLAIN: Final = re.compile(r"[!-+\--~]+")  # printable ASCII without blank and comma


def uscc_check_digit(first_seventeen: str) -> str:
    """Compute the 18th character: (31 - sum of value * 3^(i-1) mod 31) mod 31."""
    total = sum(
        _VALUE_OF[character] * weight
        for character, weight in zip(first_seventeen, _WEIGHTS, strict=True)
    )
    return USCC_ALPHABET[-total % _MODULUS]


def is_uscc_check_digit_right(uscc: str) -> bool:
    """Tell whether a well-formed code ends in its check digit; some genuine codes do not."""
    return uscc[-1] == uscc_check_digit(uscc[:-1])


def check_object_id(object_id: str) -> str:
    """Return the id if its scheme, length and alphabet are right; refuse it by name otherwise."""
    scheme, separator, value = object_id.partition(":")
    if not separator or scheme not in _CHECKS:
        raise RuleBrokenError(Rule.OBJECT_SCHEME_UNKNOWN, object_id=object_id, known=list(_CHECKS))
    _CHECKS[scheme](value)
    if len(object_id) > LONGEST_OBJECT_ID:
        raise RuleBrokenError(
            Rule.OBJECT_ID_INVALID, value=object_id, expected=f"≤ {LONGEST_OBJECT_ID} bytes"
        )
    return object_id


def object_id_warnings(object_id: str) -> tuple[Rule, ...]:
    """Give what is doubtful about an accepted id: a failing check digit is kept and listed."""
    scheme, _, value = object_id.partition(":")
    if scheme == "uscc" and not is_uscc_check_digit_right(value):
        return (Rule.USCC_CHECK_DIGIT,)
    return ()


def _check_uscc(value: str) -> None:
    if len(value) != USCC_LENGTH:
        raise RuleBrokenError(
            Rule.USCC_LENGTH, value=value, expected=USCC_LENGTH, length=len(value)
        )
    wrong = sorted(set(value) - set(USCC_ALPHABET))
    if wrong:
        raise RuleBrokenError(Rule.USCC_ALPHABET, value=value, wrong=wrong, expected=USCC_ALPHABET)


def _check_regno(value: str) -> None:
    if not _REGNO.fullmatch(value):
        raise RuleBrokenError(Rule.REGNO_INVALID, value=value, expected=_REGNO.pattern)


def _check_plain(value: str) -> None:
    if not _PLAIN.fullmatch(value):
        raise RuleBrokenError(Rule.OBJECT_ID_INVALID, value=value, expected=_PLAIN.pattern)


def _check_other(value: str) -> None:
    if not _OTHER.fullmatch(value):
        raise RuleBrokenError(Rule.OBJECT_ID_INVALID, value=value, expected="<namespace>:<value>")


_CHECKS: Final = {
    "uscc": _check_uscc,
    "regno": _check_regno,
    "premises": _check_plain,
    "product": _check_plain,
    "project": _check_plain,
    "other": _check_other,
}
