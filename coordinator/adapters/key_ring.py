"""The office's signing keys in a file only its user can read: one signs, former ones verify.

The file holds a list of keys; the one seed in hexadecimal digits that older installations have is
read too. Every process reads it again when it changes, so a new key needs no restart.
"""

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from fcntl import LOCK_EX, flock
from pathlib import Path
from typing import Any

from contracts.signing import SigningKey, counts_at, thumbprint
from contracts.vocabulary import OFFICE


@dataclass(frozen=True)
class OfficeKey:
    """A key pair; `seed` is its secret in hex, None once it will never sign again.

    Times are Unix seconds: it signs from `nbf`, verifies until `exp`, never once `revoked`.
    """

    x: str
    seed: str | None = None
    nbf: int | None = None
    exp: int | None = None
    revoked: int | None = None

    @classmethod
    def of_seed(cls, seed: bytes, nbf: int | None = None) -> "OfficeKey":
        """Make a key of 32 secret bytes."""
        x = SigningKey.from_seed(OFFICE, seed).public_jwk()["x"]
        return cls(x=x, seed=seed.hex(), nbf=nbf)

    @property
    def jwk(self) -> dict[str, Any]:
        """The public half as it is published."""
        jwk: dict[str, Any] = {
            "alg": "EdDSA",
            "crv": "Ed25519",
            "kid": OFFICE,
            "kty": "OKP",
            "use": "sig",
            "x": self.x,
        }
        times = {name: at for name in ("nbf", "exp") if (at := getattr(self, name)) is not None}
        ended = {} if self.revoked is None else {"revoked": {"revoked_at": self.revoked}}
        return {**jwk, **times, **ended}

    @property
    def key_id(self) -> str:
        """What the key is named by: its thumbprint."""
        return thumbprint(self.jwk)

    def signs_at(self, at: datetime) -> bool:
        """Say whether it may sign at this time."""
        return self.seed is not None and counts_at(self.jwk, at)


class KeyRing:
    """The keys of one file; `fresh` gives the secret of the first key, made on first use."""

    def __init__(self, file: Path, fresh: bytes) -> None:
        self._file = file
        self._mark: tuple[int, int] | None = None
        self._keys: tuple[OfficeKey, ...] = ()
        if not file.exists():
            file.parent.mkdir(parents=True, exist_ok=True)
            with self._changing():
                if not file.exists():
                    self._write([OfficeKey.of_seed(fresh)])

    def all(self) -> tuple[OfficeKey, ...]:
        """Give all keys, the oldest first."""
        stat = self._file.stat()
        if (stat.st_mtime_ns, stat.st_ino) != self._mark:
            self._keys = _read(self._file.read_text())
            self._mark = (stat.st_mtime_ns, stat.st_ino)
        return self._keys

    def signing_at(self, at: datetime) -> OfficeKey:
        """Give the key that signs at this time: the latest that has begun; LookupError if none."""
        able = [key for key in self.all() if key.signs_at(at)]
        if not able:
            raise LookupError("every key of the office was revoked: make a new one")
        return max(able, key=lambda key: key.nbf or 0)

    def add(self, fresh: OfficeKey, old_until: datetime) -> None:
        """Add a key; those before it verify until `old_until`, unless they end earlier."""
        until = int(old_until.timestamp())
        with self._changing():
            former = [replace(key, exp=min(key.exp or until, until)) for key in self.all()]
            self._write([*former, fresh])

    def revoke(self, key_id: str, at: datetime) -> None:
        """Let a key count for nothing from now on, and forget its secret; KeyError if unknown."""
        with self._changing():
            if key_id not in {key.key_id for key in self.all()}:
                raise KeyError(key_id)
            ended = int(at.timestamp())
            self._write(
                [
                    replace(key, seed=None, revoked=key.revoked or ended)
                    if key.key_id == key_id
                    else key
                    for key in self.all()
                ]
            )

    @contextmanager
    def _changing(self) -> Iterator[None]:
        with self._file.with_suffix(".lock").open("w") as lock:
            flock(lock, LOCK_EX)
            yield

    def _write(self, keys: Sequence[OfficeKey]) -> None:
        draft = self._file.with_suffix(".new")
        draft.unlink(missing_ok=True)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
        with os.fdopen(os.open(draft, flags, 0o600), "w") as stream:
            json.dump([asdict(key) for key in keys], stream)
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(self._file)
        _to_disk(self._file.parent)


def _to_disk(folder: Path) -> None:
    """Let a new name outlive a power cut: what the database then says of the key is true."""
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _read(text: str) -> tuple[OfficeKey, ...]:
    if text.startswith("["):
        return tuple(OfficeKey(**row) for row in json.loads(text))
    return (OfficeKey.of_seed(bytes.fromhex(text)),)
