"""Unified social credit codes with right check digits (GB 32100, GB 11714), numbered by index."""

from __future__ import annotations

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_SPREAD = 548_516_231  # coprime to 31 ** 6: neighbours get codes that do not look alike
_SHIFT = 123_456_789


def credit_code(kind: str, region: str, index: int) -> str:
    """Make the code of enterprise (91) or business (92) number `index`; unique below 31^6."""
    number = (index * _SPREAD + _SHIFT) % 31**6
    digits = []
    for _ in range(6):
        number, digit = divmod(number, 31)
        digits.append(ALPHABET[digit])
    organisation = "MA" + "".join(reversed(digits))
    body = f"{kind}{region}{organisation}{_organisation_check(organisation)}"
    total = sum(ALPHABET.index(sign) * pow(3, place, 31) for place, sign in enumerate(body))
    return body + ALPHABET[-total % 31]


def _organisation_check(organisation: str) -> str:
    total = sum(
        int(sign, 36) * weight
        for sign, weight in zip(organisation, _ORGANISATION_WEIGHTS, strict=True)
    )
    return "0123456789X0"[11 - total % 11]
