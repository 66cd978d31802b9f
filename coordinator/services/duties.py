"""Daily duties: what the day itself brings about, each once per business day."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from coordinator.domain.lifecycle import VisitState
from coordinator.domain.registers.acts import DIRECTORIES
from coordinator.services import (
    appraisal,
    archive,
    audit,
    blacklist,
    consequences,
    credit_effects,
    disclosure,
    dispatch,
    distribution,
    exchange,
    follow_up,
    joint_punishment,
    listing_effects,
    lottery,
    overdue,
    registers,
    retention,
    team_draw,
)
from coordinator.services.access import require_office
from coordinator.services.ports import DutyRun, Query, Work
from coordinator.services.registers.entries import last_act, untouched_since

Verb = Callable[[Work], Awaitable[Mapping[str, object]]]


@dataclass(frozen=True)
class OneByOne:
    """What of a duty is done one by one: what waits, by key, and how one of it is done."""

    waiting: Callable[[Work], Awaitable[Sequence[str]]]
    do: Callable[[Work, str], Awaitable[object]]


_STALENESS = "stale-registers"
EXPIRING = "expire-listings"
MARKING = "keep-marks"
RENEWING = "renew-penalties"
FOLLOWING_UP = "follow-up"
FORGETTING = "forget-old-messages"
ENDING_TERMS = "note-ended-terms"
SUPPLEMENTING = "supplement-archive"
SEALING = "seal-audit-chain"


async def _enact_due_lists(work: Work) -> Mapping[str, object]:
    return {"enacted": await registers.enact_due_lists(work)}


async def _note_stale_registers(work: Work) -> Mapping[str, object]:
    """Put a directory that nobody has touched for the profile's months on record, once (大城)."""
    months = work.policy.registers.stale_months
    if months is None:
        return {"stale": {}}
    known = await _stale_before(work)
    stale = {}
    for kind in DIRECTORIES:
        act = await last_act(work, kind)
        if act is None or act.applied_at is None or not untouched_since(work, act, months):
            continue
        stale[kind.value] = act.import_id
        if known.get(kind.value) != act.import_id:
            last = work.day_of(act.applied_at).isoformat()
            await work.audit("registers:directory:stale", kind.value, months=months, last=last)
    return {"stale": stale}


async def _open_embargoed_records(work: Work) -> Mapping[str, object]:
    return {"opened": await lottery.open_embargoed_records(work)}


async def _replace_unfit_members(work: Work) -> Mapping[str, object]:
    """Replace who can't take part in a published visit any more: certificates lapse, people leave.

    Visits that are not sent out yet are looked at when they are.
    """
    published = await work.visits.where(state=(VisitState.PUBLISHED, VisitState.RUNNING))
    changes = await team_draw.replace_unfit(work, published)
    await dispatch.announce_changes(work, changes)
    return {"replaced": len(changes)}


async def _retire_disclosures(work: Work) -> Mapping[str, object]:
    """Take results off the public pages whose years are over."""
    return {"retired": await disclosure.retire_disclosures(work)}


async def _note_silent_receivers(work: Work) -> Mapping[str, object]:
    """Put receivers on record that acknowledge nothing."""
    return {"silent": await distribution.note_silent_receivers(work)}


async def _note_silent_platforms(work: Work) -> Mapping[str, object]:
    """Put public platforms on record that give no receipt, or no list of the day."""
    return {
        "silent": await exchange.note_silent_platforms(work),
        "lists": await exchange.note_silent_lists(work),
    }


async def _forget_old_messages(work: Work) -> Mapping[str, object]:
    """Forget the first batch; whoever does the duties forgets the rest."""
    return await retention.forget_old_messages(work)


async def _supplement_archive(work: Work) -> Mapping[str, object]:
    """Put into the archive what happened to archived tasks since yesterday."""
    return await archive.supplement_changed(work, SUPPLEMENTING)


async def _seal_audit_chain(work: Work) -> Mapping[str, object]:
    """Anchor the chain; whoever does the duties copies the checkpoint and walks over the chain."""
    sealed = await audit.seal_chain(work)
    return {"sealed": sealed.number if sealed else 0}


DUTIES: Mapping[str, Verb] = MappingProxyType(
    {
        "enact-due-lists": _enact_due_lists,
        "tell-lapsed-items": dispatch.tell_lapsed,
        _STALENESS: _note_stale_registers,
        "open-embargoed-records": _open_embargoed_records,
        "replace-unfit-members": _replace_unfit_members,
        EXPIRING: listing_effects.expire_listings,
        MARKING: listing_effects.keep_marks,
        "lift-ended-measures": joint_punishment.lift_ended,
        "remind-of-measures": joint_punishment.remind,
        "note-silent-credit-systems": blacklist.note_silence,
        FOLLOWING_UP: consequences.follow_up_duties,
        "open-appraisal-reports": appraisal.open_reports,
        "remind-of-clocks": overdue.remind_departments,
        "note-red-clocks": overdue.note_red_clocks,
        "retire-disclosures": _retire_disclosures,
        RENEWING: disclosure.renew_penalties,
        "make-credit-files": credit_effects.make_last_years,
        "note-silent-receivers": _note_silent_receivers,
        "note-silent-platforms": _note_silent_platforms,
        FORGETTING: _forget_old_messages,
        ENDING_TERMS: archive.note_due_tasks,
        SUPPLEMENTING: _supplement_archive,
        SEALING: _seal_audit_chain,
    }
)


ONE_BY_ONE: Mapping[str, tuple[OneByOne, ...]] = MappingProxyType(
    {
        EXPIRING: (OneByOne(listing_effects.listings_to_expire, listing_effects.expire_listing),),
        MARKING: (OneByOne(listing_effects.listings_to_mark, listing_effects.keep_mark),),
        RENEWING: (
            OneByOne(disclosure.penalties_over, disclosure.end_over_penalty),
            OneByOne(disclosure.penalties_to_take_up, disclosure.take_up_former_penalty),
        ),
        FOLLOWING_UP: (
            OneByOne(follow_up.orders_to_remind, follow_up.remind_of_order),
            OneByOne(follow_up.notices_to_remind, follow_up.remind_of_notice),
            OneByOne(follow_up.overdue_transfers, follow_up.note_overdue_transfer),
            OneByOne(follow_up.overdue_hazards, follow_up.note_overdue_hazard),
            OneByOne(consequences.abnormal_to_mark, consequences.keep_abnormal),
            OneByOne(consequences.hazards_to_mark, consequences.mark_hazard),
            OneByOne(follow_up.results_to_propose, follow_up.propose_of),
        ),
        ENDING_TERMS: (OneByOne(archive.terms_over, archive.note_term_over),),
    }
)
"""Duties of which a day may bring much: each piece gets a transaction, the duty does the rest."""


async def open_duties(work: Work) -> tuple[str, ...]:
    """Name the duties that nobody has done on this business day."""
    done = {each.duty for each in await work.duty_runs.where(day=work.today())}
    return tuple(name for name in DUTIES if name not in done)


async def do_duty(work: Work, name: str, pieces: int = 0) -> DutyRun | None:
    """Do a duty, or give None when somebody has done it today; `pieces` were done one by one.

    Business transactions run one at a time, so that nobody does it between the look and the row.
    """
    require_office(work)
    if await work.duty_runs.find((name, work.today())) is not None:
        return None
    outcome = await DUTIES[name](work)
    if pieces:
        outcome = {**outcome, "pieces": pieces}
    run = DutyRun(duty=name, day=work.today(), done_at=work.now(), outcome=outcome)
    await work.duty_runs.add([run])
    return run


async def _stale_before(work: Work) -> Mapping[str, str]:
    """Give what was stale when the duty was done last, with the act that had been the latest."""
    query = Query(equals={"duty": _STALENESS}, order="day", descending=True, limit=1)
    last = (await work.duty_runs.page(query)).values
    before: Mapping[str, str] = last[0].outcome.get("stale", {}) if last else {}
    return before
