"""The audit chain as tests look at it: whether it holds."""

from collections.abc import Iterable

from coordinator.adapters.audit_chain import link_of
from coordinator.domain.audit_chain import ChainWalk
from coordinator.services.ports import AuditEntry


def first_break(entries: Iterable[AuditEntry]) -> int | None:
    """Give the number of the first entry that does not follow from the one before, or None."""
    walk = ChainWalk()
    walk.follow(link_of(vars(entry)) for entry in entries)
    flaws = walk.end().flaws
    return flaws[0].number if flaws else None
