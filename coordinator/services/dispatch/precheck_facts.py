"""What comparisons are made from: objects, items, and what earlier visits left, loaded at once."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from contracts.vocabulary import Mode
from coordinator.domain.blacklist import Listing
from coordinator.domain.dispatch import VisitCheck
from coordinator.domain.follow_up import Case, Rectification
from coordinator.domain.lifecycle import RoundState
from coordinator.domain.precheck import History
from coordinator.domain.registers import CheckItem, InspectionObject
from coordinator.domain.result_intake import Result
from coordinator.services.ports import Work

ValueT = TypeVar("ValueT")
_Kept = Mapping[str, Sequence[ValueT]]


@dataclass(frozen=True)
class KnownFacts:
    """Checks by visit, objects and items by code, matters by object or by the firm they concern."""

    checks: _Kept[VisitCheck]
    things: Mapping[str, InspectionObject]
    items: Mapping[str, CheckItem]
    results: _Kept[Result]
    orders: _Kept[Rectification]
    cases: _Kept[Case]
    listings: _Kept[Listing]
    parties: Mapping[str, tuple[str, ...]]

    def things_of(self, visit_id: str) -> list[InspectionObject]:
        """Give the objects of a visit, by code."""
        codes = {check.object_id for check in self.checks.get(visit_id, ())}
        return [self.things[code] for code in sorted(codes) if code in self.things]

    def needed(self, visit_id: str) -> dict[str, list[CheckItem]]:
        """Give the items of a visit by department."""
        found: dict[str, list[CheckItem]] = defaultdict(list)
        for check in self.checks.get(visit_id, ()):
            if check.item in self.items:
                found[check.department].append(self.items[check.item])
        return found

    def history_of(self, visit_id: str, thing: InspectionObject) -> History:
        """Give what other visits than this one left about an object or its firm."""
        code, owner = thing.object_id, thing.credit_subject

        def of_others(kept: _Kept[Any], key: str) -> list[Any]:
            return [each for each in kept.get(key, ()) if each.visit_id != visit_id]

        return History(
            results=of_others(self.results, code),
            rectifications=of_others(self.orders, code),
            cases=of_others(self.cases, owner),
            listings=self.listings.get(owner, ()),
            parties=self.parties,
        )


async def load_known(work: Work, visit_ids: Collection[str]) -> KnownFacts:
    """Load everything that is known of the objects of some visits.

    What comes from a covert round whose record is not open stays out.
    """
    checks = await work.checks.where(visit_id=visit_ids, left_out=None)
    codes = {check.object_id for check in checks}
    things = {each.object_id: each for each in await work.objects.where(object_id=codes)}
    subjects = {each.credit_subject for each in things.values()}
    secret = {
        each.round_id
        for each in await work.rounds.where(mode=Mode.COVERT)
        if each.state is not RoundState.DISCLOSED
    }

    def told(found: Iterable[Any]) -> list[Any]:
        return [each for each in found if each.round_id not in secret]

    results = told(await work.results.where(object_id=codes))
    orders = told(await work.rectifications.where(object_id=codes))
    cases = told(await work.cases.where(subject=subjects))
    former = {each.visit_id for each in (*results, *orders, *cases)}
    items = await work.items.where(code={check.item for check in checks})
    return KnownFacts(
        checks=_by(checks, "visit_id"),
        things=things,
        items={each.code: each for each in items},
        results=_by(results, "object_id"),
        orders=_by(orders, "object_id"),
        cases=_by(cases, "subject"),
        listings=_by(await work.listings.where(subject=subjects), "subject"),
        parties={v.visit_id: v.departments for v in await work.visits.where(visit_id=former)},
    )


def _by(values: Iterable[ValueT], field: str) -> dict[str, list[ValueT]]:
    found: dict[str, list[ValueT]] = defaultdict(list)
    for each in values:
        found[getattr(each, field)].append(each)
    return found
