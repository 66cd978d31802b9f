"""What the papers of follow-up say, for the single paper and for the file of a case."""

from dataclasses import dataclass
from typing import Any

from coordinator.domain.follow_up import CopyNotice, Hazard, Rectification, Transfer
from coordinator.services.ports import Work
from coordinator.web.console.frame import Console
from coordinator.web.console.notices import day_of
from coordinator.web.language import CHINESE, speaking
from coordinator.web.names import load_names
from coordinator.web.words import state


@dataclass(frozen=True)
class Paper:
    """A form and what fills it."""

    form: str
    data: dict[str, Any]

    def made(self, console: Console) -> bytes:
        """Set it as PDF."""
        return console.parts.documents.pdf(self.form, self.data)


async def order_paper(console: Console, work: Work, order: Rectification) -> Paper:
    """Word the order to put a problem right."""
    result = await work.results.get(order.result_id)
    moved = order.first_due not in (None, order.due_date)
    data = {
        **await head(console, work, order.department),
        "number": order.order_number or "",
        "issued_date": day_of(order.ordered_at, console.parts.zone),
        "addressee": order.object_name,
        "subject": order.object_id,
        "item": result.item_name,
        "problem": order.problem,
        "article": order.article,
        "due_date": order.due_date,
        "first_due": order.first_due if moved else None,
        "visited_date": result.visited_date,
    }
    return Paper("rectification-order", data)


async def transfer_paper(console: Console, work: Work, sent: Transfer) -> Paper:
    """Word the letter of a transfer."""
    with speaking(CHINESE):
        severity = state("severity", sent.severity).word
    data = {
        **await head(console, work, sent.department),
        "number": sent.letter_number,
        "issued_date": day_of(sent.sent_at, console.parts.zone),
        "addressee": sent.receiver_name,
        "subject": sent.subject,
        "subject_name": sent.subject_name,
        "severity": severity,
        "matter": sent.matter,
        "reason": sent.reason,
        "materials": sent.materials,
        "answer_due": sent.answer_due,
    }
    return Paper("transfer-letter", data)


async def copy_paper(console: Console, work: Work, notice: CopyNotice) -> Paper:
    """Word the letter of a copy notice."""
    names = await load_names(work)
    with speaking(CHINESE):
        receiver = names.department(notice.receiver)
    data = {
        **await head(console, work, notice.department),
        "number": notice.letter_number,
        "issued_date": day_of(notice.sent_at, console.parts.zone),
        "addressee": receiver,
        "object_name": notice.object_name,
        "matter": notice.matter,
        "basis": notice.basis,
        "answer_due": notice.answer_due,
    }
    return Paper("copy-notice", data)


async def hazard_papers(console: Console, work: Work, hazard: Hazard) -> dict[str, Paper]:
    """Word the papers that a hazard has by now, by the name of their form."""
    zone = console.parts.zone
    common = {
        **await head(console, work, hazard.department),
        "addressee": hazard.object_name,
        "subject": hazard.subject,
        "matter": hazard.matter,
        "basis": hazard.basis,
        "stop_number": hazard.stop_number or "",
        "removal_due": hazard.removal_due,
        "scope": hazard.stop_scope,
        "requirements": hazard.listing_requirements,
        "evidence": hazard.evidence,
        "opinion": hazard.review_opinion,
        "reviewed_date": day_of(hazard.reviewed_at, zone) or None,
    }
    issued = {
        "stop-order": (hazard.stop_number, hazard.confirmed_at if hazard.stop_scope else None),
        "hazard-listing": (hazard.listed_number, hazard.listed_at),
        "resume-consent": (hazard.consent_number, hazard.consented_at),
    }
    return {
        form: Paper(form, {**common, "number": number or "", "issued_date": day_of(at, zone)})
        for form, (number, at) in issued.items()
        if at is not None
    }


async def head(console: Console, work: Work, department: str) -> dict[str, Any]:
    """Give what every paper of an organ begins with."""
    names = await load_names(work)
    with speaking(CHINESE):
        organ = names.department(department)
    return {
        "office": console.parts.office_name,
        "rehearsal": console.parts.rehearsal,
        "organ": organ,
    }
