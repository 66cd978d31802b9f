"""Hashes, commitments and openings of a draw record: what a contributor or enterprise recomputes.

Source: 3-draw.md 3.1 (salted RFC 6962 tree) and 3.2 (hash chains).
"""

import hmac
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from typing import Final

import rfc8785

CHAIN_LENGTH: Final = 16
KEY_BYTES: Final = 32


def canonical_json(value: object) -> bytes:
    """Return the RFC 8785 bytes of a value of strings, integers, null, lists and objects."""
    _refuse_other_types(value)
    return rfc8785.dumps(value)  # type: ignore[arg-type]  # the line above narrowed it


def hash_of(content: bytes) -> str:
    """Return hex H(content)."""
    return sha256(content).hexdigest()


def chain_value(secret: bytes, steps: int) -> bytes:
    """Return H^steps(secret)."""
    value = secret
    for _ in range(steps):
        value = sha256(value).digest()
    return value


def chain_head(secret: bytes) -> bytes:
    """Return the head H^16(s) that a contributor publishes for a round."""
    return chain_value(secret, CHAIN_LENGTH)


def preimage(secret: bytes, attempt: int) -> bytes:
    """Return x = H^(16-a)(s), the value to reveal in attempt a = 1…16."""
    if not 1 <= attempt <= CHAIN_LENGTH:
        raise ValueError("a chain serves the attempts 1 to 16; then new heads are due")
    return chain_value(secret, CHAIN_LENGTH - attempt)


def chain_step(attempt: int) -> int:
    """Return which preimage of its chain an attempt takes, 1…16: 16 attempts on, new heads."""
    if attempt < 1:
        raise ValueError("attempts count from 1")
    return (attempt - 1) % CHAIN_LENGTH + 1


def opens_head(value: bytes, attempt: int, head: bytes) -> bool:
    """Tell whether H^a(x) is the head published for the attempt; a counts in its chain."""
    return chain_value(value, chain_step(attempt)) == head


def salt(key: bytes, line: bytes) -> bytes:
    """Return the salt of one record line (without LF) under its file's key S."""
    return hmac.digest(key, line, "sha256")


def leaf(salt_of_line: bytes, line: bytes) -> bytes:
    """Return the leaf H(0x00 ‖ salt ‖ line)."""
    return sha256(b"\x00" + salt_of_line + line).digest()


def leaves(lines: Iterable[bytes], key: bytes) -> Iterator[bytes]:
    """Yield the leaves of a file's record lines under its key S (32 bytes)."""
    if len(key) != KEY_BYTES:
        raise ValueError(f"the key of a file has {KEY_BYTES} bytes, not {len(key)}")
    # leaf(salt(key, line), line) with the two keyed states of HMAC begun once (RFC 2104).
    block = key.ljust(sha256().block_size, b"\x00")
    begin_inner = sha256(bytes(byte ^ 0x36 for byte in block)).copy
    begin_outer = sha256(bytes(byte ^ 0x5C for byte in block)).copy
    for line in lines:
        inner, outer = begin_inner(), begin_outer()
        inner.update(line)
        outer.update(inner.digest())
        yield sha256(b"\x00" + outer.digest() + line).digest()


def node(left: bytes, right: bytes) -> bytes:
    """Return the inner node H(0x01 ‖ left ‖ right)."""
    return sha256(b"\x01" + left + right).digest()


def merkle_root(hashes: Iterable[bytes]) -> bytes:
    """Return the RFC 6962 root of the leaf hashes, holding only one hash per level.

    The roots of blocks of 2^k leaves each, of which only the last may be shorter, serve as well.
    """
    peaks: list[tuple[int, bytes]] = []
    for fresh in hashes:
        size, digest = 1, fresh
        while peaks and peaks[-1][0] == size:
            digest = node(peaks.pop()[1], digest)
            size *= 2
        peaks.append((size, digest))
    if not peaks:
        return sha256(b"").digest()
    root = peaks.pop()[1]
    while peaks:
        root = node(peaks.pop()[1], root)
    return root


def merkle_path(hashes: Sequence[bytes], index: int) -> list[bytes]:
    """Return the RFC 6962 audit path of leaf `index`, nearest sibling first."""
    if not 0 <= index < len(hashes):
        raise IndexError("no such leaf")
    if len(hashes) == 1:
        return []
    split = _split(len(hashes))
    if index < split:
        return [*merkle_path(hashes[:split], index), merkle_root(hashes[split:])]
    return [*merkle_path(hashes[split:], index - split), merkle_root(hashes[:split])]


def root_of_path(own: bytes, index: int, count: int, path: Sequence[bytes]) -> bytes:
    """Return the root that an audit path proves; raise ValueError on a path of wrong length."""
    if count == 1:
        if path:
            raise ValueError("the path is longer than the tree is high")
        return own
    if not path or not 0 <= index < count:
        raise ValueError("the path is shorter than the tree is high, or the leaf is outside it")
    split = _split(count)
    if index < split:
        return node(root_of_path(own, index, split, path[:-1]), path[-1])
    return node(path[-1], root_of_path(own, index - split, count - split, path[:-1]))


def _split(count: int) -> int:
    """Return the largest power of two below count (count ≥ 2)."""
    return 1 << (count - 1).bit_length() - 1


def _refuse_other_types(value: object) -> None:
    """Raise TypeError for floats and truth values, which the record knows as text or 0|1."""
    if isinstance(value, dict):
        for inner in value.values():
            _refuse_other_types(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            _refuse_other_types(inner)
    elif isinstance(value, bool) or not isinstance(value, str | int | None):
        raise TypeError(f"a draw record has no {type(value).__name__} values")
