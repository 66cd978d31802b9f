"""High frequency: where visits pile up, and why somebody goes on all the same.

Asked where a plan is submitted and adopted, and before a round's visits are sent out. Each is
judged by the figures of its own profile; nothing is answered in silence, and nothing refused twice.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable

from coordinator.domain.burden_ledger import BurdenEntry
from coordinator.domain.burden_warnings import (
    Ahead,
    FrequencyAnswer,
    HighFrequency,
    unanswered,
    warnings,
)
from coordinator.domain.errors import Rule, RuleBrokenError, given
from coordinator.domain.lifecycle import VisitState
from coordinator.domain.policy import BurdenPolicy
from coordinator.services.ports import Work

BESIDE_THE_ROUNDS = ""
_TO_COME = (VisitState.DRAWN, VisitState.PUBLISHED, VisitState.RUNNING)


async def high_frequency(
    work: Work, year: int, rounds: Collection[str], caps: BurdenPolicy, **narrowed: object
) -> list[HighFrequency]:
    """Give the places where visits pile up, as far as they may be shown, with what could be done.

    `narrowed` are conditions on the entries, e.g. `place`.
    """
    entries = await work.burden_entries.where(
        year=year, round_id={BESIDE_THE_ROUNDS, *rounds}, released_at=None, **narrowed
    )
    visits = await work.visits.where(
        visit_id={entry.entry_id for entry in _several(entries)}, state=_TO_COME
    )
    ahead = {
        visit.visit_id: Ahead(visit.visit_id, visit.departments, visit.date_from, visit.date_to)
        for visit in visits
    }
    return warnings(entries, ahead, caps, work.day_of)


def _several(entries: Iterable[BurdenEntry]) -> list[BurdenEntry]:
    """Leave out places with a single entry: nothing can be merged or moved apart there."""
    by_place: dict[str, list[BurdenEntry]] = defaultdict(list)
    for entry in entries:
        by_place[entry.place].append(entry)
    return [entry for several in by_place.values() if len(several) > 1 for entry in several]


async def answer_frequency(
    work: Work, subject: str, about: Collection[str], reason: str
) -> FrequencyAnswer:
    """Keep why a plan or round goes on with what is warned of; NOTHING_TO_ANSWER without any."""
    why = given(reason, "reason", subject)
    if not about:
        raise RuleBrokenError(Rule.NOTHING_TO_ANSWER, subject=subject)
    answer = FrequencyAnswer(
        answer_id=work.new_id(),
        subject=subject,
        about=tuple(sorted(about)),
        reason=why,
        answered_by=work.actor.name,
        answered_at=work.now(),
    )
    await work.frequency_answers.add([answer])
    await work.audit("burden:frequency:answered", subject, places=len(answer.about), reason=why)
    return answer


async def require_answer(work: Work, subject: str, about: Collection[str]) -> None:
    """Refuse to go on with what is warned of and nobody has answered for; it names numbers only."""
    answers = await work.frequency_answers.where(subject=subject) if about else ()
    missing = unanswered(about, answers)
    if missing:
        raise RuleBrokenError(
            Rule.HIGH_FREQUENCY_UNANSWERED, subject=subject, found=len(about), number=len(missing)
        )
