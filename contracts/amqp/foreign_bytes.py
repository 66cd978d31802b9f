"""Reading what any sender may have written: a message's properties never break a connection.

The decoders of pamqp raise for bytes that the broker lets through: text that is not UTF-8, a time
after the year 9999, headers nested by the thousand. Its reader then ends the connection, the
broker delivers the message again, and everything prefetched with it goes to the dead letters
sooner or later, where the same happens. These take their places in the library's own table of
decoders; whoever judges the message sees what is left.
"""

import struct
from contextlib import suppress
from typing import Any

from pamqp import decode

_TIME_BYTES = 8
_LENGTH = struct.Struct(">I")
_FIXED = {
    **dict.fromkeys(b"tbB", 1),
    **dict.fromkeys(b"su", 2),
    **dict.fromkeys(b"Iif", 4),
    **dict.fromkeys(b"lLdT", _TIME_BYTES),
    ord("D"): 5,
    ord("V"): 0,
}
_UNREADABLE = (ValueError, ArithmeticError, OSError, RecursionError, IndexError, struct.error)


def short_text(value: bytes) -> tuple[int, str]:
    """Read a short string; bytes that are not UTF-8 show as escapes."""
    end = value[0] + 1
    return end, value[1:end].decode("utf-8", "backslashreplace")


def time(value: bytes) -> tuple[int, Any]:
    """Read a time; one that no calendar has is none."""
    try:
        return decode.timestamp(value)
    except _UNREADABLE:
        return _TIME_BYTES, None


def headers(value: bytes) -> tuple[int, dict[str, Any]]:
    """Read a table; a value that can't be read is none, and those beside it stay."""
    end = _LENGTH.size + _LENGTH.unpack_from(value)[0]
    found: dict[str, Any] = {}
    # A table may end in the middle of a field: what came before counts.
    with suppress(IndexError, struct.error):
        _read_fields(value[_LENGTH.size : end], found)
    return end, found


def install() -> None:
    """Let every connection of this process read with these."""
    decode.METHODS.update(shortstr=short_text, timestamp=time, table=headers)


def _read_fields(value: bytes, found: dict[str, Any]) -> None:
    at = 0
    while at < len(value):
        size, name = short_text(value[at:])
        at += size
        try:
            size, found[name] = decode.embedded_value(value[at:])
        except _UNREADABLE:
            size, found[name] = _size_of(value[at:]), None
        at += size


def _size_of(field: bytes) -> int:
    """Give how many bytes a value takes with its letter; it was looked at by the broker."""
    fixed = _FIXED.get(field[0])
    if fixed is not None:
        return 1 + fixed
    length: int = _LENGTH.unpack_from(field, 1)[0]
    return 1 + _LENGTH.size + length
