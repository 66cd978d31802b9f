"""Ed25519 signatures over message bodies: detached JWS (RFC 7515, RFC 8037) and its key set.

One form only: the protected header is the RFC 8785 form of {"alg":"EdDSA","kid":…}, base64url is
unpadded and canonical, so a signature has exactly one spelling and any changed byte is found.
The kid names the signer, so a signer that changes its key has several keys of that kid for a
while; `nbf`, `exp` and `revoked` say for how long each counts, as in the historical key sets of
OpenID Federation 1.0, 8.7.
"""

import base64
import hashlib
import json
from binascii import Error as Base64Error
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Self

import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

SEED_BYTES = 32
SIGNATURE_BYTES = 64

KeySet = Mapping[str, tuple[Ed25519PublicKey, ...]]
ReadKeys = Sequence[tuple[str, Ed25519PublicKey, Mapping[str, Any]]]
"""The keys of a set with their kids, and with what was published of them."""


class SignatureFlaw(StrEnum):
    """Why a signature or key set was refused."""

    NOT_DETACHED_COMPACT = "not_detached_compact"
    NOT_CANONICAL_BASE64URL = "not_canonical_base64url"
    WRONG_HEADER = "wrong_header"
    UNKNOWN_KEY = "unknown_key"
    WRONG_SIGNATURE = "wrong_signature"
    WRONG_KEY_SET = "wrong_key_set"


class SignatureRefusedError(ValueError):
    """A signature or key set that must not be trusted; `flaw` says why, `detail` where."""

    def __init__(self, flaw: SignatureFlaw, detail: str) -> None:
        super().__init__(f"{flaw}: {detail}")
        self.flaw = flaw
        self.detail = detail


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key with the id under which its public half is published."""

    kid: str
    private: Ed25519PrivateKey

    @classmethod
    def from_seed(cls, kid: str, seed: bytes) -> Self:
        """Make the key from 32 secret bytes; chance stays with the caller."""
        if len(seed) != SEED_BYTES:
            raise ValueError(f"an Ed25519 seed has {SEED_BYTES} bytes, not {len(seed)}")
        return cls(kid, Ed25519PrivateKey.from_private_bytes(seed))

    def public_jwk(self) -> dict[str, str]:
        """Give the public half as JWK."""
        return public_jwk(self.kid, self.private.public_key())


def sign(payload: bytes, key: SigningKey) -> str:
    """Sign these bytes and give the detached JWS `<protected>..<signature>`."""
    protected = _encode(_header(key.kid))
    signature = key.private.sign(_signing_input(protected, payload))
    return f"{protected}..{_encode(signature)}"


def verify(payload: bytes, jws: str, keys: KeySet) -> str:
    """Check a detached JWS over these bytes and give the id of the key that made it.

    Raises SignatureRefusedError.
    """
    protected, signature = _parts(jws)
    kid = _kid(_decode(protected, "protected header"))
    raw_signature = _decode(signature, "signature")
    if kid not in keys:
        raise SignatureRefusedError(SignatureFlaw.UNKNOWN_KEY, kid)
    if len(raw_signature) != SIGNATURE_BYTES:
        detail = f"{len(raw_signature)} bytes instead of {SIGNATURE_BYTES}"
        raise SignatureRefusedError(SignatureFlaw.WRONG_SIGNATURE, detail)
    signed = _signing_input(protected, payload)
    if not any(_fits(key, raw_signature, signed) for key in keys[kid]):
        detail = f"the body was not signed by key {kid}"
        raise SignatureRefusedError(SignatureFlaw.WRONG_SIGNATURE, detail)
    return kid


def public_jwk(kid: str, key: Ed25519PublicKey) -> dict[str, str]:
    """Give a public key as JWK (RFC 8037)."""
    x = _encode(key.public_bytes_raw())
    return {"alg": "EdDSA", "crv": "Ed25519", "kid": kid, "kty": "OKP", "use": "sig", "x": x}


def thumbprint(jwk: Mapping[str, Any]) -> str:
    """Name a public key by what it is (RFC 7638): the kid only says whose it is."""
    members = {name: jwk[name] for name in ("crv", "kty", "x")}
    return _encode(hashlib.sha256(rfc8785.dumps(members)).digest())


def counts_at(jwk: Mapping[str, Any], at: datetime) -> bool:
    """Say whether a published key counts at this time: begun, not expired and not revoked."""
    now = at.timestamp()
    begun, ended = jwk.get("nbf"), jwk.get("exp")
    return (
        "revoked" not in jwk and (begun is None or begun <= now) and (ended is None or now < ended)
    )


def export_jwks(keys: Mapping[str, Ed25519PublicKey]) -> dict[str, list[dict[str, str]]]:
    """Give the key set for publication, sorted by key id."""
    return {"keys": [public_jwk(kid, keys[kid]) for kid in sorted(keys)]}


def import_jwks(document: object, at: datetime | None = None) -> KeySet:
    """Read a published key set; with `at` only the keys that count at that time.

    Raises SignatureRefusedError for any key it can't use.
    """
    return counting_at(read_jwks(document), at)


def read_jwks(document: object) -> ReadKeys:
    """Read every key of a published set, for whoever asks for those of many times.

    Raises SignatureRefusedError for any key it can't use.
    """
    match document:
        case {"keys": list(jwks)}:
            read = [(*_import_key(jwk), jwk) for jwk in jwks]
        case _:
            raise SignatureRefusedError(SignatureFlaw.WRONG_KEY_SET, "no list of keys")
    if len({(kid, key.public_bytes_raw()) for kid, key, _ in read}) != len(read):
        raise SignatureRefusedError(SignatureFlaw.WRONG_KEY_SET, "a key appears twice")
    return read


def counting_at(read: ReadKeys, at: datetime | None) -> KeySet:
    """Give the keys that count at a time, or at any."""
    keys: dict[str, tuple[Ed25519PublicKey, ...]] = {}
    for kid, key, jwk in read:
        if at is None or counts_at(jwk, at):
            keys[kid] = (*keys.get(kid, ()), key)
    return keys


def _fits(key: Ed25519PublicKey, signature: bytes, signed: bytes) -> bool:
    try:
        key.verify(signature, signed)
    except InvalidSignature:
        return False
    return True


def _import_key(jwk: object) -> tuple[str, Ed25519PublicKey]:
    match jwk:
        case {"d": _}:
            raise SignatureRefusedError(SignatureFlaw.WRONG_KEY_SET, "a private key is published")
        case {"kty": "OKP", "crv": "Ed25519", "kid": str(kid), "x": str(x)}:
            raw = _decode(x, f"x of key {kid}")
        case _:
            detail = "a key is not a public Ed25519 key with kid"
            raise SignatureRefusedError(SignatureFlaw.WRONG_KEY_SET, detail)
    try:
        return kid, Ed25519PublicKey.from_public_bytes(raw)
    except ValueError:
        detail = f"key {kid} is not 32 bytes long"
        raise SignatureRefusedError(SignatureFlaw.WRONG_KEY_SET, detail) from None


def _header(kid: str) -> bytes:
    return rfc8785.dumps({"alg": "EdDSA", "kid": kid})


def _kid(header: bytes) -> str:
    kid = _kid_member(header)
    try:
        canonical = _header(kid)
    except ValueError:  # a lone surrogate has no canonical form
        canonical = b""
    if header != canonical:
        detail = 'the protected header is not the canonical {"alg":"EdDSA","kid":…}'
        raise SignatureRefusedError(SignatureFlaw.WRONG_HEADER, detail)
    return kid


def _kid_member(header: bytes) -> str:
    try:
        members: object = json.loads(header)
    except (ValueError, RecursionError):
        detail = "the protected header is not JSON"
        raise SignatureRefusedError(SignatureFlaw.WRONG_HEADER, detail) from None
    match members:
        case {"kid": str(kid)}:
            return kid
        case _:
            detail = "the protected header has no kid"
            raise SignatureRefusedError(SignatureFlaw.WRONG_HEADER, detail)


def _parts(jws: str) -> tuple[str, str]:
    match jws.split("."):
        case [protected, "", signature] if protected and signature:
            return protected, signature
        case _:
            detail = "expected <protected>..<signature>"
            raise SignatureRefusedError(SignatureFlaw.NOT_DETACHED_COMPACT, detail)


def _signing_input(protected: str, payload: bytes) -> bytes:
    return f"{protected}.{_encode(payload)}".encode()


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _decode(text: str, part: str) -> bytes:
    try:
        padded = text.encode("ascii") + b"=" * (-len(text) % 4)
        raw = base64.b64decode(padded, altchars=b"-_", validate=True)
    except (UnicodeEncodeError, Base64Error):
        raise SignatureRefusedError(SignatureFlaw.NOT_CANONICAL_BASE64URL, part) from None
    if _encode(raw) != text:
        raise SignatureRefusedError(SignatureFlaw.NOT_CANONICAL_BASE64URL, part)
    return raw
