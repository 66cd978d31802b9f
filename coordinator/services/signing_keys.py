"""Keys come and go: two persons register a department's key, one revokes it at once."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from contracts.signing import SignatureRefusedError, import_jwks, thumbprint
from coordinator.domain.errors import Rule, RuleBrokenError, given
from coordinator.domain.lottery.ceremony import another_person
from coordinator.domain.signing_keys import DepartmentKey, KeyState, moved, require_overlap
from coordinator.services.access import require_office
from coordinator.services.ports import Department, Work
from coordinator.services.public_keys import key_id_of

_MADE = "organisation:office:key-made"


@dataclass(frozen=True)
class KeyOffer:
    """A JWK as text, and until when the key before it still counts; None: not at all."""

    public_key: str
    old_until: datetime | None = None


async def propose_key(work: Work, department: str, offer: KeyOffer) -> DepartmentKey:
    """Propose a department's public key; another person of the office registers it."""
    actor = require_office(work)
    organ = await work.departments.get(department)
    jwk = _public_jwk(offer.public_key, department)
    if offer.old_until is not None:
        require_overlap(offer.old_until, work.now())
    key = DepartmentKey(
        key_id=thumbprint(jwk),
        department=department,
        public_key=json.dumps(jwk),
        state=KeyState.PROPOSED,
        proposed_by=actor.name,
        proposed_at=work.now(),
        old_until=offer.old_until,
    )
    await _require_new(work, organ, key)
    await work.department_keys.save(key)
    await work.audit("organisation:department:key-proposed", department, key=key.key_id)
    return key


async def confirm_key(work: Work, key_id: str) -> DepartmentKey:
    """Register a proposed key as the second person; the one before it counts on for its overlap."""
    actor = require_office(work)
    key = await work.department_keys.get(key_id)
    another_person(key.proposed_by, actor.name, "register-key")
    return await _register(work, key)


async def register_key(work: Work, department: str, offer: KeyOffer) -> DepartmentKey:
    """Register a key at once, as whoever has the machine's own console may."""
    return await _register(work, await propose_key(work, department, offer))


async def require_key(work: Work, department: str, offer: KeyOffer) -> None:
    """Register a key at once unless it is the department's already."""
    organ = await work.departments.get(department)
    key_id = thumbprint(_public_jwk(offer.public_key, department))
    if organ.public_key is None or key_id_of(organ.public_key) != key_id:
        await register_key(work, department, offer)


async def reject_key(work: Work, key_id: str, reason: str) -> DepartmentKey:
    """Put a proposed key aside: it will never be registered."""
    require_office(work)
    key = await work.department_keys.get(key_id)
    rejected = moved(key, KeyState.REJECTED, reason=given(reason, "reason", key_id))
    await work.department_keys.save(rejected)
    await work.audit(
        "organisation:department:key-rejected", key.department, key=key_id, reason=reason
    )
    return rejected


async def revoke_key(work: Work, department: str, key_id: str, reason: str) -> DepartmentKey:
    """Let a key count for nothing from now on; what it signs is parked with that reason."""
    require_office(work)
    reason = given(reason, "reason", key_id)
    organ = await work.departments.get(department)
    key = await _known_key(work, organ, key_id)
    revoked = moved(key, KeyState.REVOKED, ends_at=work.now(), reason=reason)
    await work.department_keys.save(revoked)
    if organ.public_key is not None and key_id_of(organ.public_key) == key_id:
        await work.departments.save(replace(organ, public_key=None))
    await work.audit("organisation:department:key-revoked", department, key=key_id, reason=reason)
    return revoked


async def rotate_office_key(work: Work, signs_from: datetime, old_until: datetime) -> str:
    """Publish a new key of the office that signs from a time on; gives its thumbprint.

    Whoever verifies needs the new key before it signs: `signs_from` leaves the time for that. The
    key is written down before this transaction ends, so that none is ever on record that does not
    exist; one whose transaction failed signs all the same, and is put on record here.
    """
    require_office(work)
    require_overlap(signs_from, work.now())
    require_overlap(old_until, signs_from)
    await _record_left_over(work)
    key_id = work.signer.rotate(signs_from, old_until)
    await work.audit(
        _MADE,
        key_id,
        signs_from=signs_from.isoformat(),
        old_until=old_until.isoformat(),
    )
    return key_id


async def revoke_office_key(work: Work, key_id: str, reason: str) -> str:
    """Let a key of the office count for nothing from now on; another one must sign already."""
    require_office(work)
    reason = given(reason, "reason", key_id)
    if work.signer.signing_key() == key_id:
        raise RuleBrokenError(Rule.KEY_STILL_SIGNS, key=key_id)
    await _record_left_over(work)
    work.signer.revoke(key_id)
    await work.audit("organisation:office:key-revoked", key_id, reason=reason)
    return key_id


async def _record_left_over(work: Work) -> None:
    """Put keys on record that were written down by a transaction that never ended."""
    for jwk in work.signer.published_keys()["keys"]:
        key_id = thumbprint(jwk)
        if "nbf" in jwk and not await work.audit_entries.count(tag=_MADE, subject=key_id):
            begins = datetime.fromtimestamp(jwk["nbf"], UTC)
            await work.audit(_MADE, key_id, signs_from=begins.isoformat(), left_over=True)


async def _register(work: Work, key: DepartmentKey) -> DepartmentKey:
    organ = await work.departments.get(key.department)
    registered = moved(
        key, KeyState.REGISTERED, registered_by=work.actor.name, registered_at=work.now()
    )
    if organ.public_key is not None:
        old = await _known_key(work, organ, key_id_of(organ.public_key))
        until = key.old_until or work.now()
        await work.department_keys.save(moved(old, KeyState.REPLACED, ends_at=until))
    await work.department_keys.save(registered)
    await work.departments.save(replace(organ, public_key=key.public_key))
    await work.audit("organisation:department:key-registered", key.department, kid=key.key_id)
    return registered


async def _known_key(work: Work, organ: Department, key_id: str) -> DepartmentKey:
    """Give a key's row; one registered before keys had rows gets its own now."""
    found = await work.department_keys.find(key_id)
    if found is not None and found.department == organ.code:
        return found
    if organ.public_key is None or key_id_of(organ.public_key) != key_id:
        raise RuleBrokenError(Rule.NOT_FOUND, kind="department-key", key=key_id)
    return DepartmentKey(
        key_id=key_id,
        department=organ.code,
        public_key=organ.public_key,
        state=KeyState.REGISTERED,
        proposed_by="",
        proposed_at=work.now(),
    )


async def _require_new(work: Work, organ: Department, key: DepartmentKey) -> None:
    """Refuse a key that is or was anybody's: what was revoked must not come back."""
    known = await work.department_keys.find(key.key_id)
    current = organ.public_key is not None and key_id_of(organ.public_key) == key.key_id
    if current or (known is not None and known.state is not KeyState.REJECTED):
        state = known.state.value if known else KeyState.REGISTERED.value
        raise RuleBrokenError(Rule.KEY_KNOWN, key=key.key_id, state=state)


def _public_jwk(text: str, department: str) -> Mapping[str, Any]:
    """Read a public JWK whose kid is the department's code; KEY_INVALID says what is wrong."""
    try:
        jwk = json.loads(text)
        import_jwks({"keys": [jwk]})
    except SignatureRefusedError as error:
        raise RuleBrokenError(Rule.KEY_INVALID, department=department, why=error.detail) from None
    except (ValueError, RecursionError):
        raise RuleBrokenError(Rule.KEY_INVALID, department=department, why="no JSON") from None
    if jwk["kid"] != department:
        why = f"kid {jwk['kid']!r}"
        raise RuleBrokenError(Rule.KEY_INVALID, department=department, why=why)
    return {name: jwk[name] for name in ("alg", "crv", "kid", "kty", "use", "x") if name in jwk}
