"""The public keys of the office and of every department, and whose signature is believed."""

import json
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from contracts.signing import thumbprint
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.signing_keys import DepartmentKey, KeyState
from coordinator.services.ports import Work


class KeyFlaw(StrEnum):
    """Why a signature is not believed."""

    UNREGISTERED = "no-key-registered"
    REVOKED = "key-revoked"
    EXPIRED = "key-expired"
    DOES_NOT_FIT = "does-not-fit"


@dataclass(frozen=True)
class Disbelief:
    """A flaw, with when the key that made the signature stopped to count."""

    flaw: KeyFlaw
    since: datetime | None = None


async def published_keys(work: Work) -> dict[str, Any]:
    """Give the keys that verify commits, receipts, records and messages, as JWKS.

    Former keys stay, with `exp` or `revoked`: old records are verified with them.
    """
    departments = await work.departments.where()
    registered = [json.loads(each.public_key) for each in departments if each.public_key]
    former = await work.department_keys.where(state=(KeyState.REPLACED, KeyState.REVOKED))
    office = work.signer.published_keys()["keys"]
    return {"keys": [*office, *registered, *map(_former_jwk, former)]}


async def disbelief(
    work: Work, department: str, payload: bytes, signature: str
) -> Disbelief | None:
    """Say why a department's signature over these bytes is not believed now; None if it is."""
    organ = await work.departments.find(department)
    if organ is not None and organ.public_key is not None:
        if work.signer.verify(payload, signature, organ.public_key):
            return None
        flaw = KeyFlaw.DOES_NOT_FIT
    else:
        flaw = KeyFlaw.UNREGISTERED
    ended = (KeyState.REPLACED, KeyState.REVOKED)
    for key in await work.department_keys.where(department=department, state=ended):
        if work.signer.verify(payload, signature, key.public_key):
            return _of_former(key, work.now())
    return Disbelief(flaw)


async def require_signed(work: Work, department: str, payload: bytes, signature: str) -> None:
    """Refuse what no key that counts now has signed; SIGNATURE_REFUSED says why."""
    found = await disbelief(work, department, payload, signature)
    if found is not None:
        raise RuleBrokenError(Rule.SIGNATURE_REFUSED, contributor=department, why=found.flaw.value)


def key_id_of(public_key: str) -> str:
    """Name a registered key by its thumbprint; empty for a text that is no key."""
    jwk: dict[str, Any] = json.loads(public_key)
    return thumbprint(jwk) if {"crv", "kty", "x"} <= jwk.keys() else ""


def _of_former(key: DepartmentKey, now: datetime) -> Disbelief | None:
    if key.counts_at(now):
        return None
    revoked = key.state is KeyState.REVOKED
    return Disbelief(KeyFlaw.REVOKED if revoked else KeyFlaw.EXPIRED, key.ends_at)


def _former_jwk(key: DepartmentKey) -> dict[str, Any]:
    jwk: dict[str, Any] = json.loads(key.public_key)
    ended = int(key.ends_at.timestamp()) if key.ends_at else 0
    if key.state is KeyState.REVOKED:
        return {**jwk, "revoked": {"revoked_at": ended}}
    return {**jwk, "exp": ended}
