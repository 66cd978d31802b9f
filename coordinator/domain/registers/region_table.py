"""The region table: which codes are in use on a day, and what a table must have to be taken in."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date

from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.registers.organisation import Region


def require_region(regions: Mapping[str, Region], code: str, day: date) -> None:
    """Refuse a code that the region table does not have, or that ended.

    Where the table holds no county of a province, codes of that province can't be judged and pass.
    """
    region = regions.get(code)
    if region is None:
        if any(each.startswith(code[:2]) and not each.endswith("00") for each in regions):
            raise RuleBrokenError(Rule.REGION_UNKNOWN, region=code)
        return
    if not region.is_valid_on(day):
        raise RuleBrokenError(
            Rule.REGION_ENDED,
            region=code,
            name=region.name,
            valid_to=region.valid_to.isoformat() if region.valid_to else None,
            successor=region.successor or "-",
        )


def require_region_table(
    regions: Iterable[Region], known: Mapping[str, Region]
) -> dict[str, Region]:
    """Give regions by code; refuse repeats, inverted periods, and an end without successor."""
    table: dict[str, Region] = {}
    for region in regions:
        if region.code in table:
            raise RuleBrokenError(Rule.REGION_REPEATED, region=region.code)
        table[region.code] = region
    for region in table.values():
        _require_sound_end(region, known.keys() | table.keys())
    return table


def _require_sound_end(region: Region, codes: Collection[str]) -> None:
    if region.valid_to is None:
        return
    if region.valid_from is not None and region.valid_to < region.valid_from:
        raise RuleBrokenError(
            Rule.PERIOD_INVERTED,
            of=region.code,
            from_date=region.valid_from.isoformat(),
            to_date=region.valid_to.isoformat(),
        )
    if region.successor not in codes:
        raise RuleBrokenError(
            Rule.REGION_SUCCESSOR_MISSING,
            region=region.code,
            valid_to=region.valid_to.isoformat(),
            successor=region.successor or "-",
        )
