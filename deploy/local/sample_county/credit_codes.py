"""Credit codes and registration numbers with right check digits, numbered by index.

GB 32100 and GB 11714 for credit codes, ISO 7064 MOD 11,10 for numbers of 15 digits.
"""

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


def registration_number(region: str, index: int) -> str:
    """Make the registration number of business number `index`; unique below 10^7."""
    body = f"{region}6{index:07d}"
    rest = 10
    for digit in body:
        rest = ((rest + int(digit)) % 10 or 10) * 2 % 11
    return f"{body}{(11 - rest) % 10}"


def _organisation_check(organisation: str) -> str:
    total = sum(
        int(sign, 36) * weight
        for sign, weight in zip(organisation, _ORGANISATION_WEIGHTS, strict=True)
    )
    return "0123456789X0"[11 - total % 11]
