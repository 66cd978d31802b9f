"""What follows from a credit file: a local class in the register, where no official one stands."""

from collections.abc import Mapping

from coordinator.domain.credit_file import CreditFile
from coordinator.domain.registers import Grading
from coordinator.services import credit_file, registers
from coordinator.services.access import require_office
from coordinator.services.ports import Query, Work

_DUTY = "make-credit-files"


async def make_credit_file(work: Work, subject: str, year: int) -> CreditFile:
    """Make a credit file; the register takes the local class of the latest year over."""
    made = await credit_file.make_credit_file(work, subject, year)
    await _grade(work, made)
    return made


async def make_last_years(work: Work) -> Mapping[str, object]:
    """Make the files of the past year, some places a day; what is done stands in the outcome."""
    require_office(work)
    year = work.today().year - 1
    if year < work.policies.credit_file_rules().valid_from.year:
        return {"year": year, "looked_at": 0, "made": 0}
    before = await _looked_at(work, year)
    places, subjects = await credit_file.subjects_visited(work, year, before)
    made = 0
    for subject in subjects:
        if await work.objects.find(subject) is None:
            continue
        found = await credit_file.make_if_known(work, subject, year)
        if found is not None:
            await _grade(work, found)
            made += 1
    return {"year": year, "looked_at": before + places, "made": made}


async def _looked_at(work: Work, year: int) -> int:
    query = Query(equals={"duty": _DUTY}, order="day", descending=True, limit=1)
    last = (await work.duty_runs.page(query)).values
    outcome = last[0].outcome if last else {}
    return int(outcome.get("looked_at", 0)) if outcome.get("year") == year else 0


async def _grade(work: Work, made: CreditFile) -> None:
    """Put the class of the latest file into the register; an official class leaves no local one."""
    latest = await credit_file.latest_file(work, made.subject)
    if latest is None or latest.file_id != made.file_id:
        return
    rules = work.policies.credit_file_rules()
    for thing in await credit_file.objects_of(work, made.subject):
        others = tuple(each for each in thing.gradings if each.scheme != rules.scheme)
        wanted = made.local_class if thing.risk_class is None else None
        own = _grading(made, wanted, rules.scheme, work)
        gradings = (*others, own) if own is not None else others
        if _values(gradings) != _values(thing.gradings):
            reason = f"{made.table_label} {made.year}.{made.version}"
            await registers.mark_object(work, thing.object_id, reason, gradings=gradings)


def _grading(made: CreditFile, wanted: str | None, scheme: str, work: Work) -> Grading | None:
    if wanted is None:
        return None
    source = f"{made.year}.{made.version}"
    return Grading(scheme=scheme, value=wanted, source=source, date=work.day_of(made.made_at))


def _values(gradings: tuple[Grading, ...]) -> list[tuple[str, str, str]]:
    return [(each.scheme, each.value, each.source) for each in gradings]
