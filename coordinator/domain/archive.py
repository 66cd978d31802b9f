"""Archive packages: one per task, supplements after it, chained by hash and signed.

None can vanish or change in silence; what happens after archiving is a further package of the same
chain, never a change of the first. One whose term is over goes by two persons and leaves its hash.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict

from contracts.draw_proof import canonical_json, hash_of
from coordinator.domain.lifecycle import (
    TASK_ENDED,
    AbnormalState,
    CaseState,
    CopyNoticeState,
    CorrectionState,
    ExemptionState,
    HazardState,
    ListingState,
    OrderState,
    PackageState,
    PublicationState,
    RectificationState,
    RepairState,
    SampleState,
    TransferState,
)
from coordinator.domain.policy import ArchivePolicy
from coordinator.domain.working_days import months_later

_MONTHS = 12


class PackageKind(StrEnum):
    """What a task came to: for how long it is kept depends on it."""

    CLEAN = "clean"
    PROBLEM = "problem"
    CASE = "case"


class PackageFlaw(StrEnum):
    """What is wrong with the archive, as it shows."""

    CHANGED = "changed"
    UNLINKED = "unlinked"
    UNSIGNED = "unsigned"
    REMOVED = "removed"
    END_REMOVED = "end-removed"
    AUDIT_DIFFERS = "audit-differs"
    DESTROYED_UNRECORDED = "destroyed-unrecorded"


class DutyEvidence(BaseModel):
    """What in a package shows that a duty was done, and the words by which a duty means it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str
    name: str
    name_en: str
    words: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Package:
    """What was on record of one task at one moment, as canonical JSON, with its place in the chain.

    `supplements` is the number of the task's first package, None in that one itself; `sections` are
    the SHA-256 of the parts, by name, as the whole task stands with this package. `retain_until`
    None means: for good; `due_noted_at` is when the end of the term was noted.
    """

    number: int
    visit_id: str
    round_id: str
    body: bytes
    previous: str
    digest: str
    signature: str
    archived_at: datetime
    supplements: int | None = None
    sections: Mapping[str, str] = field(default_factory=dict)
    kind: PackageKind = PackageKind.CLEAN
    retain_until: date | None = None
    state: PackageState = PackageState.KEPT
    proposed_by: str | None = None
    proposed_at: datetime | None = None
    destroyed_by: str | None = None
    destroyed_at: datetime | None = None
    protocol: str | None = None
    due_noted_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class DutyDone:
    """One duty of a person's post at a task, and what shows that it was done; "" where nothing."""

    department: str
    person_id: str
    post: str
    version: int
    duty: str
    evidence: str
    done_at: str


@dataclass(frozen=True, kw_only=True)
class ArchiveFlaw:
    """A package of which something is not as it was."""

    kind: PackageFlaw
    number: int


def chain_digest(previous: str, body: bytes) -> str:
    """Give the hex SHA-256 of the previous digest and the body."""
    return hashlib.sha256(previous.encode() + b"\n" + body).hexdigest()


def section_digests(sections: Mapping[str, Any]) -> dict[str, str]:
    """Give the SHA-256 of each part's canonical JSON."""
    return {name: hash_of(canonical_json(content)) for name, content in sections.items()}


def changed_sections(before: Mapping[str, str], now: Mapping[str, str]) -> tuple[str, ...]:
    """Name the parts that are not as the last package of the task has them."""
    return tuple(sorted(name for name, digest in now.items() if before.get(name) != digest))


def kind_of(sections: Mapping[str, Sequence[Mapping[str, Any]]]) -> PackageKind:
    """Say what a task came to."""
    if sections.get("cases"):
        return PackageKind.CASE
    problem = any(each.get("has_problem") for each in sections.get("results", ()))
    return PackageKind.PROBLEM if problem else PackageKind.CLEAN


def kept_until(kind: PackageKind, archived: date, rules: ArchivePolicy) -> date | None:
    """Give the last day on which a package of this kind is kept, None for good."""
    years = {
        PackageKind.CLEAN: rules.retention_years,
        PackageKind.PROBLEM: rules.problem_years,
        PackageKind.CASE: rules.case_years,
    }[kind]
    if years is None:
        return None
    return months_later(archived, _MONTHS * years)


def longest(terms: Iterable[date | None]) -> date | None:
    """Give the term of a task whose packages have these: the longest of them."""
    known = list(terms)
    return None if None in known else max(each for each in known if each is not None)


# In which states the things of a task are over, by part; a thing in any other keeps the task.
_OVER: Mapping[str, frozenset[str]] = {
    "tasks": TASK_ENDED,
    "disclosure_exemptions": frozenset({ExemptionState.APPROVED, ExemptionState.REFUSED}),
    "rectifications": frozenset({RectificationState.CLOSED, RectificationState.REVOKED}),
    "hazards": frozenset({HazardState.CLOSED, HazardState.REJECTED}),
    "samples": frozenset({SampleState.FINAL, SampleState.CLOSED}),
    "cases": frozenset({CaseState.CLOSED, CaseState.NOT_FILED}),
    # One that waits for its result may wait for good; one that shows needs its papers.
    "penalty_publications": frozenset(PublicationState) - {PublicationState.SHOWN},
    "transfers": frozenset({TransferState.CLOSED, TransferState.RETURNED}),
    "copy_notices": frozenset({CopyNoticeState.ANSWERED, CopyNoticeState.WITHDRAWN}),
    "abnormal_entries": frozenset({AbnormalState.REMOVED, AbnormalState.REJECTED}),
    "listings": frozenset({ListingState.DELISTED, ListingState.REJECTED, ListingState.WITHDRAWN}),
    "corrections": frozenset({CorrectionState.CONFIRMED, CorrectionState.REJECTED}),
    "repairs": frozenset({RepairState.GRANTED, RepairState.REFUSED, RepairState.WITHDRAWN}),
    "orders": frozenset({OrderState.LIFTED}),
}


def still_open(sections: Mapping[str, Sequence[Mapping[str, Any]]]) -> tuple[str, ...]:
    """Name the parts of a task of which something is not over; `disclosures`: an objection."""
    found = [
        name
        for name, over in _OVER.items()
        if any(each["state"] not in over for each in sections.get(name, ()))
    ]
    if any(e["objection"] and not e["objection_answer"] for e in sections.get("disclosures", ())):
        found.append("disclosures")
    return tuple(found)


def evidence_for(duty: str, table: Iterable[DutyEvidence]) -> DutyEvidence | None:
    """Give what shows that a duty was done: the entry whose longest word the duty holds."""
    found = [(len(word), each) for each in table for word in each.words if word and word in duty]
    return max(found, key=lambda pair: pair[0])[1] if found else None


def plain(value: Any) -> Any:
    """Write a value as canonical documents hold it: text, integers, null, lists and objects.

    Truth values are 0 and 1; numbers with a fraction are text; bytes stand as their SHA-256.
    """
    if isinstance(value, bytes):
        return {"sha256": hash_of(value), "bytes": len(value)}
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, Mapping):
        return {str(name): plain(part) for name, part in value.items()}
    return [plain(part) for part in value] if isinstance(value, list | tuple) else value
