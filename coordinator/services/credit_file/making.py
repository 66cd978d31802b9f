"""Making credit files: on demand by the office's credit section, for the past year by a duty."""

from coordinator.domain.credit_file import (
    CreditFile,
    CreditFileRules,
    class_of,
    require_year,
    score_of,
)
from coordinator.domain.registers import InspectionObject
from coordinator.services.access import require_office
from coordinator.services.credit_file.gathering import entries_of
from coordinator.services.ports import Query, Responsibility, Work


async def make_credit_file(work: Work, subject: str, year: int) -> CreditFile:
    """Make the next version of the file of a credit subject and year, as the office.

    Gives the last version where nothing has changed since. A code of a place means its owner.
    """
    require_office(work, Responsibility.CREDIT)
    rules = work.policies.credit_file_rules()
    require_year(year, work.today(), rules)
    objects = await objects_of(work, subject)
    return await _make(work, objects, year, rules)


async def make_if_known(work: Work, subject: str, year: int) -> CreditFile | None:
    """Make the file of a subject of whom something is on record and that has none; else None."""
    rules = work.policies.credit_file_rules()
    objects = await objects_of(work, subject)
    if await work.credit_files.where(subject=objects[0].object_id, year=year):
        return None
    if not await entries_of(work, objects, year, rules):
        return None
    return await _make(work, objects, year, rules)


async def objects_of(work: Work, code: str) -> tuple[InspectionObject, ...]:
    """Give a credit subject and its places, the subject first; NOT_FOUND outside the register."""
    asked = await work.objects.get(code)
    subject = await work.objects.get(asked.credit_subject)
    own = await work.objects.where(owner=subject.object_id)
    return (subject, *(each for each in own if each.object_id != subject.object_id))


async def latest_file(work: Work, subject: str, year: int | None = None) -> CreditFile | None:
    """Give the last version of a subject's file, of its last year or of the one that is named."""
    of = {"subject": subject} | ({} if year is None else {"year": year})
    found = await work.credit_files.where(**of)
    return max(found, key=lambda each: (each.year, each.version), default=None)


async def _make(
    work: Work, objects: tuple[InspectionObject, ...], year: int, rules: CreditFileRules
) -> CreditFile:
    subject = objects[0]
    entries = await entries_of(work, objects, year, rules)
    score = score_of(entries, rules)
    former = await latest_file(work, subject.object_id, year)
    made = CreditFile(
        file_id=work.new_id(),
        subject=subject.object_id,
        subject_name=subject.name,
        year=year,
        version=former.version + 1 if former else 1,
        made_at=work.now(),
        made_by=work.actor.name,
        table_label=rules.label,
        entries=entries,
        official_class=subject.risk_class.value if subject.risk_class else None,
        score=score,
        local_class=class_of(score, rules),
    )
    if former is not None and made.says_the_same(former):
        return former
    await work.credit_files.add([made])
    await work.audit(
        "credit-file:file:made",
        subject.object_id,
        file=made.file_id,
        year=year,
        version=made.version,
        entries=len(entries),
    )
    return made


async def subjects_visited(work: Work, year: int, skip: int) -> tuple[int, tuple[str, ...]]:
    """Give the next places of a year to look through and their credit subjects, in order."""
    rules = work.policies.credit_file_rules()
    places = await work.burden_counts.page(
        Query(
            equals={"year": year, "scope": "total"},
            order="place",
            offset=skip,
            limit=rules.files_a_day,
        )
    )
    found = {each.place for each in places.values}
    things = await work.objects.where(place=found) if found else ()
    subjects = sorted({each.credit_subject for each in things})
    return len(places.values), tuple(subjects)
