"""The agent's own signing key and the published keys of the office and of all contributors."""

import base64
import json
import os
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from contracts.signing import (
    KeySet,
    ReadKeys,
    SignatureRefusedError,
    SigningKey,
    counting_at,
    read_jwks,
)
from department_agents.chance import fresh_secret
from department_agents.clock import Clock


class KeyFileError(ValueError):
    """A key file can't be used; says which file and what was expected."""


def make_key(kid: str, file: Path) -> SigningKey:
    """Write a new private key as JWK, readable by its owner only; never overwrites a file."""
    key = SigningKey.from_seed(kid, fresh_secret())
    seed = key.private.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
    secret = base64.urlsafe_b64encode(seed).rstrip(b"=").decode()
    file.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as stream:
        json.dump({**key.public_jwk(), "d": secret}, stream)
    return key


def load_key(kid: str, file: Path) -> SigningKey:
    """Read a private JWK whose kid is `kid`; raises KeyFileError."""
    try:
        jwk = json.loads(file.read_text())
        seed = base64.urlsafe_b64decode(jwk["d"] + "=" * (-len(jwk["d"]) % 4))
        key = SigningKey.from_seed(kid, seed)
    except (OSError, ValueError, KeyError, TypeError):
        raise KeyFileError(f"{file.name}: expected a private Ed25519 JWK") from None
    if jwk.get("kid") != kid:
        raise KeyFileError(f"{file.name}: expected kid {kid}, found {jwk.get('kid')}")
    return key


class PublishedKeys:
    """The published JWKS file (kid `office` and every department), read again when it changes."""

    def __init__(self, file: Path, clock: Clock) -> None:
        self._file = file
        self._clock = clock
        self._mark: tuple[int, int] | None = None
        self._keys: ReadKeys = ()

    def current(self) -> KeySet:
        """Give the keys that count now, as published; raises KeyFileError."""
        return self._read(self._clock.now())

    def at(self, moment: datetime) -> KeySet:
        """Give the keys that counted at a time and were never revoked; raises KeyFileError."""
        return self._read(moment)

    def ever(self) -> KeySet:
        """Give the keys that counted at any time, for what was signed and received before."""
        return self._read(None)

    def _read(self, at: datetime | None) -> KeySet:
        try:
            stat = self._file.stat()
            if (stat.st_mtime_ns, stat.st_ino) != self._mark:
                self._keys = read_jwks(json.loads(self._file.read_text()))
                self._mark = (stat.st_mtime_ns, stat.st_ino)
            return counting_at(self._keys, at)
        except (OSError, ValueError) as error:
            detail = error.detail if isinstance(error, SignatureRefusedError) else str(error)
            raise KeyFileError(f"{self._file.name}: {detail}") from None
