"""Code tables shipped with the product: regions (GB/T 2260), industries (GB/T 4754-2017)."""

import csv
import tomllib
from functools import cache
from importlib import resources
from typing import Any, Final

from coordinator.domain.registers.industries import Industry, IndustryTable
from coordinator.domain.registers.organisation import Level, Region

_POLICIES: Final = resources.files("deploy.policies")


@cache
def shipped_regions() -> tuple[Region, ...]:
    """Give the provinces, and the cities and counties of the sample's province."""
    lines = _POLICIES.joinpath("regions.csv").read_text("utf-8").splitlines()
    return tuple(
        Region(
            code=row["code"],
            name=row["name"],
            level=Level(row["level"]),
            parent=row["parent"] or None,
        )
        for row in csv.DictReader(lines)
    )


@cache
def shipped_sections() -> tuple[Industry, ...]:
    """Give the 20 sections."""
    return tuple(
        Industry(code=section["code"], name=section["name"], name_en=section["name_en"])
        for section in _sections()
    )


@cache
def section_of_divisions() -> dict[str, str]:
    """Give the section of every division: `61` → `H`."""
    return {
        f"{division:02d}": section["code"]
        for section in _sections()
        for division in range(section["divisions"][0], section["divisions"][1] + 1)
    }


def industry_table(imported: tuple[Industry, ...] = ()) -> IndustryTable:
    """Give the shipped sections with the divisions, groups and classes of an imported table."""
    return IndustryTable((*shipped_sections(), *imported), section_of_divisions())


def _sections() -> list[dict[str, Any]]:
    text = _POLICIES.joinpath("industries.toml").read_text("utf-8")
    return list(tomllib.loads(text)["section"])
