"""一案一卷: everything on record of one case, in the order in which it came about."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from coordinator.domain.follow_up import Case, CopyNotice, Hazard, Rectification, Sample, Transfer
from coordinator.domain.result_intake import Result
from coordinator.services.ports import AuditEntry, Work


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
    history: Sequence[AuditEntry]


async def case_file(work: Work, case_id: str) -> CaseFile:
    """Gather the file of a case; who may read it is for the caller to ask."""
    case = await work.cases.get(case_id)
    code = {"result_id": case.result_id}
    visit = {"visit_id": case.visit_id, "department": case.department}
    tested = {**visit, "object_id": case.object_id, "item": case.item}
    entries = await work.audit_entries.where(subject=case.visit_id)
    return CaseFile(
        case=case,
        result=await work.results.find(case.result_id),
        reports=await work.reports.where(**visit),
        orders=_by_time(await work.rectifications.where(**code), "ordered_at"),
        hazards=_by_time(await work.hazards.where(**code), "registered_at"),
        samples=_by_time(await work.samples.where(**tested), "entered_at"),
        transfers=_by_time(await work.transfers.where(**code), "sent_at"),
        copy_notices=_by_time(await work.copy_notices.where(**code), "sent_at"),
        listings=await work.listings.where(case_id=case_id),
        history=sorted(
            (each for each in entries if _is_of(each, case)), key=lambda each: each.number
        ),
    )


def _by_time(values: Iterable[Any], field: str) -> list[Any]:
    def at(value: Any) -> datetime:
        moment: datetime = getattr(value, field)
        return moment

    return sorted(values, key=at)


def _is_of(entry: AuditEntry, case: Case) -> bool:
    """Say whether an act at the visit is about the case: named by it, or of its follow-up."""
    named = entry.facts.get("case")
    if named is not None:
        return bool(named == case.case_id)
    same_item = entry.facts.get("item") in (None, case.item)
    return entry.tag.startswith("follow-up:") and same_item
