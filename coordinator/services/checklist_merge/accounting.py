"""What became of a round's checks and what the merge saved, counted anew from what is stored."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from coordinator.domain.checklist_merge import (
    Account,
    CheckKey,
    Ending,
    HeldCheck,
    MergeSummary,
    Outcome,
    Savings,
    SavingsOf,
    savings_in_all,
    savings_of,
)
from coordinator.domain.dispatch import Visit, VisitCheck
from coordinator.domain.lifecycle import VisitState
from coordinator.domain.object_replacing import DroppedCheck, RequestState
from coordinator.services.ports import Work

MERGED = "checklist-merge:checks:merged"
_BESIDE_THE_ROUNDS = ""


@dataclass(frozen=True)
class RoundMerge:
    """The stored merge of a round.

    Visits whose object was replaced are left out, with all they held: others took it over.
    `joined` are checks that no lot drew (re-inspections, leads) in visits of the round; `gone` are
    (line, object) that gave way to the reserve, whose checks are owed by their successors.
    `at_most_above`: visits that the merge at the draw may have had beyond the minimum,
    0 where it is proven, None where it did not say.
    """

    visits: Mapping[str, Visit]
    drawn: Sequence[VisitCheck]
    joined: Sequence[VisitCheck]
    dropped: Sequence[DroppedCheck]
    superseded: Sequence[VisitCheck]
    gone: frozenset[tuple[str, str]]
    at_most_above: int | None

    def account(self) -> Account:
        """Give how every check ended; CHECKS_UNACCOUNTED where one did not, or twice."""
        held = [*self.drawn, *self.joined]
        ended = [(_key(check), self._ending(check)) for check in held]
        ended += [
            (_key(each), Ending(Outcome(each.outcome), each.reference)) for each in self.dropped
        ]
        owed = {_key(check) for check in [*held, *self._still_owed()]}
        owed |= {_key(each) for each in self.dropped}
        return Account.of(owed, ended)

    def held(self) -> list[HeldCheck]:
        """Give what savings are counted from: drawn checks and the visits that they went into.

        What was left out of a visit was no saving.
        """
        return [
            HeldCheck(
                visit=check.visit_id,
                desk=self.visits[check.visit_id].desk,
                place=self.visits[check.visit_id].place,
                object=check.object_id,
                department=check.department,
                line=check.line,
            )
            for check in self.drawn
            if not check.left_out
        ]

    def place_names(self) -> dict[str, str]:
        """Give a name for each place, as its visits have it."""
        return {visit.place: visit.place_name for visit in self.visits.values()}

    def summary(self) -> MergeSummary:
        """Give the figures of 3.7."""
        held = self.held()
        whole, of_objects = savings_in_all(held), savings_of(held, SavingsOf.OBJECT)
        return MergeSummary(
            checks=whole.checks,
            separate_visits=whole.separate_visits,
            visits=whole.visits,
            desk_tasks=whole.desk_tasks,
            saved=whole.separate_visits - whole.visits,
            per_object_maximum=max((each.visits for each in of_objects.values()), default=0),
        )

    def savings(self, by: SavingsOf) -> dict[str, Savings]:
        """Give what was saved for each object, place, department or line."""
        return savings_of(self.held(), by)

    def _ending(self, check: VisitCheck) -> Ending:
        visit = self.visits[check.visit_id]
        if check.left_out:
            return Ending(Outcome.DEFERRED, check.left_out)
        if visit.state is VisitState.WITHDRAWN:
            return Ending(Outcome.DEFERRED, visit.withdrawn_reason or VisitState.WITHDRAWN.value)
        return Ending(Outcome.DESK if visit.desk else Outcome.VISITED, visit.visit_id)

    def _still_owed(self) -> list[VisitCheck]:
        """Give what withdrawn visits held of objects that nobody stands for."""
        return [each for each in self.superseded if (each.line, each.object_id) not in self.gone]


async def merge_of(work: Work, round_id: str) -> RoundMerge:
    """Load the merge of a round as it stands."""
    done = await work.replacement_requests.where(round_id=round_id, state=RequestState.DONE)
    withdrawn = {visit_id for request in done for visit_id in request.withdrawn}
    visits = {visit.visit_id: visit for visit in await work.visits.where(round_id=round_id)}
    checks = await work.checks.where(round_id=round_id)
    replaced = await work.object_replacements.where(round_id=round_id)
    return RoundMerge(
        visits=visits,
        drawn=[check for check in checks if check.visit_id not in withdrawn],
        joined=[
            check
            for check in await work.checks.where(round_id=_BESIDE_THE_ROUNDS)
            if check.visit_id in visits and check.visit_id not in withdrawn
        ],
        dropped=await work.dropped_checks.where(round_id=round_id),
        superseded=[check for check in checks if check.visit_id in withdrawn],
        gone=frozenset((each.line, each.object_id) for each in replaced),
        at_most_above=await _at_most_above(work, round_id),
    )


async def _at_most_above(work: Work, round_id: str) -> int | None:
    """Read what the merge said when it was made; earlier ones said nothing of it."""
    entries = await work.audit_entries.where(subject=round_id, tag=MERGED)
    said = [entry.facts["at_most_above"] for entry in entries if "at_most_above" in entry.facts]
    return int(str(said[-1])) if said else None


async def merge_summary(work: Work, round_id: str) -> MergeSummary:
    """Give the figures of a round's merge again, from what is stored and was not replaced."""
    return (await merge_of(work, round_id)).summary()


def _key(check: VisitCheck | DroppedCheck) -> CheckKey:
    """Name a check; one that no lot drew by what made it due, for several may ask the same."""
    line = check.line
    if isinstance(check, VisitCheck) and check.due_check:
        line = f"@{check.due_check}"
    return check.object_id, line, check.department, check.item
