"""一案一卷: everything on record of one case, in the order in which it came about."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from coordinator.domain.follow_up import Case, CopyNotice, Hazard, Rectification, Sample, Transfer
from coordinator.domain.result_intake import Result
from coordinator.services.ports import AuditEntry, Work

_ACTS = "follow-up:"


@dataclass(frozen=True, kw_only=True)
class CaseFile:
    """A case with all that led to it and rests on it; `history` are the acts at its visit."""

    case: Case
    result: Result | None
    reports: Sequence[Any]
    orders: Sequence[Rectification]
    hazards: Sequence[Hazard]
    samples: Sequence[Sample]
    transfers: Sequence[Transfer]
    copy_notices: Sequence[CopyNotice]
    listings: Sequence[Any]
    history: Sequence[AuditEntry] = ()

    @property
    def keys(self) -> frozenset[str]:
        """The ids of the case and of all that is in its file."""
        matters = (
            {each.rectification_id for each in self.orders},
            {each.hazard_id for each in self.hazards},
            {each.sample_id for each in self.samples},
            {each.transfer_id for each in self.transfers},
            {each.notice_id for each in self.copy_notices},
        )
        return frozenset({self.case.case_id}.union(*matters))


def is_about(entry: AuditEntry, keys: Collection[str]) -> bool:
    """Say whether an act is about any of these matters; one that names none may be."""
    named = entry.facts.get("of", entry.facts.get("case"))
    return named is None or not set(keys).isdisjoint([named] if isinstance(named, str) else named)


async def case_file(work: Work, case_id: str) -> CaseFile:
    """Gather the file of a case; who may read it is for the caller to ask."""
    case = await work.cases.get(case_id)
    code = {"result_id": case.result_id}
    visit = {"visit_id": case.visit_id, "department": case.department}
    tested = {**visit, "object_id": case.object_id, "item": case.item}
    found = CaseFile(
        case=case,
        result=await work.results.find(case.result_id),
        reports=await work.reports.where(**visit),
        orders=_by_time(await work.rectifications.where(**code), "ordered_at"),
        hazards=_by_time(await work.hazards.where(**code), "registered_at"),
        samples=_by_time(await work.samples.where(**tested), "entered_at"),
        transfers=_by_time(await work.transfers.where(**code), "sent_at"),
        copy_notices=_by_time(await work.copy_notices.where(**code), "sent_at"),
        listings=await work.listings.where(case_id=case_id),
    )
    acts = [
        each
        for each in await work.audit_entries.where(subject=case.visit_id)
        if each.tag.startswith(_ACTS) and _is_of(each, found)
    ]
    return replace(found, history=sorted(acts, key=lambda each: each.number))


def _by_time(values: Iterable[Any], field: str) -> list[Any]:
    def at(value: Any) -> datetime:
        moment: datetime = getattr(value, field)
        return moment

    return sorted(values, key=at)


def _is_of(entry: AuditEntry, found: CaseFile) -> bool:
    """Say whether an act is about what is in the file, and not about another item."""
    return entry.facts.get("item") in (None, found.case.item) and is_about(entry, found.keys)
