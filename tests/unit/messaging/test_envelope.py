"""The envelope: what is written is read back, what is not understood is refused precisely."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict

from contracts.envelope import (
    Envelope,
    EnvelopeInvalidError,
    SchemaVersion,
    UnknownMajorError,
    decode,
    encode,
)


class Room(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    floor: int
    note: str | None = None


class Visit(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    visit_id: str
    room: Room


KNOWN = SchemaVersion("VisitPlanned", 1, 2)
ENVELOPE = Envelope[Visit](
    id="0197f3a0-0000-7000-8000-000000000001",
    source="coordinator",
    type="VisitPlanned.v1",
    subject="visit-1",
    time=datetime(2026, 11, 21, 8, 0, tzinfo=UTC),
    dataschema="schemas/VisitPlanned.v1.json",
    sequence=12,
    correlationid="visit-1",
    data=Visit(visit_id="visit-1", room=Room(floor=3)),
)


def changed(**changes: Any) -> bytes:
    return json.dumps(json.loads(encode(ENVELOPE)) | changes).encode()


def test_an_envelope_survives_the_journey() -> None:
    assert decode(encode(ENVELOPE), Visit, KNOWN, KNOWN) == ENVELOPE


def test_the_body_is_a_structured_cloud_event() -> None:
    written = json.loads(encode(ENVELOPE))

    assert written["specversion"] == "1.0"
    assert written["sequence"] == "12"
    assert written["time"] == "2026-11-21T08:00:00Z"
    assert "traceparent" not in written
    assert written["data"] == {"visit_id": "visit-1", "room": {"floor": 3, "note": None}}


def test_a_field_nobody_knows_is_refused_from_a_sender_of_our_minor() -> None:
    body = changed(data={"visit_id": "visit-1", "room": {"floor": 3}, "new": 1})

    with pytest.raises(EnvelopeInvalidError, match=r"data\.new: extra_forbidden"):
        decode(body, Visit, KNOWN, KNOWN)


def test_new_fields_of_a_newer_minor_are_ignored_at_every_depth() -> None:
    body = changed(data={"visit_id": "visit-1", "room": {"floor": 3, "new": 1}, "new": 1}, new=1)

    assert decode(body, Visit, SchemaVersion("VisitPlanned", 1, 3), KNOWN) == ENVELOPE


def test_a_newer_minor_is_still_checked_for_what_we_know() -> None:
    body = changed(data={"visit_id": "visit-1", "room": {}})

    with pytest.raises(EnvelopeInvalidError, match=r"data\.room\.floor: missing"):
        decode(body, Visit, SchemaVersion("VisitPlanned", 1, 3), KNOWN)


@pytest.mark.parametrize("sender", [("VisitPlanned", 2, 0), ("VisitDropped", 1, 2)])
def test_another_major_or_message_is_unknown(sender: tuple[str, int, int]) -> None:
    with pytest.raises(UnknownMajorError, match=r"reader knows VisitPlanned;1\.2"):
        decode(encode(ENVELOPE), Visit, SchemaVersion(*sender), KNOWN)


@pytest.mark.parametrize(
    ("changes", "flaw"),
    [
        ({"sequence": "0"}, "sequence"),
        ({"sequence": "007"}, "sequence"),
        ({"sequence": True}, "sequence"),
        ({"time": "2026-11-21T08:00:00"}, "time: timezone_aware"),
        ({"specversion": "0.3"}, "specversion: literal_error"),
        ({"id": ""}, "id: string_too_short"),
        ({"traceparent": "00-abc"}, "traceparent: string_pattern_mismatch"),
        ({"type": "VisitPlanned.v2"}, "type is VisitPlanned.v2"),
    ],
)
def test_a_wrong_attribute_is_named(changes: dict[str, Any], flaw: str) -> None:
    with pytest.raises(EnvelopeInvalidError, match=flaw):
        decode(changed(**changes), Visit, KNOWN, KNOWN)


def test_a_refusal_never_shows_values() -> None:
    body = changed(data={"visit_id": "sealed value", "room": {"floor": "sealed value"}})

    with pytest.raises(EnvelopeInvalidError) as refused:
        decode(body, Visit, KNOWN, KNOWN)

    assert "sealed value" not in str(refused.value)
    assert refused.value.__suppress_context__


def test_a_nul_character_is_refused_by_its_place() -> None:
    room = {"floor": 3, "note": "sealed\0value"}

    with pytest.raises(EnvelopeInvalidError) as refused:
        decode(changed(data={"visit_id": "visit\0", "room": room}), Visit, KNOWN, KNOWN)

    assert str(refused.value) == "data.visit_id: nul_character; data.room.note: nul_character"


def test_text_that_only_looks_like_an_escaped_nul_is_kept() -> None:
    data = {"visit_id": r"visit\u0000", "room": {"floor": 3}}

    read = decode(changed(data=data), Visit, KNOWN, KNOWN)

    assert read.data.visit_id == r"visit\u0000"


def test_bytes_that_are_no_json_are_refused() -> None:
    with pytest.raises(EnvelopeInvalidError, match="body: json_invalid"):
        decode(b"\xff{", Visit, KNOWN, KNOWN)


def test_a_schema_header_is_read_and_written() -> None:
    assert str(SchemaVersion.parse("VisitPlanned;1.2")) == "VisitPlanned;1.2"
    assert SchemaVersion.parse("VisitPlanned;1.2").type == "VisitPlanned.v1"


@pytest.mark.parametrize("text", ["", "Planned", "Planned;1", "Planned;0.1", "Planned;1.x"])
def test_a_malformed_schema_header_is_refused(text: str) -> None:
    with pytest.raises(EnvelopeInvalidError, match="x-schema"):
        SchemaVersion.parse(text)
