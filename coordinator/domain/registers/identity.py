"""Object ids `<scheme>:<value>`: credit codes of GB 32100-2015, registration numbers of 15 digits.

A credit code holds the registering department and kind (1-2), a region (3-8), the organisation code
of GB 11714 with its own check digit (9-17) and a check character over all (18).
"""

import re
from operator import mul
from typing import Final

from coordinator.domain.errors import Rule, RuleBrokenError

USCC_ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
USCC_LENGTH: Final = 18
LONGEST_OBJECT_ID: Final = 55
"""Bytes of an object id, so that it fits every frozen file (3-draw.md 3.1)."""

_MODULUS: Final = len(USCC_ALPHABET)
_VALUE_OF: Final = {character: value for value, character in enumerate(USCC_ALPHABET)}
_WEIGHTS: Final = tuple(pow(3, position, _MODULUS) for position in range(USCC_LENGTH - 1))
_ORGANISATION: Final = slice(8, 17)
_ORGANISATION_WEIGHTS: Final = (3, 7, 9, 10, 5, 8, 4, 2)
_ORGANISATION_VALUES: Final = {sign: int(sign, 36) for sign in USCC_ALPHABET}
_ORGANISATION_CHECKS: Final = "0123456789X"
_USCC: Final = re.compile(f"[{USCC_ALPHABET}]{{{USCC_LENGTH}}}")
_REGNO: Final = re.compile(r"[0-9]{15}")
_KINDS_OF: Final = {
    "1": "1239",  # offices: authorities, institutions, their own offices, others
    "2": "19",
    "3": "123459",
    "4": "19",
    "5": "1239",  # civil affairs: associations, private institutions, foundations
    "6": "129",
    "7": "129",
    "8": "19",
    "9": "123",  # industry and commerce: enterprise, individual, farmers' cooperative
    "A": "19",
    "N": "1239",
    "Y": "1",
}
"""Registering department (1st character) → kinds of entity it registers (2nd), GB 32100-2015."""
_OTHER: Final = re.compile(r"[a-z][a-z0-9-]*:[!-+\--~]+")
_PLAIN: Final = re.compile(r"[!-+\--~]+")  # printable ASCII without blank and comma


def uscc_check_digit(first_seventeen: str) -> str:
    """Compute the 18th character: (31 - sum of value * 3^(i-1) mod 31) mod 31."""
    total = sum(map(mul, map(_VALUE_OF.__getitem__, first_seventeen), _WEIGHTS))
    return USCC_ALPHABET[-total % _MODULUS]


def is_uscc_check_digit_right(uscc: str) -> bool:
    """Tell whether a well-formed code ends in its check digit; some genuine codes do not."""
    return uscc[-1] == uscc_check_digit(uscc[:-1])


def organisation_check_digit(first_eight: str) -> str:
    """Compute the 9th sign of an organisation code (GB 11714): 11 - sum(value * weight) mod 11."""
    values = map(_ORGANISATION_VALUES.__getitem__, first_eight)
    total = sum(map(mul, values, _ORGANISATION_WEIGHTS))
    return _ORGANISATION_CHECKS[-total % 11]


def regno_check_digit(first_fourteen: str) -> str:
    """Compute the 15th digit of a registration number (ISO 7064, MOD 11,10)."""
    rest = 10
    for digit in first_fourteen:
        total = (rest + int(digit)) % 10 or 10
        rest = total * 2 % 11
    return str((11 - rest) % 10)


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


def object_id_doubts(object_id: str) -> tuple[RuleBrokenError, ...]:
    """Give what is doubtful about an accepted id: it is kept, and listed for a look."""
    scheme, _, value = object_id.partition(":")
    if scheme == "uscc":
        return _uscc_doubts(value)
    expected = regno_check_digit(value[:-1]) if scheme == "regno" else value[-1]
    if value[-1] == expected:
        return ()
    return (RuleBrokenError(Rule.REGNO_CHECK_DIGIT, value=value, expected=expected),)


def object_id_warnings(object_id: str) -> tuple[Rule, ...]:
    """Give the rules that doubt an accepted id."""
    return tuple(doubt.rule for doubt in object_id_doubts(object_id))


def _uscc_doubts(value: str) -> tuple[RuleBrokenError, ...]:
    doubts = []
    last = uscc_check_digit(value[:-1])
    if value[-1] != last:
        doubts.append(RuleBrokenError(Rule.USCC_CHECK_DIGIT, value=value, expected=last))
    organisation = value[_ORGANISATION]
    check = organisation_check_digit(organisation[:-1])
    if organisation[-1] != check:
        doubts.append(RuleBrokenError(Rule.USCC_ORGANISATION_CHECK, value=value, expected=check))
    if value[1] not in _KINDS_OF.get(value[0], ""):
        expected = " ".join(f"{first}[{kinds}]" for first, kinds in _KINDS_OF.items())
        doubts.append(RuleBrokenError(Rule.USCC_KIND, value=value, expected=expected))
    return tuple(doubts)


def _check_uscc(value: str) -> None:
    if _USCC.fullmatch(value):
        return
    if len(value) != USCC_LENGTH:
        raise RuleBrokenError(
            Rule.USCC_LENGTH, value=value, expected=USCC_LENGTH, length=len(value)
        )
    wrong = sorted(set(value) - set(USCC_ALPHABET))
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
