"""Random lives of ledger entries, and what their place's year must say afterwards."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from coordinator.domain.burden_ledger import BurdenEntry, Scope
from coordinator.services import burden_ledger
from tests.builders import NOW
from tests.play import Play, office

LEVELS = {"mr": "county", "fr": "county", "he": "city"}
ORGANS = sorted(LEVELS)

Figures = dict[tuple[str, str, str], tuple[int, int]]


@dataclass(frozen=True)
class Move:
    """Put an entry down, or release it, let an organ or a due check join it."""

    what: str
    number: int
    organ: str
    exempt: bool


def moves() -> st.SearchStrategy[list[Move]]:
    kinds = st.sampled_from(("put", "release", "release", "grow", "ride"))
    one = st.builds(Move, kinds, st.integers(0, 3), st.sampled_from(ORGANS), st.booleans())
    return st.lists(one, max_size=14)


async def make(play: Play, asked: Sequence[Move], prefix: str) -> tuple[Figures, Figures]:
    """Make moves on entries of two places; give what the counters say, and what is standing."""
    for move in asked:
        async with play.work(office()) as work:
            await _make(work, move, f"{prefix}-{move.number}", f"{prefix}-p{move.number % 2}")
    async with play.work(office()) as work:
        places = {f"{prefix}-p0", f"{prefix}-p1"}
        rows = await work.burden_counts.where(place=places)
        entries = await work.burden_entries.where(place=places)
    said = {(r.place, r.scope.value, r.code): (r.number, r.exempt) for r in rows}
    return {key: figures for key, figures in said.items() if any(figures)}, _standing(entries)


async def _make(work: Any, move: Move, entry_id: str, place: str) -> None:
    known = await work.burden_entries.find(entry_id)
    if move.what == "put" and known is None:
        exemption = "complaint" if move.exempt else ""
        await burden_ledger.put_down(work, [_entry(entry_id, place, move.organ, exemption)])
    elif move.what == "release":
        await burden_ledger.release(work, entry_id)
    elif move.what == "grow":
        await burden_ledger.grow(work, entry_id, [move.organ], [LEVELS[move.organ]])
    elif move.what == "ride":
        await burden_ledger.ride_along(work, entry_id, "due-1")


def _entry(entry_id: str, place: str, organ: str, exemption: str) -> BurdenEntry:
    return BurdenEntry(
        entry_id=entry_id,
        place=place,
        year=2026,
        round_id="",
        organs=(organ,),
        levels=(LEVELS[organ],),
        exemption=exemption,
        note="",
        entered_at=NOW,
        entered_by="office-a",
    )


def _standing(entries: Sequence[BurdenEntry]) -> Figures:
    counted: Counter[tuple[str, str, str]] = Counter()
    exempt: Counter[tuple[str, str, str]] = Counter()
    for entry in entries:
        if entry.released_at is None:
            for scope, code in entry.counters():
                where = exempt if entry.exemption else counted
                where[entry.place, Scope(scope).value, code] += 1
    return {key: (counted[key], exempt[key]) for key in counted.keys() | exempt.keys()}
