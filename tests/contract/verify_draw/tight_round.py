"""A small round whose departments hardly have enough people: random tags, bars, caps and needs."""

from random import Random

import pytest

from contracts.draw_tables import BarRow, RosterRow, UnitRow
from coordinator.domain.checklist_merge import Merge
from coordinator.domain.lottery.keys import StageKeys
from tests.unit.lottery import small_round

TAGS = ("gas", "lab")
NUMBER_OF_PEOPLE = 9
_units_of_the_small_round = small_round._units


def tighten(monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    """Let the small round be drawn from scarce rosters for as long as the test runs."""

    def roster(code: str) -> list[RosterRow]:
        chance, stem = _chance(seed, code), code.removeprefix("@")
        return [_person(chance, f"{stem}-{number}") for number in range(NUMBER_OF_PEOPLE)]

    def bars(round_seed: int, code: str) -> list[BarRow]:
        chance, stem = _chance(seed, code, "bars"), code.removeprefix("@")
        return [
            BarRow(row.object, f"{stem}-{number}", "last-visit")
            for row in small_round.frames(round_seed)["joint-food"]
            for number in range(NUMBER_OF_PEOPLE)
            if chance.random() < 0.4
        ]

    def units(keys: StageKeys, merge: Merge) -> list[UnitRow]:
        rows = _units_of_the_small_round(keys, merge)
        return [_with_needs(_chance(seed, row.unit, row.department), row) for row in rows]

    monkeypatch.setattr(small_round, "roster", roster)
    monkeypatch.setattr(small_round, "bars", bars)
    monkeypatch.setattr(small_round, "_units", units)


def _chance(*names: object) -> Random:
    return Random(" ".join(map(str, names)))  # noqa: S311 - test data, repeatable


def _person(chance: Random, code: str) -> RosterRow:
    tags = TAGS if chance.random() < 0.5 else _some(chance, 0.4)
    leads, load = chance.random() < 0.8, chance.randrange(3)
    cap = load + chance.randrange(3, 8)
    return RosterRow(code, tags, leads, load, cap, "-")


def _with_needs(chance: Random, row: UnitRow) -> UnitRow:
    if row.department.startswith("@"):
        return row
    return row._replace(quota=2, tags=_some(chance, 0.8), leader=chance.random() < 0.2)


def _some(chance: Random, share: float) -> tuple[str, ...]:
    return tuple(tag for tag in TAGS if chance.random() < share)
