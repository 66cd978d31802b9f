"""Withdrawal of a wrongful publication 撤销公示: asked by one person, confirmed by an approver."""

from dataclasses import replace

from contracts.results import DisclosureWithdrawn
from coordinator.domain.disclosure import Disclosure, require_another
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.policy import require_reason
from coordinator.services.access import require_department
from coordinator.services.disclosure.penalties import withdraw_penalties
from coordinator.services.ports import Actor, Work


async def request_withdrawal(
    work: Work, disclosure_id: str, reason: str, note: str = ""
) -> Disclosure:
    """Ask that a publication be taken back, for a typed reason; it stays until confirmed."""
    disclosure, actor = await _own(work, disclosure_id)
    table = work.policies.disclosure_reasons("withdrawal")
    require_reason(reason, note, table, disclosure_id)
    if disclosure.withdrawal_asked_by is not None:
        raise RuleBrokenError(Rule.ALREADY_EXISTS, kind="withdrawal", key=disclosure_id)
    disclosure = replace(
        disclosure,
        withdrawal_asked_by=actor.name,
        withdrawal_asked_at=work.now(),
        withdrawal_reason=reason,
        withdrawal_note=note,
    )
    await work.disclosures.save(disclosure)
    await work.audit("disclosure:withdrawal:requested", disclosure_id, reason=reason)
    return disclosure


async def confirm_withdrawal(work: Work, disclosure_id: str) -> Disclosure:
    """Take a publication back as the second person; its page says so, and holders learn."""
    disclosure, actor = await _asked(work, disclosure_id)
    require_another(disclosure.withdrawal_asked_by, actor.name, "request-withdrawal")
    return await take_back(work, disclosure)


async def take_back(work: Work, disclosure: Disclosure) -> Disclosure:
    """Take what stands off the public pages for its typed reason, as two persons decided.

    The credit systems learn of it, and every department that holds the results of that visit. A
    penalty that showed with it goes too.
    """
    disclosure = replace(disclosure, withdrawn_by=work.actor.name, withdrawn_at=work.now())
    await work.disclosures.save(disclosure)
    await work.audit(
        "disclosure:result:withdrawn",
        disclosure.disclosure_id,
        reason=disclosure.withdrawal_reason,
    )
    await withdraw_penalties(work, disclosure.result_id)
    message = DisclosureWithdrawn(
        disclosure_id=disclosure.disclosure_id,
        object_id=disclosure.object_id,
        visit_id=disclosure.visit_id,
        item=disclosure.item,
        department=disclosure.department,
        reason=disclosure.withdrawal_reason or "",
        withdrawn_at=work.now(),
    )
    await work.post.to_credit(
        message, subject=disclosure.object_id, correlation=disclosure.visit_id
    )
    shares = await work.shares.where(
        visit_id=disclosure.visit_id, from_department=disclosure.department
    )
    for holder in sorted({each.to_department for each in shares}):
        await work.post.to_department(
            holder, message, subject=disclosure.visit_id, correlation=disclosure.visit_id
        )
    return disclosure


async def refuse_withdrawal(work: Work, disclosure_id: str, note: str) -> Disclosure:
    """Leave a publication as it is, with a reason on record."""
    disclosure, _actor = await _asked(work, disclosure_id)
    if not note.strip():
        raise RuleBrokenError(Rule.REASON_MISSING, disclosure=disclosure_id)
    asked_by, reason = disclosure.withdrawal_asked_by, disclosure.withdrawal_reason
    disclosure = replace(
        disclosure,
        withdrawal_asked_by=None,
        withdrawal_asked_at=None,
        withdrawal_reason=None,
        withdrawal_note=None,
    )
    await work.disclosures.save(disclosure)
    await work.audit(
        "disclosure:withdrawal:refused",
        disclosure_id,
        asked_by=asked_by,
        reason=reason,
        note=note,
    )
    return disclosure


async def _asked(work: Work, disclosure_id: str) -> tuple[Disclosure, Actor]:
    """Give what an approver may decide on: somebody has asked to take it back."""
    disclosure, actor = await _own(work, disclosure_id, approver=True)
    if disclosure.withdrawal_asked_by is None:
        raise RuleBrokenError(Rule.NOT_FOUND, kind="withdrawal", key=disclosure_id)
    return disclosure, actor


async def _own(
    work: Work, disclosure_id: str, *, approver: bool = False
) -> tuple[Disclosure, Actor]:
    """Give a publication of the actor's own department that stands."""
    disclosure = await work.disclosures.get(disclosure_id)
    actor = require_department(work, disclosure.department, approver=approver)
    if not disclosure.is_standing:
        raise RuleBrokenError(Rule.DISCLOSURE_NOT_STANDING, disclosure=disclosure_id)
    return disclosure, actor
