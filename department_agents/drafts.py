"""Problems that experts draft on site: entered, listed, adopted or rejected by an officer (2.6)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from contracts.results import Evidence, ExpertDraft, FindingsSubmitted
from department_agents.clock import LEGAL_TIME
from department_agents.store.draft_rows import DraftRow, DraftState


class ProblemDrafted(BaseModel):
    """What an expert drafts, or an officer writes down for the expert; it stays with us."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    visit_id: str
    expert: str
    entered_by: str
    object_id: str
    item: str
    checkpoint: str | None = None
    problem: str
    legal_basis: str
    evidence: tuple[Evidence, ...] = ()


class DraftDecided(BaseModel):
    """An officer's decision about a draft; until the report leaves it may be taken anew."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    visit_id: str
    number: int
    adopted: bool
    decided_by: str
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft of a visit with its decision, if there is one."""

    number: int
    drafted: ProblemDrafted
    state: DraftState
    drafted_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    reason: str | None

    @property
    def as_sent(self) -> ExpertDraft | None:
        """Give it as a report carries it, in local time; None while it is undecided."""
        if self.decided_by is None or self.decided_at is None:
            return None
        return ExpertDraft(
            **self.drafted.model_dump(exclude={"visit_id", "evidence"}),
            evidence=self.drafted.evidence,
            number=self.number,
            drafted_at=self.drafted_at.astimezone(LEGAL_TIME),
            adopted=self.state is DraftState.ADOPTED,
            decided_by=self.decided_by,
            decided_at=self.decided_at.astimezone(LEGAL_TIME),
            reason=self.reason,
        )

    def as_json(self) -> dict[str, Any]:
        """Give it for the API."""
        return {
            "number": self.number,
            "state": self.state.value,
            "drafted_at": self.drafted_at.isoformat(),
            "decided_by": self.decided_by,
            "decided_at": self.decided_at and self.decided_at.isoformat(),
            "reason": self.reason,
            **self.drafted.model_dump(mode="json", exclude={"visit_id"}),
        }


async def drafts_of(
    session: AsyncSession, visit_id: str | None = None
) -> dict[str, tuple[Draft, ...]]:
    """Give by visit its drafts in the order they were entered; of one visit or of all."""
    query = select(DraftRow).order_by(col(DraftRow.visit_id), col(DraftRow.number))
    if visit_id is not None:
        query = query.where(col(DraftRow.visit_id) == visit_id)
    found: dict[str, tuple[Draft, ...]] = {}
    for row in await session.exec(query):
        found[row.visit_id] = (*found.get(row.visit_id, ()), _draft(row))
    return found


def with_drafts(report: FindingsSubmitted, drafts: Iterable[Draft]) -> FindingsSubmitted:
    """Give a report with every decided draft: what lies here is what counts, by its number."""
    decided = {each.number: each for each in report.drafts}
    decided |= {sent.number: sent for each in drafts if (sent := each.as_sent) is not None}
    ordered = tuple(decided[number] for number in sorted(decided))
    return report.model_copy(update={"drafts": ordered})


def _draft(row: DraftRow) -> Draft:
    return Draft(
        number=row.number,
        drafted=ProblemDrafted.model_validate_json(row.body),
        state=DraftState(row.state),
        drafted_at=row.drafted_at,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        reason=row.reason,
    )
