"""What a department or a forger may write: each made from a good letter, with its end."""

import hashlib
import json
import struct
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from contracts.amqp.ports import SCHEMA_HEADER, SIGNATURE_HEADER, Delivery
from contracts.draws import SilenceExplained
from contracts.registers import RegisterChunkSubmitted
from contracts.signing import SigningKey, sign
from contracts.vocabulary import Wire
from tests.contract.history import CHECKOUT
from tests.integration.messaging.letters import Letter
from tests.play import Play, key_of

MARKET = "market"
MOST_BYTES = 2_000_000
TIME = datetime(2026, 1, 1, tzinfo=UTC)
TIME_BYTES = struct.pack(">Q", int(TIME.timestamp()))
NESTED: dict[str, object] = {}
for _ in range(400):  # as deep as the sender's own library writes; a reader may give up
    NESTED = {"a": NESTED}
OLD_KEY = SigningKey.from_seed(MARKET, bytes(range(32)))
STOLEN_KEY = SigningKey.from_seed(MARKET, bytes(range(1, 33)))


def upload_of(name: str) -> str:
    return name.replace(" ", "-")


def a_chunk(upload: str) -> RegisterChunkSubmitted:
    """Give the first of two chunks: it is kept, and nothing follows from it yet."""
    sample = json.loads(
        (CHECKOUT / "contracts/samples/RegisterChunkSubmitted.v1.0.json").read_bytes()
    )["data"]
    return RegisterChunkSubmitted.model_validate_json(
        json.dumps({**sample, "upload_id": upload_of(upload), "number_of_chunks": 2})
    )


def a_statement() -> SilenceExplained:
    return SilenceExplained(
        round_id="R1", attempt=1, at="2026-01-01T00:00:00Z", statement="停电", signature="x"
    )


@dataclass(frozen=True)
class Hostile:
    """A hostile letter made from a good one, and what stands beside it once it is parked."""

    name: str
    reason: str
    message: str = "chunk"
    changes: Mapping[str, Any] | None = None
    headers: Mapping[str, Any] | None = None
    body: Mapping[str, Any] | None = None
    key: SigningKey | None = None
    kept_id: str | None = None

    def letter(self, play: Play) -> Letter:
        message: Wire = a_chunk(self.name) if self.message == "chunk" else a_statement()
        good = letter_of(play, self.name, message)
        body = good.body
        if self.body is not None:
            body = json.dumps({**json.loads(body), **self.body}).encode()
        headers = {**good.headers, **(self.headers or {})}
        if self.key is not None:
            headers[SIGNATURE_HEADER] = sign(body, self.key)
        headers = {name: value for name, value in headers.items() if value is not None}
        return replace(good, **{"body": body, "headers": headers, **(self.changes or {})})


def letter_of(play: Play, message_id: str, message: Wire) -> Letter:
    """Write a message of the market department as it would be sent."""
    sent: Delivery = play.letter(MARKET, message)
    body = json.dumps({**json.loads(sent.body), "id": message_id}).encode()
    headers = dict(sent.headers)
    if SIGNATURE_HEADER in headers:
        headers[SIGNATURE_HEADER] = sign(body, key_of(MARKET))
    return Letter(message_id, sent.type, sent.routing_key, body, headers, user_id=f"dept-{MARKET}")


def changed(**changes: Any) -> Mapping[str, Any]:
    return changes


DEEP = b'{"data":' + b"[" * 100_000
KEY_MARKER = "dept.market.RegisterChunkSubmitted.v1.MARKER"
HOSTILE = (
    Hostile("no user", "user_id", changes=changed(user_id=None)),
    Hostile(
        "claims another", "source is '/departments/fire'", body={"source": "/departments/fire"}
    ),
    Hostile("other type", "routing key", changes=changed(type="TaskAccepted.v1")),
    Hostile("unknown type", "unknown message type", changes=changed(type="Rumour.v1")),
    Hostile("unknown major", "unknown message type", changes=changed(type="TaskAccepted.v9")),
    Hostile("schema of another", "reader knows", headers={SCHEMA_HEADER: "TaskAccepted;1.0"}),
    Hostile("next major", "reader knows", headers={SCHEMA_HEADER: "RegisterChunkSubmitted;2.0"}),
    Hostile("no schema", "x-schema", headers={SCHEMA_HEADER: None}),
    Hostile("endless version", "x-schema", headers={SCHEMA_HEADER: f"A;1.{'9' * 5000}"}),
    Hostile("unknown field", "extra: extra_forbidden", body={"extra": 1}),
    Hostile("a thousand flaws", " more", body={f"f{n}": n for n in range(1000)}),
    Hostile("endless sequence", "sequence: value_error", body={"sequence": "9" * 5000}),
    Hostile("nul in a name", "extra_forbidden", body={"a\0b": 1}),
    Hostile("id of another", "message_id and envelope id differ", body={"id": "other"}),
    Hostile("unsigned", "x-jws is missing", "statement", headers={SIGNATURE_HEADER: None}),
    Hostile("no jws", "does-not-fit", "statement", headers={SIGNATURE_HEADER: "a..b"}),
    Hostile("jws of brackets", "does-not-fit", "statement", headers={SIGNATURE_HEADER: "W" * 9999}),
    Hostile("forged", "does-not-fit", "statement", key=key_of("fire")),
    Hostile("expired key", "key-expired since 20", "statement", key=OLD_KEY),
    Hostile("revoked key", "key-revoked since 20", "statement", key=STOLEN_KEY),
    Hostile("not json", "json_invalid, expected", changes=changed(body=b"hello")),
    Hostile("empty", "json_invalid, EOF", changes=changed(body=b"")),
    Hostile("deep", "recursion limit exceeded", changes=changed(body=DEEP)),
    Hostile(
        "deep and newer",
        "recursion limit exceeded",
        headers={SCHEMA_HEADER: "RegisterChunkSubmitted;1.7"},
        changes=changed(body=DEEP),
    ),
    Hostile("large", "body of 10000000 bytes", changes=changed(body=b"x" * 10_000_000)),
    Hostile("plain", "content type is 'text/plain'", changes=changed(content_type="text/plain")),
    Hostile("no content type", "content type is ''", changes=changed(content_type=None)),
    Hostile(
        "no id",
        "without message_id",
        changes=changed(message_id=None, body=b"nobody"),
        kept_id=f"sha256:{hashlib.sha256(b'nobody').hexdigest()}",
    ),
    Hostile(
        "id in no script",
        "message_id and envelope id differ",
        changes=changed(message_id="MARKER", swapped={b"MARKER": b"\xff\xfe\xfd\xfc\xfb\x00"}),
        kept_id="\\xff\\xfe\\xfd\\xfc\\xfb␀",
    ),
    Hostile(
        "key in no script",
        "routing key",
        changes=changed(routing_key=KEY_MARKER, swapped={b"MARKER": b"\xff\xfe\xfd\xfc\xfb\xfa"}),
    ),
)
# Nobody here goes by what a sender says the time is, or by headers of no known name.
STRANGE = (
    changed(properties={"timestamp": TIME}, swapped={TIME_BYTES: b"\xff" * 8}),
    changed(swapped={b"x-seq": b"\xff\xfe\xfd\xfc\xfb"}),
    changed(headers={"at": TIME}, swapped={TIME_BYTES: b"\xff" * 8}),
    changed(headers={"deep": NESTED}),
    changed(headers={SCHEMA_HEADER: "RegisterChunkSubmitted;1.7"}, more={"added_later": 1}),
)
NUMBER_OF_GOOD = len(HOSTILE) + len(STRANGE) + 1
