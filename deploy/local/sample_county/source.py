"""The tables the sample county is made of, and the request: seed, sizes, year, folder."""

from __future__ import annotations

import csv
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Request:
    """What to make: the folder, the seed everything follows from, the sizes and the plan's year."""

    folder: Path
    seed: int
    objects: int
    inspectors: int
    experts: int
    year: int


@cache
def load(name: str) -> Mapping[str, Any]:
    """Load `<name>.toml` from beside this module."""
    return MappingProxyType(tomllib.loads((FOLDER / f"{name}.toml").read_text("utf-8")))


def write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> int:
    """Write a CSV file in UTF-8 with mark, as spreadsheets want it; give the number of rows."""
    count = 0
    with path.open("w", encoding="utf-8-sig", newline="") as text:
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(header)
        for row in rows:
            writer.writerow(row)
            count += 1
    return count
