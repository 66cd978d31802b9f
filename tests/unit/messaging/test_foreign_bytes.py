"""Properties that no reader can make sense of are read all the same, and hide nothing else."""

import struct
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pamqp import encode
from pamqp.commands import Basic
from pamqp.header import ContentHeader

from contracts.amqp.foreign_bytes import headers, install, short_text, time

TIME = datetime(2026, 1, 1, tzinfo=UTC)
NO_TIME = b"\xff" * 8


def table(*fields: bytes) -> bytes:
    inside = b"".join(fields)
    return struct.pack(">I", len(inside)) + inside


def field(name: bytes, kind: bytes, value: bytes) -> bytes:
    return bytes([len(name)]) + name + kind + value


def nested(depth: int) -> bytes:
    inside = b""
    for _ in range(depth):
        inside = field(b"a", b"F", struct.pack(">I", len(inside)) + inside)
    return inside


TEXT = field(b"x-seq", b"S", struct.pack(">I", 2) + b"12")


@pytest.mark.parametrize(
    ("strange", "name"),
    [
        (field(b"at", b"T", NO_TIME), "at"),
        (nested(5000), "a"),
        (field(b"list", b"A", table(b"T" + NO_TIME)), "list"),
        (field(b"\xff\xfe", b"t", b"\x01"), "\\xff\\xfe"),
        (field(b"sum", b"D", b"\xff\x00\x00\x00\x01"), "sum"),
        (field(b"nothing", b"V", b""), "nothing"),
    ],
    ids=["no time", "nested by the thousand", "list of no time", "no script", "decimal", "void"],
)
def test_what_stands_beside_a_strange_header_is_read(strange: bytes, name: str) -> None:
    whole = table(strange, TEXT)

    size, found = headers(whole + b"what follows")

    assert size == len(whole)
    assert found["x-seq"] == "12"
    assert name in found


@given(inside=st.binary(max_size=300))
def test_any_bytes_are_a_table_of_just_their_length(inside: bytes) -> None:
    size, found = headers(struct.pack(">I", len(inside)) + inside + TEXT)

    assert size == len(inside) + 4
    assert all(isinstance(name, str) for name in found)


@given(value=st.binary(max_size=255))
def test_any_short_string_is_text_that_any_store_takes(value: bytes) -> None:
    size, text = short_text(bytes([len(value)]) + value + b"what follows")

    assert size == len(value) + 1
    assert text.encode().decode() == text


def test_a_text_of_a_known_script_stays_as_it_is() -> None:
    assert short_text(encode.short_string("市监 ✓")) == (11, "市监 ✓")


@pytest.mark.parametrize("value", [NO_TIME, b"\x00\x00\xff" + b"\xff" * 5])
def test_a_time_of_no_calendar_is_none(value: bytes) -> None:
    assert time(value) == (8, None)


def test_a_good_time_is_read() -> None:
    assert time(encode.timestamp(TIME)) == (8, TIME)


def test_the_library_reads_a_whole_header_frame_with_them() -> None:
    install()
    properties = Basic.Properties(message_id="MARKER", timestamp=TIME, headers={"x-seq": "1"})
    frame = ContentHeader(properties=properties, body_size=0).marshal()
    frame = frame.replace(b"MARKER", b"\xff\xfe\xfd\xfc\xfb\xfa").replace(
        encode.timestamp(TIME), NO_TIME
    )

    read: Any = ContentHeader()
    read.unmarshal(frame)

    assert read.properties.message_id == "\\xff\\xfe\\xfd\\xfc\\xfb\\xfa"
    assert read.properties.timestamp is None
    assert read.properties.headers == {"x-seq": "1"}
