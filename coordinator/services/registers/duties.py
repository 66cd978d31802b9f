"""Duty lists 检查人员权责清单: a department drafts a post's duties, an approver publishes them."""

from dataclasses import dataclass, replace
from datetime import date

from coordinator.domain.errors import Rule, RuleBrokenError, given
from coordinator.domain.lifecycle import LIST_MOVES, ListState, move
from coordinator.domain.lottery.ceremony import another_person
from coordinator.domain.registers.duties import DutyList
from coordinator.services.access import require_department
from coordinator.services.ports import Responsibility, Work


@dataclass(frozen=True, kw_only=True)
class DutyDraft:
    """The duties of a post as they are handed in."""

    department: str
    post: str
    duties: tuple[str, ...]
    exemptions: tuple[str, ...]
    basis: str


async def draft_duties(work: Work, draft: DutyDraft) -> DutyList:
    """Keep a draft of a post's next duty list; it replaces a draft that is not published yet."""
    actor = require_department(work, draft.department, responsibility=Responsibility.LEGAL)
    post = given(draft.post, "post", draft.department).strip()
    duties = tuple(each.strip() for each in draft.duties if each.strip())
    if not duties:
        raise RuleBrokenError(Rule.VALUE_MISSING, what="duties", of=post)
    former = await work.duty_lists.where(department=draft.department, post=post)
    drafts = [each for each in former if each.state is ListState.DRAFT]
    kept = DutyList(
        duty_list_id=drafts[0].duty_list_id if drafts else work.new_id(),
        department=draft.department,
        post=post,
        version=1 + sum(each.state is ListState.PUBLISHED for each in former),
        duties=duties,
        exemptions=tuple(each.strip() for each in draft.exemptions if each.strip()),
        basis=given(draft.basis, "basis", post),
        state=ListState.DRAFT,
        drafted_by=actor.name,
        drafted_at=work.now(),
    )
    await work.duty_lists.save(kept)
    await work.audit("registers:duties:drafted", kept.duty_list_id, post=post)
    return kept


async def publish_duties(work: Work, duty_list_id: str, effective_date: date) -> DutyList:
    """Publish a draft; by an approver of the department who did not draft it."""
    found = await work.duty_lists.get(duty_list_id)
    actor = require_department(work, found.department, approver=True)
    state = move(LIST_MOVES, found.state, ListState.PUBLISHED, of=found.post)
    another_person(found.drafted_by, actor.name, "publish-duties")
    if effective_date < work.today():
        raise RuleBrokenError(
            Rule.EFFECTIVE_DATE_TOO_EARLY,
            effective=effective_date.isoformat(),
            earliest=work.today().isoformat(),
        )
    published = replace(
        found,
        state=state,
        published_by=actor.name,
        published_at=work.now(),
        effective_date=effective_date,
    )
    await work.duty_lists.save(published)
    await work.audit("registers:duties:published", duty_list_id, version=published.version)
    return published
