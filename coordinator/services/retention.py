"""Forgetting messages that are over, some at a time, each time on record with its numbers."""

from collections.abc import Mapping

from coordinator.services.access import require_office
from coordinator.services.ports import Stored, Work


async def forget_old_messages(work: Work) -> Mapping[str, int]:
    """Forget one batch of each kind and give how many went of each; all zero: nothing is left."""
    require_office(work)
    rules = work.policies.retention_rules()
    periods = {
        Stored.SENT: rules.sent,
        Stored.TAKEN_IN: rules.taken_in,
        Stored.LETTERS: rules.letters,
    }
    numbers = {
        kind.value: await work.storage.forget(kind, kept, rules.batch)
        for kind, kept in periods.items()
    }
    if any(numbers.values()):
        await work.audit("messages:retention:forgotten", "messages", **numbers)
    return numbers
