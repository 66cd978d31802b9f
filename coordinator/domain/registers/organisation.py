"""Organisation: organs with level, region and superior, and who may check what where (2.0)."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from coordinator.domain.errors import Rule, RuleBrokenError

# GB/T 2260 takes two digits each for province, city and county; towns and villages follow by three.
_PARTS_OF_A_CODE = (2, 4, 6, 9, 12)


class Level(StrEnum):
    """Level of an organ or region: 省 市 县."""

    PROVINCE = "province"
    CITY = "city"
    COUNTY = "county"


class DrawLevel(StrEnum):
    """Who draws and who checks: 市抽市查, 市抽县查, 县抽县查, and the same from the province."""

    PROVINCE_PROVINCE = "province-province"
    PROVINCE_CITY = "province-city"
    PROVINCE_COUNTY = "province-county"
    CITY_CITY = "city-city"
    CITY_COUNTY = "city-county"
    COUNTY_COUNTY = "county-county"

    @property
    def draws(self) -> Level:
        """The level whose office draws."""
        return Level(self.value.partition("-")[0])

    @property
    def checks(self) -> Level:
        """The level whose organs check."""
        return Level(self.value.partition("-")[2])


class LegalCapacity(StrEnum):
    """Why an organ may act in its own name 主体资格, or in whose: only a delegated one needs paper.

    `own`: an administrative organ 行政机关; `authorised`: an organisation that law authorises
    法律法规授权的组织; `delegated`: one that another organ entrusts 受委托的组织.
    """

    OWN = "own"
    AUTHORISED = "authorised"
    DELEGATED = "delegated"


@dataclass(frozen=True, kw_only=True)
class Department:
    """An organ 实施机关 that takes part; `public_key` is its JWK as JSON once it has an agent.

    `of_department` is the department 部门 that it is an organ of: organs of several levels or
    regions share it; without one the organ is a department of its own.
    """

    code: str
    name: str
    name_en: str
    short_name: str
    position: int
    region: str
    public_key: str | None = None
    level: Level = Level.COUNTY
    superior: str | None = None
    of_department: str | None = None
    legal_capacity: LegalCapacity = LegalCapacity.OWN
    delegation_document: str = ""

    @property
    def family(self) -> str:
        """The department 部门 that the organ belongs to."""
        return self.of_department or self.code


@dataclass(frozen=True, kw_only=True)
class Region:
    """A region of GB/T 2260; a code that ended on `valid_to` names the one that took over."""

    code: str
    name: str
    level: Level
    parent: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    successor: str | None = None

    def is_valid_on(self, day: date) -> bool:
        """Say whether the code is in use on a day, both ends included."""
        begun = self.valid_from is None or self.valid_from <= day
        return begun and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True, kw_only=True)
class Designation:
    """A document 指定管辖文书 by which an organ may check in a region that is not its own."""

    designation_id: str
    department: str
    region: str
    document: str
    valid_from: date
    valid_to: date | None = None

    def is_valid_on(self, day: date) -> bool:
        """Say whether the document is in force on a day, both ends included."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


def extent(region: str) -> str:
    """Give the prefix that all codes inside a region share: `640000` → `64`, `640221` → itself."""
    for length in _PARTS_OF_A_CODE:
        if len(region) > length and not region[length:].strip("0"):
            return region[:length]
    return region


def covers(region: str, of: str) -> bool:
    """Say whether a region contains another one, or is the same (GB/T 2260 by prefix)."""
    return bool(region) and of.startswith(extent(region))


def level_of_region(region: str) -> Level:
    """Give the level of a region's code: how many of its first six digits say something."""
    told = len(extent(region[:6]))
    return {2: Level.PROVINCE, 4: Level.CITY}.get(told, Level.COUNTY)


def reach_of(
    organs: Iterable[Department], day: date, designations: Iterable[Designation] = ()
) -> tuple[str, ...]:
    """Give the prefixes of the region codes that these organs may check on a day.

    A region lies within reach when its code starts with one of them: `code.startswith(reach)`,
    which is also how a database compares it.
    """
    known = list(organs)
    codes = {organ.code for organ in known}
    designated = (
        each.region for each in designations if each.department in codes and each.is_valid_on(day)
    )
    regions = {*(organ.region for organ in known), *designated} - {""}
    return tuple(sorted(extent(region) for region in regions))


def common_reach(reaches: Iterable[Sequence[str]]) -> tuple[str, ...]:
    """Give the prefixes of the regions that lie within all of these reaches; of none everywhere."""
    common: set[str] = {""}
    for reach in reaches:
        pairs = [(one, other) for one in common for other in reach]
        common = {
            max(one, other, key=len)
            for one, other in pairs
            if one.startswith(other) or other.startswith(one)
        }
    return tuple(
        sorted(
            one
            for one in common
            if not any(one != other and one.startswith(other) for other in common)
        )
    )


def may_check(
    organ: Department, region: str, day: date, designations: Iterable[Designation] = ()
) -> bool:
    """Say whether a region is the organ's own 属地管理, or a designation of that day opens it."""
    return region.startswith(reach_of([organ], day, designations))


@dataclass(frozen=True, kw_only=True)
class Check:
    """What an organ is asked to check: where, when, and at which level the line is drawn."""

    region: str
    day: date
    draw_level: DrawLevel | None = None


def require_delegation(organ: Department) -> None:
    """Refuse a delegated organ without the document that delegates."""
    if organ.legal_capacity is LegalCapacity.DELEGATED and not organ.delegation_document.strip():
        raise RuleBrokenError(Rule.DELEGATION_MISSING, department=organ.code)


def organ_for(
    organs: Iterable[Department], check: Check, designations: Collection[Designation] = ()
) -> Department | None:
    """Give the organ of a check: level as the line's draw level names it, region containing it.

    Of several the one with the smallest region, then by code; an organ that only a designation
    brings in comes after those at home. None when nobody is competent.
    """
    fitting = [
        organ
        for organ in organs
        if (check.draw_level is None or organ.level is check.draw_level.checks)
        and may_check(organ, check.region, check.day, designations)
    ]
    return min(fitting, key=lambda organ: _distance(organ, check.region), default=None)


def _distance(organ: Department, region: str) -> tuple[bool, int, str]:
    return not covers(organ.region, region), -len(extent(organ.region)), organ.code


def lower_organs(organs: Sequence[Department], code: str) -> tuple[str, ...]:
    """Give the codes of all organs below an organ, whose data it sees and never edits (2.0)."""
    found: list[str] = []
    wave = {code}
    while wave:
        wave = {each.code for each in organs if each.superior in wave} - {code, *found}
        found.extend(sorted(wave))
    return tuple(found)


def require_tree(organs: Sequence[Department]) -> None:
    """Refuse superiors that nobody knows, and organs that are above themselves."""
    superiors = {organ.code: organ.superior for organ in organs}
    for organ in organs:
        path = [organ.code]
        above = organ.superior
        while above is not None:
            if above not in superiors:
                raise RuleBrokenError(Rule.SUPERIOR_UNKNOWN, department=organ.code, superior=above)
            if above in path:
                raise RuleBrokenError(Rule.SUPERIOR_CYCLE, path=[*path, above])
            path.append(above)
            above = superiors[above]
