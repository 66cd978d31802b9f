"""Applications for credit repair, their decision, and the proof that everybody took it in."""

from collections.abc import Sequence

from fastapi import APIRouter
from fastapi.responses import Response

from coordinator.domain.credit_repair import Repair
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import RepairState
from coordinator.services import blacklist, credit_repair
from coordinator.services.ports import Query, Work
from coordinator.web.console.frame import ActButton, Console, InConsole
from coordinator.web.console.notices import day_of, pdf
from coordinator.web.language import CHINESE, later, speaking
from coordinator.web.lists import Column, Filter, ListSpec
from coordinator.web.names import Names, load_names
from coordinator.web.pages import bare_code
from coordinator.web.reach import own_matters, require_own
from coordinator.web.words import states_of

router = APIRouter()


@router.get("/console/repairs")
async def repairs(console: InConsole) -> Response:
    """List the applications."""
    spec: ListSpec[Repair] = ListSpec(
        title=later("信用修复"),
        columns=(
            Column(
                later("当事人"),
                "subject_name",
                "link",
                href=lambda each: f"/console/repairs/{each.repair_id}",
                note=lambda each, _names: bare_code(each.subject),
                order="subject_name",
            ),
            Column(later("名单"), lambda each, names: names.list_name(each.list_code)),
            Column(later("列入机关"), lambda each, _names: (each.organ,), kind="departments"),
            Column(later("申请时间"), "applied_at", "time", order="applied_at"),
            Column(later("办理期限"), "decision_due", "date", order="decision_due"),
            Column(later("状态"), "state", "state:repair"),
        ),
        filters=(
            Filter("state", later("全部状态"), states_of("repair")),
            Filter("channel", later("全部途径"), states_of("repair-channel")),
        ),
        fixed=own_matters(console.actor, "organ"),
        order="applied_at",
        descending=True,
        empty=later("没有信用修复申请。"),
        empty_next=later("当事人满足最短期限后，可以在公示网站或者向列入机关申请。"),
        search_label=later("当事人、代码或文号"),
    )
    async with console.reading() as work:
        return await console.show_list(work, work.repairs, spec)


@router.get("/console/repairs/{repair_id}")
async def one_repair(repair_id: str, console: InConsole) -> Response:
    """Show an application, and whether its subject is removed everywhere."""
    async with console.reading() as work:
        repair = await work.repairs.get(repair_id)
        require_own(console.actor, repair.organ)
        standing = None
        if repair.state is RepairState.GRANTED:
            silent = await blacklist.unacknowledged(work, repair.listing_id)
            standing = await credit_repair.standing_of(work, repair, silent)
        log = await work.audit_entries.page(
            Query(equals={"subject": repair.listing_id}, order="number", descending=True)
        )
        return await console.show(
            work,
            "credit_repair/repair.html",
            repair=repair,
            listing=await work.listings.get(repair.listing_id),
            standing=standing,
            today=work.today(),
            acts=_buttons(console, repair),
            log=[each for each in log.values if each.facts.get("repair") == repair_id],
        )


@router.get("/console/repairs/{repair_id}/decision.pdf")
async def decision(repair_id: str, console: InConsole) -> Response:
    """Give the decision 信用修复决定书, granted or refused."""
    async with console.reading() as work:
        repair = await work.repairs.get(repair_id)
        require_own(console.actor, repair.organ)
        if repair.decision_number is None:
            raise RuleBrokenError(Rule.NOT_FOUND, kind="decision", key=repair_id)
        data = await _paper(console, work, repair)
    return pdf(console.parts.documents.pdf("repair-decision", data), f"repair-{repair_id}")


@router.get("/console/repairs/{repair_id}/proof.pdf")
async def proof(repair_id: str, console: InConsole) -> Response:
    """Give the proof 信用修复证明 once credit systems and departments have taken it in."""
    async with console.reading() as work:
        repair = await work.repairs.get(repair_id)
        require_own(console.actor, repair.organ)
        silent = await blacklist.unacknowledged(work, repair.listing_id)
        standing = await credit_repair.standing_of(work, repair, silent)
        credit_repair.require_complete(repair, standing)
        data = {
            **await _paper(console, work, repair),
            "proof_date": work.today().isoformat(),
            "receipts": await _receipts(console, work, repair),
            "shut_out": await _shut_out(console, work, repair),
        }
    return pdf(console.parts.documents.pdf("repair-proof", data), f"repair-proof-{repair_id}")


async def _paper(console: Console, work: Work, repair: Repair) -> dict[str, object]:
    names = await load_names(work)
    listing = await work.listings.get(repair.listing_id)
    rules = work.policy.credit_repair
    with speaking(CHINESE):
        return {
            "office": console.parts.office_name,
            "rehearsal": console.parts.rehearsal,
            "organ": names.department(repair.organ),
            "subject": repair.subject,
            "subject_name": repair.subject_name,
            "list_name": names.list_name(repair.list_code),
            "founding_text": names.founding_text(repair.list_code),
            "repair_text": _basis(repair, names, rules.founding_text if rules else ""),
            "listing_number": listing.decision_number,
            "listing_date": listing.decision_date,
            "applied_date": day_of(repair.applied_at, console.parts.zone),
            "statement": repair.statement,
            "verification": repair.verification,
            "granted": repair.state is RepairState.GRANTED,
            "decision_number": repair.decision_number,
            "decision_date": day_of(repair.decided_at, console.parts.zone),
            "reason": repair.decision_reason,
        }


def _basis(repair: Repair, names: Names, dated: str) -> str:
    return dated if repair.severity else names.founding_text(repair.list_code)


async def _receipts(console: Console, work: Work, repair: Repair) -> list[dict[str, str]]:
    names = await load_names(work)
    taken_in = [
        {
            "receiver": _receiver(each, names),
            "at": day_of(each.acknowledged_at, console.parts.zone),
        }
        for each in await _of_the_end(work, repair)
        if each.acknowledged_at is not None
    ]
    orders = await work.orders.where(listing_id=repair.listing_id)
    return taken_in + [
        {
            "receiver": f"{names.department(each.department)}（{names.measure(each.measure)}）",
            "at": day_of(each.lifted_at, console.parts.zone),
        }
        for each in orders
        if each.lifted_at is not None
    ]


async def _shut_out(console: Console, work: Work, repair: Repair) -> list[dict[str, str]]:
    """Name who was shut out before it could take the repair in: the proof says so."""
    names = await load_names(work)
    return [
        {"receiver": _receiver(each, names), "at": day_of(each.shut_out_at, console.parts.zone)}
        for each in await _of_the_end(work, repair)
        if each.shut_out_at is not None
    ]


async def _of_the_end(work: Work, repair: Repair) -> Sequence[blacklist.Receipt]:
    """Give the receipts of the last change of the entry: that its subject left the list."""
    told = await blacklist.receipts_of(work, repair.listing_id)
    return told[-1][1] if told else ()


def _receiver(receipt: blacklist.Receipt, names: Names) -> str:
    if receipt.is_system:
        return names.person(f"credit-{receipt.receiver}")
    return names.department(receipt.receiver)


def _buttons(console: Console, repair: Repair) -> list[ActButton]:
    if console.actor.department != repair.organ:
        return []
    wanted = {
        RepairState.APPLIED: ("verify-repair", "withdraw-repair"),
        RepairState.VERIFIED: ("withdraw-repair",)
        if console.actor.name == repair.verified_by
        else ("decide-repair", "withdraw-repair"),
    }
    return console.buttons(*wanted.get(repair.state, ()), repair_id=repair.repair_id)
