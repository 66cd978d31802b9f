"""Pre-check comparison: compared when a task goes out, shown by policy, sent again on demand."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from contracts.tasks import DocumentCard, KnownFact, PrecheckCard, PrecheckRefreshed
from contracts.vocabulary import Mode
from coordinator.domain.dispatch import Visit
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import RoundState, VisitState
from coordinator.domain.policy import Policy, PrecheckPolicy
from coordinator.domain.precheck import (
    AUDITOR,
    OFFICE,
    Document,
    Known,
    Viewer,
    documents_of,
    known_of,
    visible,
)
from coordinator.services.access import own_responsibility, require_responsible
from coordinator.services.dispatch.precheck_facts import KnownFacts, load_known
from coordinator.services.policies import policy_of_visit
from coordinator.services.ports import Actor, Role, Work
from coordinator.services.withdrawals import withdrawn_among

_TO_COME = (VisitState.PUBLISHED, VisitState.RUNNING)


@dataclass(frozen=True)
class Comparison:
    """Everything known of a visit's objects, before anybody's right to see it was looked at."""

    visit: Visit
    policy: PrecheckPolicy
    facts: Sequence[Known]
    documents: Sequence[Document]

    def seen_by(self, actor: Actor) -> "Comparison":
        """Leave what somebody may see; without right to any of it also no documents."""
        viewer = _viewer(actor)
        if viewer.department and viewer.department not in self.visit.departments:
            return replace(self, facts=(), documents=())
        return replace(self, facts=self._visible(viewer))

    def card(self, work: Work, department: str, names: Mapping[str, str]) -> PrecheckCard:
        """Give what one department of the visit gets, in Chinese as its desk speaks."""
        words: dict[str, str] = {each.code: each.name for each in self.policy.fields}
        return PrecheckCard(
            compared_at=work.now(),
            facts=tuple(
                KnownFact(
                    object_id=each.object_id,
                    object_name=each.object_name,
                    field=each.field,
                    field_name=words[each.field],
                    text=each.text,
                    source_name=names.get(each.source, each.source),
                    date=each.day,
                    undisclosed=each.undisclosed,
                )
                for each in self._visible(Viewer(Role.DEPARTMENT, department))
            ),
            documents=tuple(
                DocumentCard(
                    name=each.name,
                    asked_by=each.asked_by,
                    departments=each.departments,
                    on_file=each.on_file,
                )
                for each in self.documents
            ),
        )

    def _visible(self, viewer: Viewer) -> list[Known]:
        return visible(self.facts, self.policy, viewer, self.visit.departments)


@dataclass(frozen=True)
class Compared:
    """Comparisons of several visits, with the names of organs for their cards."""

    by_visit: Mapping[str, Comparison]
    names: Mapping[str, str]

    def card(self, work: Work, visit_id: str, department: str) -> PrecheckCard | None:
        """Give what a department of a visit gets; None for a visit that was not compared."""
        found = self.by_visit.get(visit_id)
        return None if found is None else found.card(work, department, self.names)


async def compare_announced(work: Work, visits: Iterable[Visit], policy: Policy) -> Compared:
    """Compare for the announced ones of some visits; a covert target waits for its day."""
    announced = [visit for visit in visits if visit.mode is Mode.ANNOUNCED]
    return await _compare(work, announced, policy)


async def compare(work: Work, visit: Visit) -> Compared:
    """Compare registers and earlier visits for a visit's objects, as they stand now."""
    return await _compare(work, [visit], await policy_of_visit(work, visit))


async def _compare(work: Work, visits: Sequence[Visit], policy: Policy) -> Compared:
    loaded = await load_known(work, {visit.visit_id for visit in visits})
    known = await _without_taken_back(work, loaded)
    today = work.today()
    found = {}
    for visit in visits:
        things = known.things_of(visit.visit_id)
        facts = [
            fact
            for thing in things
            for fact in known_of(
                thing, known.history_of(visit.visit_id, thing), policy, today, work.day_of
            )
        ]
        papers = documents_of(known.needed(visit.visit_id), visit.lead_department, things)
        found[visit.visit_id] = Comparison(visit, policy.precheck, facts, papers)
    names = {organ.code: organ.name for organ in await work.departments.where()}
    return Compared(found, names)


async def _without_taken_back(work: Work, known: KnownFacts) -> KnownFacts:
    """Give what is known with results whose publication was withdrawn as not published."""
    shown = {each.result_id for kept in known.results.values() for each in kept if each.disclosed}
    gone = await withdrawn_among(work, shown)
    results = {
        code: [
            replace(each, disclosed=each.disclosed and each.result_id not in gone) for each in kept
        ]
        for code, kept in known.results.items()
    }
    return replace(known, results=results)


async def precheck_of(work: Work, visit_id: str) -> Comparison:
    """Give the comparison of a visit as the actor may see it.

    NOT_YOUR_DEPARTMENT for a department that doesn't take part; PRECHECK_SECRET for everybody
    while a covert round is under way: its teams get theirs with the target, on the day.
    """
    visit = await work.visits.get(visit_id)
    department = work.actor.department
    if department is not None and department not in visit.departments:
        raise RuleBrokenError(
            Rule.NOT_YOUR_DEPARTMENT, actor=department, department=",".join(visit.departments)
        )
    if await _is_secret(work, visit):
        raise RuleBrokenError(Rule.PRECHECK_SECRET, visit=visit_id)
    return (await _one(work, visit)).seen_by(work.actor)


async def refresh_precheck(work: Work, visit_id: str) -> Visit:
    """Compare again, and send every department of the visit what it may see now.

    The office may, and the departments of the visit; of a covert visit once its target is open.
    """
    visit = await work.visits.get(visit_id)
    _require_part(work, visit)
    if visit.state not in _TO_COME:
        raise RuleBrokenError(
            Rule.MOVE_NOT_ALLOWED,
            of=visit_id,
            now=visit.state.value,
            wanted="compared",
            allowed=sorted(state.value for state in _TO_COME),
        )
    if visit.mode is Mode.COVERT and visit.opened_at is None:
        raise RuleBrokenError(Rule.PRECHECK_SECRET, visit=visit_id)
    known = await compare(work, visit)
    for department in visit.departments:
        card = known.by_visit[visit_id].card(work, department, known.names)
        message = PrecheckRefreshed(visit_id=visit_id, department=department, precheck=card)
        await work.post.to_department(department, message, subject=visit_id, correlation=visit_id)
    await work.audit("dispatch:precheck:refreshed", visit_id)
    return visit


async def documents_for(work: Work, visit: Visit) -> Sequence[Document]:
    """Give the documents that a visit needs, each once, for the notice to the inspected."""
    return (await _one(work, visit)).documents


async def _one(work: Work, visit: Visit) -> Comparison:
    return (await compare(work, visit)).by_visit[visit.visit_id]


async def _is_secret(work: Work, visit: Visit) -> bool:
    if visit.mode is not Mode.COVERT:
        return False
    return (await work.rounds.get(visit.round_id)).state is not RoundState.DISCLOSED


def _viewer(actor: Actor) -> Viewer:
    if actor.role is Role.DEPARTMENT:
        return Viewer(Role.DEPARTMENT, actor.department or "-")
    return Viewer(OFFICE if actor.role is Role.OFFICE else AUDITOR)


def _require_part(work: Work, visit: Visit) -> None:
    """Refuse auditors, and departments that don't take part."""
    actor = require_responsible(work, own_responsibility(work))
    if actor.role not in (Role.OFFICE, Role.DEPARTMENT):
        raise RuleBrokenError(
            Rule.ROLE_NOT_ALLOWED, role=actor.role.value, needed=Role.OFFICE.value
        )
    if actor.role is Role.DEPARTMENT and actor.department not in visit.departments:
        raise RuleBrokenError(
            Rule.NOT_YOUR_DEPARTMENT,
            actor=actor.department or "-",
            department=",".join(visit.departments),
        )
