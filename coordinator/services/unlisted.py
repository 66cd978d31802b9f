"""Matters outside the lists 清单外事项: proposed with basis, approved, recorded apart (2.12)."""

from dataclasses import dataclass, replace
from datetime import date

from coordinator.domain.burden_ledger import BurdenEntry
from coordinator.domain.errors import Rule, RuleBrokenError, given
from coordinator.domain.lifecycle import UNLISTED_MOVES, UnlistedState, move
from coordinator.domain.lottery.ceremony import another_person
from coordinator.domain.unlisted import UnlistedMatter, require_unlisted_kind
from coordinator.services import burden_ledger
from coordinator.services.access import require_department
from coordinator.services.ports import Work


@dataclass(frozen=True, kw_only=True)
class UnlistedDraft:
    """What a department must look at although no list holds it."""

    department: str
    object_id: str
    day: date
    code: str
    basis: str
    matter: str


async def propose_unlisted(work: Work, draft: UnlistedDraft) -> UnlistedMatter:
    """Propose a matter with the law that demands it; a danger may have been seen to already."""
    actor = require_department(work, draft.department)
    require_unlisted_kind(draft.code, work.policy)
    found = await work.objects.get(draft.object_id)
    matter = UnlistedMatter(
        matter_id=work.new_id(),
        department=draft.department,
        place=found.place,
        object_name=found.name,
        day=draft.day,
        code=draft.code,
        basis=given(draft.basis, "basis", draft.object_id).strip(),
        matter=given(draft.matter, "matter", draft.object_id).strip(),
        state=UnlistedState.PROPOSED,
        proposed_by=actor.name,
        proposed_at=work.now(),
    )
    await work.unlisted_matters.add([matter])
    await work.audit("unlisted:matter:proposed", matter.matter_id, code=draft.code)
    return matter


async def approve_unlisted(work: Work, matter_id: str) -> UnlistedMatter:
    """Let a matter pass, as another person and approver; the entry is counted apart."""
    matter = await work.unlisted_matters.get(matter_id)
    actor = require_department(work, matter.department, approver=True)
    another_person(matter.proposed_by, actor.name, "approve-unlisted")
    approved = replace(
        matter,
        state=move(UNLISTED_MOVES, matter.state, UnlistedState.APPROVED, of=matter_id),
        decided_by=actor.name,
        decided_at=work.now(),
    )
    organ = await work.departments.get(matter.department)
    entry = BurdenEntry(
        entry_id=matter_id,
        place=matter.place,
        year=matter.day.year,
        round_id="",
        organs=(organ.code,),
        levels=(organ.level.value,),
        exemption=matter.code,
        note=matter.basis,
        entered_at=work.now(),
        entered_by=actor.name,
        day=matter.day,
    )
    await burden_ledger.put_down(work, [entry])
    await work.unlisted_matters.save(approved)
    await work.audit("unlisted:matter:approved", matter_id, code=matter.code)
    return approved


async def refuse_unlisted(work: Work, matter_id: str, reason: str) -> UnlistedMatter:
    """Refuse a matter: nobody goes, or it waits for a list that holds it."""
    matter = await work.unlisted_matters.get(matter_id)
    actor = require_department(work, matter.department, approver=True)
    refused = replace(
        matter,
        state=move(UNLISTED_MOVES, matter.state, UnlistedState.REFUSED, of=matter_id),
        decided_by=actor.name,
        decided_at=work.now(),
        refusal=given(reason, "reason", matter_id).strip(),
    )
    await work.unlisted_matters.save(refused)
    await work.audit("unlisted:matter:refused", matter_id)
    return refused


async def report_unlisted(work: Work, matter_id: str, outcome: str) -> UnlistedMatter:
    """Record what came of an approved matter, on its day or later."""
    matter = await work.unlisted_matters.get(matter_id)
    actor = require_department(work, matter.department)
    if matter.day > work.today():
        raise RuleBrokenError(
            Rule.OUTSIDE_WINDOW,
            visit=matter_id,
            date=work.today().isoformat(),
            window=[matter.day.isoformat(), "-"],
        )
    reported = replace(
        matter,
        state=move(UNLISTED_MOVES, matter.state, UnlistedState.REPORTED, of=matter_id),
        outcome=given(outcome, "outcome", matter_id).strip(),
        reported_by=actor.name,
        reported_at=work.now(),
    )
    await work.unlisted_matters.save(reported)
    await work.audit("unlisted:matter:reported", matter_id)
    return reported
