"""The office's Ed25519 key in a file only its user can read, and checks of others' signatures."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from contracts.signing import (
    KeySet,
    SignatureRefusedError,
    SigningKey,
    export_jwks,
    import_jwks,
    sign,
    verify,
)
from contracts.vocabulary import OFFICE
from coordinator.adapters.seed_sources import SystemChance


class OfficeSigner:
    """Signs as the office; the key file is made on first use and never leaves its folder."""

    def __init__(self, key_file: Path) -> None:
        self._key = SigningKey.from_seed(OFFICE, _seed(key_file))

    def sign(self, payload: bytes) -> str:
        """Give the office's detached JWS over these bytes."""
        return sign(payload, self._key)

    def verify(self, payload: bytes, signature: str, public_key: str) -> bool:
        """Say whether a signature fits the bytes and the JWK (JSON text)."""
        try:
            verify(payload, signature, _keys(public_key))
        except SignatureRefusedError:
            return False
        return True

    def published_keys(self) -> Mapping[str, Any]:
        """Give the office's key set as JWKS."""
        return export_jwks({OFFICE: self._key.private.public_key()})


def _keys(public_key: str) -> KeySet:
    return import_jwks({"keys": [json.loads(public_key)]})


def _seed(key_file: Path) -> bytes:
    if not key_file.exists():
        key_file.parent.mkdir(parents=True, exist_ok=True)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
        with os.fdopen(os.open(key_file, flags, 0o600), "w") as stream:
            stream.write(SystemChance().secret().hex())
    return bytes.fromhex(key_file.read_text())
