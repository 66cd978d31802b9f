"""Transfers: a case or a clue goes to the authority that is competent, which answers."""

from dataclasses import dataclass, replace

from contracts.follow_up import CaseTransferred, TransferAnswered
from coordinator.domain.errors import given
from coordinator.domain.follow_up import Severity, Transfer, require_problem
from coordinator.domain.follow_up.transfers import require_receiver, require_severity, route_of
from coordinator.domain.lifecycle import (
    CASE_MOVES,
    TRANSFER_MOVES,
    CaseState,
    TransferState,
    move,
)
from coordinator.domain.policy import TransferRoute
from coordinator.domain.registers import InspectionObject
from coordinator.domain.result_intake import Result
from coordinator.services.access import require_department
from coordinator.services.covert import require_open_record
from coordinator.services.follow_up.cases import save_case
from coordinator.services.follow_up.numbering import paper_number
from coordinator.services.follow_up.settling import settle
from coordinator.services.policies import policy_of_round
from coordinator.services.ports import Work


@dataclass(frozen=True, kw_only=True)
class TransferOrder:
    """To whom a matter goes and why; `receiver` is a department here, else `receiver_name` says."""

    severity: Severity
    reason: str
    receiver: str = ""
    receiver_name: str = ""
    materials: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """What the receiver of a transfer says: accepted, or returned with the reason."""

    accepted: bool
    person: str
    reason: str = ""


async def transfer_case(work: Work, case_id: str, order: TransferOrder) -> Transfer:
    """Transfer a clue or a filed case as an approver; the case waits for the receipt."""
    case = await work.cases.get(case_id)
    require_department(work, case.department, approver=True)
    state = move(CASE_MOVES, case.state, CaseState.TRANSFERRED, of=case_id)
    sent = await _send(work, case.result_id, order, (case_id, case.clue, case.state))
    await save_case(work, replace(case, state=state), "transferred")
    return sent


async def transfer_clue(work: Work, result_id: str, order: TransferOrder) -> Transfer:
    """Transfer a problem that is another authority's from the start, as an approver."""
    result = await work.results.get(result_id)
    require_department(work, result.department, approver=True)
    require_problem(result)
    return await _send(work, result_id, order, ("", result.problem or "", None))


async def _send(
    work: Work, result_id: str, order: TransferOrder, about: tuple[str, str, CaseState | None]
) -> Transfer:
    result = await work.results.get(result_id)
    await require_open_record(work, result.round_id)
    policy = await policy_of_round(work, await work.rounds.get(result.round_id))
    subject = await _credit_subject(work, result)
    require_severity(order.severity, await work.departments.get(result.department), subject.region)
    route = route_of(order.severity, policy.follow_up)
    days = route.answer_working_days or policy.follow_up.transfer_working_days
    clock = work.calendar.after(work.today(), days)
    case_id, matter, case_state = about
    sent = Transfer(
        transfer_id=work.new_id(),
        round_id=result.round_id,
        visit_id=result.visit_id,
        result_id=result_id,
        case_id=case_id,
        object_id=result.object_id,
        object_name=result.object_name,
        subject=subject.object_id,
        subject_name=subject.name,
        department=result.department,
        severity=order.severity,
        route=route.to,
        receiver=order.receiver,
        receiver_name=await _receiver_name(work, order, route, result.department),
        letter_number=await paper_number(work, policy, result.department, "transfer") or "",
        matter=matter,
        reason=given(order.reason, "reason", result_id),
        materials=order.materials,
        state=TransferState.SENT,
        sent_by=work.actor.name,
        sent_at=work.now(),
        answer_due=clock.due_date,
        answer_provisional=clock.provisional,
        answer_basis=clock.basis,
        case_state=case_state,
    )
    return await _keep_sent(work, sent)


async def _credit_subject(work: Work, result: Result) -> InspectionObject:
    thing = await work.objects.get(result.object_id)
    return await work.objects.get(thing.credit_subject)


async def _keep_sent(work: Work, sent: Transfer) -> Transfer:
    """Keep a transfer, send its letter where it has a queue, and let its result go on."""
    await work.transfers.add([sent])
    await _post(work, sent)
    key, severity = sent.transfer_id, sent.severity.value
    await work.audit("follow-up:transfer:sent", sent.visit_id, severity=severity, of=key)
    await settle(work, sent.result_id)
    return sent


async def _receiver_name(
    work: Work, order: TransferOrder, route: TransferRoute, sender: str
) -> str:
    if not order.receiver:
        return given(order.receiver_name or None, "receiver", route.to)
    receiver = await work.departments.get(order.receiver)
    require_receiver(route, receiver, sender)
    return order.receiver_name or receiver.name


async def _post(work: Work, sent: Transfer) -> None:
    """Send the letter where the receiver takes part here; elsewhere it goes on paper."""
    if not sent.receiver:
        return
    message = CaseTransferred(
        transfer_id=sent.transfer_id,
        visit_id=sent.visit_id,
        object_id=sent.object_id,
        object_name=sent.object_name,
        subject=sent.subject,
        subject_name=sent.subject_name,
        from_department=sent.department,
        department=sent.receiver,
        severity=sent.severity.value,
        letter_number=sent.letter_number,
        matter=sent.matter,
        reason=sent.reason,
        materials=sent.materials,
        answer_due=sent.answer_due,
    )
    await work.post.to_department(
        sent.receiver, message, subject=sent.transfer_id, correlation=sent.visit_id
    )


async def receive_transfer_answer(work: Work, sender: str, message: TransferAnswered) -> None:
    """Take in the receipt of a receiver that takes part here."""
    sent = await work.transfers.get(message.transfer_id)
    require_department(work, sent.receiver or "-")
    require_department(work, sender)
    receipt = Receipt(accepted=message.accepted, person=message.person, reason=message.reason or "")
    await _answer(work, sent, receipt)


async def answer_transfer(work: Work, transfer_id: str, receipt: Receipt) -> Transfer:
    """Note the receipt: the sender what came on paper, the receiver its own."""
    sent = await work.transfers.get(transfer_id)
    require_department(work, sent.receiver or sent.department)
    return await _answer(work, sent, receipt)


async def _answer(work: Work, sent: Transfer, receipt: Receipt) -> Transfer:
    wanted = TransferState.ACCEPTED if receipt.accepted else TransferState.RETURNED
    if not receipt.accepted:
        given(receipt.reason, "reason", sent.transfer_id)
    answered = replace(
        sent,
        state=move(TRANSFER_MOVES, sent.state, wanted, of=sent.transfer_id),
        answer=receipt.reason.strip() or None,
        answered_by=given(receipt.person, "person", sent.transfer_id),
        answered_at=work.now(),
    )
    await work.transfers.save(answered)
    tag, key = f"follow-up:transfer:{wanted.value}", sent.transfer_id
    await work.audit(tag, sent.visit_id, by=sent.receiver, of=key)
    if not receipt.accepted:
        await _take_back(work, answered)
    await settle(work, sent.result_id)
    return answered


async def _take_back(work: Work, returned: Transfer) -> None:
    """Let a returned case go on where it was."""
    case = await work.cases.find(returned.case_id) if returned.case_id else None
    if case is not None and returned.case_state is not None:
        state = move(CASE_MOVES, case.state, returned.case_state, of=case.case_id)
        await save_case(work, replace(case, state=state), "returned")


async def close_transfer(work: Work, transfer_id: str, outcome: str) -> Transfer:
    """Note what the receiver made of it: the transfer and its case are over here."""
    sent = await work.transfers.get(transfer_id)
    require_department(work, sent.department)
    closed = replace(
        sent,
        state=move(TRANSFER_MOVES, sent.state, TransferState.CLOSED, of=transfer_id),
        outcome=given(outcome, "outcome", transfer_id),
        closed_at=work.now(),
    )
    await work.transfers.save(closed)
    await work.audit("follow-up:transfer:closed", sent.visit_id, of=transfer_id)
    case = await work.cases.find(sent.case_id) if sent.case_id else None
    if case is not None:
        state = move(CASE_MOVES, case.state, CaseState.CLOSED, of=case.case_id)
        await save_case(work, replace(case, state=state, closed_at=work.now()), "closed")
    await settle(work, sent.result_id)
    return closed
