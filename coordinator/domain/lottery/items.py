"""The draw of items at each drawn object of a line (随机抽取检查事项, 3-draw.md 3.2.5)."""

from collections.abc import Iterable
from heapq import nsmallest

from contracts.draw_record import ItemRule
from contracts.draw_tables import ItemRow
from coordinator.domain.lottery.keys import StageKeys
from coordinator.domain.lottery.tickets import ticketer


def draw_items(
    keys: StageKeys, line: str, rule: ItemRule, objects: Iterable[str]
) -> tuple[ItemRow, ...]:
    """Return the items of each object in the order given, inside an object bytewise."""
    ticket = ticketer(keys.key(f"item|{line}"))
    always = [(item, "-") for item in rule.always]
    rows = []
    for code in objects:
        drawable = ((ticket(f"{code}|{item}"), item) for item in rule.candidates)
        drawn = [(item, value.hex()) for value, item in nsmallest(rule.choose, drawable)]
        rows += [ItemRow(code, item, value) for item, value in sorted(always + drawn)]
    return tuple(rows)
