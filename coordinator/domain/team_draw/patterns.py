"""Patterns of a unit: how its tags are split into blocks, one slot a block (3.2.7a)."""

from collections.abc import Callable, Iterator, Sequence

from coordinator.domain.team_draw.values import FREE_BLOCK

Pattern = tuple[str, ...]
"""Block texts of the slots 1…q: tag blocks in text order, then the free ones."""


def block_text(tags: Sequence[str]) -> str:
    """Return the tags sorted and joined with `+`."""
    return "+".join(sorted(tags))


def block_tags(block: str) -> tuple[str, ...]:
    """Return the tags of a block text; a free slot has none."""
    return () if block == FREE_BLOCK else tuple(block.split("+"))


def patterns(tags: frozenset[str], quota: int, supply: Callable[[str], int]) -> tuple[Pattern, ...]:
    """Order all patterns by (smallest supply of a block descending, text ascending)."""
    found = [
        tuple(sorted(block_text(block) for block in partition))
        for partition in _partitions(sorted(tags), quota)
    ]
    found.sort(key=lambda blocks: (-min(map(supply, blocks or (FREE_BLOCK,))), "|".join(blocks)))
    return tuple(blocks + (FREE_BLOCK,) * (quota - len(blocks)) for blocks in found)


def _partitions(tags: Sequence[str], most_blocks: int) -> Iterator[list[list[str]]]:
    """Yield every partition of the tags into at most that many blocks."""
    if not tags:
        yield []
        return
    first, rest = tags[0], tags[1:]
    for partition in _partitions(rest, most_blocks):
        for at, block in enumerate(partition):
            yield [*partition[:at], [first, *block], *partition[at + 1 :]]
        if len(partition) < most_blocks:
            yield [[first], *partition]
