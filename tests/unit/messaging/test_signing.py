"""Detached JWS: one spelling per signature, every changed byte found, other libraries agree."""

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jws
from joserfc.jwk import OKPKey

from contracts.signing import (
    SignatureFlaw,
    SignatureRefusedError,
    SigningKey,
    export_jwks,
    import_jwks,
    sign,
    verify,
)

KEY = SigningKey.from_seed("market-2026", bytes(range(32)))
OTHER = SigningKey.from_seed("fire-2026", bytes(range(1, 33)))
PUBLIC = {key.kid: key.private.public_key() for key in (KEY, OTHER)}
KEYS = {kid: (key,) for kid, key in PUBLIC.items()}
BODY = b'{"visit":"visit-1"}'


def flaw_of(signature: str, body: bytes = BODY) -> SignatureFlaw:
    with pytest.raises(SignatureRefusedError) as refused:
        verify(body, signature, KEYS)
    return refused.value.flaw


def b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def signed_with_header(header: bytes) -> str:
    protected = b64(header)
    return f"{protected}..{b64(KEY.private.sign(f'{protected}.{b64(BODY)}'.encode()))}"


def test_a_signature_names_its_key() -> None:
    assert verify(BODY, sign(BODY, KEY), KEYS) == "market-2026"


def test_the_protected_header_is_canonical() -> None:
    protected = sign(BODY, KEY).split(".")[0]

    assert base64.urlsafe_b64decode(protected + "==") == b'{"alg":"EdDSA","kid":"market-2026"}'


# Our header says EdDSA (RFC 8037), which joserfc now calls deprecated in favour of Ed25519.
@pytest.mark.filterwarnings("ignore:EdDSA is deprecated:joserfc.errors.SecurityWarning")
def test_another_library_accepts_our_signature() -> None:
    jwk = OKPKey.import_key({**KEY.public_jwk()})

    found = jws.deserialize_compact(
        sign(BODY, KEY).replace("..", f".{b64(BODY)}."), jwk, algorithms=["EdDSA"]
    )

    assert found.payload == BODY


@given(position=st.integers(0, len(BODY) - 1), bit=st.integers(0, 7))
def test_any_changed_bit_of_the_body_is_found(position: int, bit: int) -> None:
    body = bytearray(BODY)
    body[position] ^= 1 << bit

    assert flaw_of(sign(BODY, KEY), bytes(body)) is SignatureFlaw.WRONG_SIGNATURE


@given(data=st.data())
def test_any_changed_character_of_the_signature_is_refused(data: st.DataObject) -> None:
    signature = sign(BODY, KEY)
    position = data.draw(st.integers(0, len(signature) - 1))
    character = data.draw(st.characters().filter(lambda new: new != signature[position]))

    assert flaw_of(signature[:position] + character + signature[position + 1 :])


def test_the_key_of_another_department_does_not_pass() -> None:
    forged = sign(BODY, SigningKey("market-2026", OTHER.private))

    assert flaw_of(forged) is SignatureFlaw.WRONG_SIGNATURE


def test_an_unknown_key_is_named_as_such() -> None:
    stranger = SigningKey.from_seed("stranger", bytes(32))

    assert flaw_of(sign(BODY, stranger)) is SignatureFlaw.UNKNOWN_KEY


@pytest.mark.parametrize("text", ["", "a.b", "a.b.c", "a..b.c", "..", "a..", "..b"])
def test_anything_but_detached_compact_form_is_refused(text: str) -> None:
    assert flaw_of(text) is SignatureFlaw.NOT_DETACHED_COMPACT


@pytest.mark.parametrize("ending", ["=", "==", "\n", "é", "+", "/"])
def test_other_spellings_of_base64url_are_refused(ending: str) -> None:
    assert flaw_of(sign(BODY, KEY) + ending) is SignatureFlaw.NOT_CANONICAL_BASE64URL


@pytest.mark.parametrize(
    "header",
    [
        b'{"kid":"market-2026","alg":"EdDSA"}',
        b'{"alg": "EdDSA", "kid": "market-2026"}',
        b'{"alg":"none","kid":"market-2026"}',
        b'{"alg":"EdDSA","b64":false,"kid":"market-2026"}',
        b'{"alg":"EdDSA"}',
        b'{"alg":"EdDSA","kid":7}',
        b"[]",
        b"EdDSA",
    ],
)
def test_any_other_header_is_refused_although_rightly_signed(header: bytes) -> None:
    assert flaw_of(signed_with_header(header)) is SignatureFlaw.WRONG_HEADER


def test_a_key_set_is_published_and_read_back() -> None:
    published = json.loads(json.dumps(export_jwks(PUBLIC)))

    assert verify(BODY, sign(BODY, OTHER), import_jwks(published)) == "fire-2026"
    assert [jwk["kid"] for jwk in published["keys"]] == ["fire-2026", "market-2026"]
    assert not any("d" in jwk for jwk in published["keys"])


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"keys": [{}]},
        {"keys": [KEY.public_jwk() | {"d": "secret"}]},
        {"keys": [KEY.public_jwk() | {"x": b64(b"short")}]},
        {"keys": [KEY.public_jwk(), KEY.public_jwk()]},
        {"keys": [KEY.public_jwk() | {"crv": "X25519"}]},
    ],
)
def test_an_unusable_key_set_is_refused(document: object) -> None:
    with pytest.raises(SignatureRefusedError) as refused:
        import_jwks(document)

    assert refused.value.flaw is SignatureFlaw.WRONG_KEY_SET


def test_a_seed_of_the_wrong_length_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes, not 5"):
        SigningKey.from_seed("short", b"short")
