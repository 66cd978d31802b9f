"""Keys with which departments sign: proposed, registered, replaced with an overlap, revoked."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import move


class KeyState(StrEnum):
    """What became of a department's key; a replaced one counts until its time is over."""

    PROPOSED = "proposed"
    REGISTERED = "registered"
    REPLACED = "replaced"
    REVOKED = "revoked"
    REJECTED = "rejected"


KEY_MOVES: Mapping[KeyState, frozenset[KeyState]] = {
    KeyState.PROPOSED: frozenset({KeyState.REGISTERED, KeyState.REJECTED}),
    KeyState.REGISTERED: frozenset({KeyState.REPLACED, KeyState.REVOKED}),
    KeyState.REPLACED: frozenset({KeyState.REVOKED}),
    KeyState.REVOKED: frozenset(),
    KeyState.REJECTED: frozenset(),
}


@dataclass(frozen=True, kw_only=True)
class DepartmentKey:
    """A public key of a department's agent; `key_id` is its thumbprint, `public_key` its JWK.

    `old_until`: until when the key before it counts, once this one is registered. `ends_at`: when
    this one stopped or will stop to count.
    """

    key_id: str
    department: str
    public_key: str
    state: KeyState
    proposed_by: str
    proposed_at: datetime
    old_until: datetime | None = None
    registered_by: str | None = None
    registered_at: datetime | None = None
    ends_at: datetime | None = None
    reason: str = ""

    def counts_at(self, at: datetime) -> bool:
        """Say whether what it signs is believed at this time."""
        if self.state is KeyState.REPLACED:
            return self.ends_at is not None and at < self.ends_at
        return self.state is KeyState.REGISTERED


def moved(key: DepartmentKey, to: KeyState, **changes: object) -> DepartmentKey:
    """Move a key on; MOVE_NOT_ALLOWED from where it can't go there."""
    state = move(KEY_MOVES, key.state, to, of=key.key_id)
    return replace(key, state=state, **changes)  # type: ignore[arg-type] # fields of the value


def require_overlap(old_until: datetime, begins: datetime) -> None:
    """Refuse an overlap that ends before the new key begins: nobody could sign in between."""
    if old_until < begins:
        raise RuleBrokenError(
            Rule.KEY_OVERLAP_MISSING, until=old_until.isoformat(), begins=begins.isoformat()
        )
