"""A directory of objects as offices send it: GB18030, and one row of a hundred dirty."""

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from deploy.local.sample_county.objects import write_objects
from deploy.local.sample_county.source import Request

EVERY = 100
_ID, _NAME, _KIND, _REGION, _STATUS, _LATITUDE = 0, 1, 2, 5, 10, 14
_FULL_WIDTH = str.maketrans("0123456789ABC", "０１２３４５６７８９ＡＢＣ")  # noqa: RUF001 - the dirt

Cells = list[str]


@dataclass(frozen=True)
class Written:
    """What a file holds: data rows, and how many of them the importer must refuse."""

    path: Path
    rows: int
    refused: int


def _with(position: int, value: str) -> Callable[[Cells, Cells], Cells]:
    return lambda cells, _former: [*cells[:position], value, *cells[position + 1 :]]


def _changed_repeat(cells: Cells, former: Cells) -> Cells:
    return [former[_ID], cells[_NAME] + "分店", *former[2:]]


# What happens to a dirty row, and whether it must be refused; `former` is the row before.
_DIRT: tuple[tuple[Callable[[Cells, Cells], Cells], bool], ...] = (
    (_with(_ID, "91640221MA0"), True),
    (_with(_NAME, ""), True),
    (_with(_NAME, "10012345678"), True),
    (_with(_STATUS, "不详"), True),
    (_with(_REGION, "无此县"), True),
    (_with(_LATITUDE, "北纬38度"), True),
    (_with(_KIND, "行商"), True),
    (_changed_repeat, True),
    (lambda _cells, former: former, False),
    (lambda cells, _former: [cells[_ID].translate(_FULL_WIDTH), *cells[1:]], False),
    (lambda cells, _former: [f"  {cell}　" for cell in cells], False),
)


def write_dirty_objects(folder: Path, number: int, seed: int = 7) -> Written:
    """Write `objects-<number>.csv` in GB18030 with one dirty row of a hundred."""
    folder.mkdir(parents=True, exist_ok=True)
    write_objects(Request(folder, seed, number, 0, 0, 2026))
    clean, dirty = folder / "objects.csv", folder / f"objects-{number}.csv"
    refused = 0
    with (
        clean.open(encoding="utf-8-sig", newline="") as source,
        dirty.open("w", encoding="gb18030", newline="") as target,
    ):
        reader, writer = csv.reader(source), csv.writer(target, lineterminator="\n")
        writer.writerow(next(reader))
        for cells, is_refused in _dirtied(reader):
            refused += is_refused
            writer.writerow(cells)
    clean.unlink()
    return Written(dirty, number, refused)


def _dirtied(rows: Iterator[Cells]) -> Iterator[tuple[Cells, bool]]:
    former: Cells = []
    for number, cells in enumerate(rows, 1):
        if number % EVERY == 0:
            spoil, is_refused = _DIRT[number // EVERY % len(_DIRT)]
            yield spoil(cells, former), is_refused
        else:
            yield cells, False
            former = cells
