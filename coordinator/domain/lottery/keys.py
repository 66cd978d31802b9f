"""From revealed values to the stage keys of a round (3-draw.md 3.2.3 and 3.2.4)."""

import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256

from contracts.draw_files import SPEC
from contracts.draw_proof import opens_head
from coordinator.domain.errors import Rule, RuleBrokenError


@dataclass(frozen=True)
class StageKeys:
    """The keys of one round, all from one pseudo-random key of 32 bytes."""

    prk: bytes

    def key(self, label: str) -> str:
        """Return K(label): 64 ASCII characters, one SHA-256 block."""
        message = f"{SPEC}|{label}".encode() + b"\x01"
        return hmac.digest(self.prk, message, "sha256").hex()


def length_prefixed(value: bytes) -> bytes:
    """Return LP(x): the length as uint64 big-endian, then x."""
    return len(value).to_bytes(8, "big") + value


def one_time_code(values: Mapping[str, bytes]) -> bytes:
    """Return otc over the contributors' values x, sorted by code."""
    state = sha256()
    for code in sorted(values):
        state.update(length_prefixed(code.encode()))
        state.update(length_prefixed(values[code]))
    return state.digest()


def pseudo_random_key(
    otc: bytes, commit_hash: bytes, sources: Iterable[tuple[str, bytes]] = ()
) -> bytes:
    """Return PRK over the hash of the commit and the external sources in commit order."""
    message = length_prefixed(commit_hash)
    for name, value in sources:
        message += length_prefixed(name.encode()) + length_prefixed(value)
    return hmac.digest(otc, message, "sha256")


def stage_keys(
    commit_bytes: bytes, values: Mapping[str, str], sources: Iterable[tuple[str, str]]
) -> StageKeys:
    """Return the keys of an attempt; values (by contributor) and sources (in order) in hex."""
    otc = one_time_code({code: bytes.fromhex(value) for code, value in values.items()})
    raw_sources = [(name, bytes.fromhex(value)) for name, value in sources]
    return StageKeys(pseudo_random_key(otc, sha256(commit_bytes).digest(), raw_sources))


def check_reveals(heads: Mapping[str, str], attempt: int, values: Mapping[str, str]) -> None:
    """Raise RuleBrokenError unless every contributor revealed a value that opens its head."""
    for code in sorted(heads.keys() | values.keys()):
        if code not in heads or code not in values:
            raise RuleBrokenError(Rule.REVEAL_DOES_NOT_MATCH, contributor=code)
        if not opens_head(bytes.fromhex(values[code]), attempt, bytes.fromhex(heads[code])):
            raise RuleBrokenError(Rule.REVEAL_DOES_NOT_MATCH, contributor=code)
