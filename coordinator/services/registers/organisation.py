"""Organisation: organs, sections, regions, and the documents that open a foreign region."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date

from coordinator.domain.errors import Rule, RuleBrokenError, given
from coordinator.domain.registers.organisation import (
    Department,
    Designation,
    Region,
    require_delegation,
    require_tree,
)
from coordinator.domain.registers.region_table import require_region, require_region_table
from coordinator.domain.registers.sections import Section
from coordinator.services.access import require_office
from coordinator.services.ports import Work


@dataclass(frozen=True)
class Taken:
    """How many values were new, changed, and the same as before."""

    added: int
    changed: int
    unchanged: int


async def register_departments(work: Work, departments: Sequence[Department]) -> Taken:
    """Take in organs, or take over what changed; a key that is already registered stays."""
    require_office(work)
    known = {each.code: each for each in await work.departments.where()}
    wanted = {each.code: _with_known_key(each, known) for each in departments}
    await _require_sound(work, known, wanted)
    for code, organ in wanted.items():
        if known.get(code) != organ:
            await work.departments.save(organ)
            await work.audit("organisation:department:saved", code, **_changes(organ, known))
    await work.audit("registers:departments:saved", "departments", number=len(departments))
    return _taken(known, wanted)


def _with_known_key(organ: Department, known: Mapping[str, Department]) -> Department:
    before = known.get(organ.code)
    return replace(organ, public_key=before.public_key) if before and before.public_key else organ


async def _require_sound(
    work: Work, known: Mapping[str, Department], wanted: Mapping[str, Department]
) -> None:
    """Refuse circles of superiors, regions nobody knows, and delegation without a document."""
    require_tree(list({**known, **wanted}.values()))
    regions = await regions_by_code(work)
    for code, organ in wanted.items():
        if code not in known or known[code].region != organ.region:
            require_region(regions, organ.region, work.today())
        require_delegation(organ)


def _changes(organ: Department, known: Mapping[str, Department]) -> dict[str, object]:
    """Give what an organ is now, field by field, where it was something else before."""
    before = asdict(known[organ.code]) if organ.code in known else {}
    return {
        name: value
        for name, value in asdict(organ).items()
        if name not in ("code", "public_key") and before.get(name) != value
    }


async def register_sections(work: Work, sections: Sequence[Section]) -> Taken:
    """Take in sections of registered organs, with their duties."""
    require_office(work)
    organs = {each.code for each in await work.departments.where()}
    known = {each.code: each for each in await work.sections.where()}
    for section in sections:
        given(section.name, "name", section.code)
        if section.department not in organs:
            raise RuleBrokenError(
                Rule.ORGAN_UNKNOWN, department=section.department, of=section.name
            )
        if known.get(section.code) != section:
            await work.sections.save(section)
            await work.audit(
                "organisation:section:saved",
                section.department,
                section=section.code,
                name=section.name,
                duties=list(section.duties),
                supervises=asdict(section.supervises),
            )
    return _taken(known, {each.code: each for each in sections})


async def remove_section(work: Work, code: str) -> Section:
    """Take a section off the organisation; whoever worked in it keeps its name."""
    require_office(work)
    section = await work.sections.get(code)
    await work.sections.remove(code)
    await work.audit(
        "organisation:section:removed", section.department, section=code, name=section.name
    )
    return section


async def import_regions(work: Work, regions: Sequence[Region], source: str) -> Taken:
    """Take in or renew region codes; one that ended names a successor that the table knows."""
    require_office(work)
    known = await regions_by_code(work)
    wanted = require_region_table(regions, known)
    renewed = [region for code, region in wanted.items() if known.get(code) != region]
    await work.regions.save(*renewed)
    taken = _taken(known, wanted)
    await work.audit("registers:regions:imported", source, added=taken.added, changed=taken.changed)
    return taken


async def regions_by_code(work: Work) -> dict[str, Region]:
    """Give the region table."""
    return {each.code: each for each in await work.regions.where()}


@dataclass(frozen=True, kw_only=True)
class Designating:
    """What a designation document says: which organ, where, from when, until when."""

    department: str
    region: str
    document: str
    valid_from: date
    valid_to: date | None = None


async def designate(work: Work, wanted: Designating) -> Designation:
    """Put on record that an organ may check in a region that is not its own, by a document."""
    require_office(work)
    await work.departments.get(wanted.department)
    document = given(wanted.document, "document", wanted.department).strip()
    _require_period(document, wanted.valid_from, wanted.valid_to)
    require_region(await regions_by_code(work), wanted.region, wanted.valid_from)
    designation = Designation(
        designation_id=work.new_id(),
        department=wanted.department,
        region=wanted.region,
        document=document,
        valid_from=wanted.valid_from,
        valid_to=wanted.valid_to,
    )
    await work.designations.add([designation])
    await _note(work, "registered", designation)
    return designation


async def end_designation(work: Work, designation_id: str, last_day: date) -> Designation:
    """End a designation: after its last day the region is foreign again."""
    require_office(work)
    designation = await work.designations.get(designation_id)
    _require_period(designation.document, designation.valid_from, last_day)
    ended = replace(designation, valid_to=last_day)
    await work.designations.save(ended)
    await _note(work, "ended", ended)
    return ended


async def _note(work: Work, what: str, designation: Designation) -> None:
    await work.audit(
        f"organisation:designation:{what}",
        designation.department,
        region=designation.region,
        document=designation.document,
        valid_from=designation.valid_from.isoformat(),
        valid_to=designation.valid_to.isoformat() if designation.valid_to else None,
    )


def _require_period(of: str, first: date, last: date | None) -> None:
    if last is not None and last < first:
        raise RuleBrokenError(
            Rule.PERIOD_INVERTED, of=of, from_date=first.isoformat(), to_date=last.isoformat()
        )


def _taken(known: Mapping[str, object], wanted: Mapping[str, object]) -> Taken:
    added = sum(code not in known for code in wanted)
    same = sum(known.get(code) == value for code, value in wanted.items())
    return Taken(added, len(wanted) - added - same, same)
