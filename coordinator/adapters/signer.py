"""The office's signature by the key that signs now, and checks of others' signatures."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from contracts.signing import (
    KeySet,
    SignatureRefusedError,
    SigningKey,
    import_jwks,
    sign,
    verify,
)
from contracts.vocabulary import OFFICE
from coordinator.adapters.key_ring import KeyRing, OfficeKey
from coordinator.adapters.seed_sources import SystemChance
from coordinator.domain.errors import Rule, RuleBrokenError


class OfficeSigner:
    """Signs as the office; the key file is made on first use and never leaves its folder."""

    def __init__(self, key_file: Path, now: Callable[[], datetime]) -> None:
        self._ring = KeyRing(key_file, SystemChance().secret())
        self._now = now

    def sign(self, payload: bytes) -> str:
        """Give the office's detached JWS over these bytes."""
        seed = self._ring.signing_at(self._now()).seed or ""
        return sign(payload, SigningKey.from_seed(OFFICE, bytes.fromhex(seed)))

    def verify(self, payload: bytes, signature: str, public_key: str) -> bool:
        """Say whether a signature fits the bytes and the JWK (JSON text)."""
        try:
            verify(payload, signature, _keys(public_key))
        except SignatureRefusedError:
            return False
        return True

    def published_keys(self) -> Mapping[str, Any]:
        """Give the office's key set as JWKS: the key that signs, the next, and former ones."""
        return {"keys": [key.jwk for key in self._ring.all()]}

    def signing_key(self) -> str:
        """Name the key that signs now by its thumbprint."""
        return self._ring.signing_at(self._now()).key_id

    def rotate(self, signs_from: datetime, old_until: datetime) -> str:
        """Publish a new key that signs from a time on; gives its thumbprint."""
        fresh = OfficeKey.of_seed(SystemChance().secret(), int(signs_from.timestamp()))
        self._ring.add(fresh, old_until)
        return fresh.key_id

    def revoke(self, key_id: str) -> None:
        """Let a key of the office count for nothing from now on; NOT_FOUND when there is none."""
        try:
            self._ring.revoke(key_id, self._now())
        except KeyError:
            raise RuleBrokenError(Rule.NOT_FOUND, kind="office-key", key=key_id) from None


def _keys(public_key: str) -> KeySet:
    return import_jwks({"keys": [json.loads(public_key)]})
