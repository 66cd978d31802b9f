"""What items must satisfy before they enter a version: by proposals, or as a file."""

from collections.abc import Collection, Mapping, Sequence

from coordinator.domain.errors import Rule
from coordinator.domain.registers import CheckItem
from coordinator.domain.registers.item_checks import (
    ItemFault,
    ItemSurroundings,
    item_faults,
    require_faultless,
)
from coordinator.services.ports import Work


def surroundings(work: Work, listed: Mapping[str, CheckItem], code: str) -> ItemSurroundings:
    """Give what an item of a list is checked against: the others, methods and time limit."""
    return ItemSurroundings(
        others=[item for item in listed.values() if item.code != code],
        methods=tuple(method.name for method in work.policy.methods),
        max_minutes=work.policy.merge.max_minutes,
    )


def require_no_fault(work: Work, after: Mapping[str, CheckItem], codes: Collection[str]) -> None:
    """Check again what was checked alone: together, two proposals may ask one question two ways."""
    for code in sorted(codes):
        faults = item_faults(after[code], surroundings(work, after, code))
        named = [ItemFault(fault.rule, code, fault.facts) for fault in faults]
        require_faultless(after[code], named)


def require_usable(items: Sequence[CheckItem]) -> None:
    """Refuse what later stages break on; else a list is taken as its department published it."""
    for item in items:
        faults = item_faults(item, ItemSurroundings(methods=item.methods))
        named = [
            ItemFault(fault.rule, item.code, fault.facts)
            for fault in faults
            if fault.rule is not Rule.ITEM_WITHOUT_ORGAN  # official lists leave it to the law
        ]
        require_faultless(item, named)
