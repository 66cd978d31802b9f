"""The papers of follow-up as PDF: orders, letters, notices, consents."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response

from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.web.console.follow_up.matters import require_seen
from coordinator.web.console.follow_up.paper_data import (
    Paper,
    copy_paper,
    hazard_papers,
    order_paper,
    transfer_paper,
)
from coordinator.web.console.frame import Console, InConsole
from coordinator.web.console.notices import pdf
from coordinator.web.reach import require_own, seen_copy_notices, seen_transfers

router = APIRouter()


@router.get("/console/rectifications/{rectification_id}/order.pdf")
async def rectification_order(rectification_id: str, console: InConsole) -> Response:
    """Give the order to put a problem right 责令限期改正通知书."""
    async with console.reading() as work:
        order = await work.rectifications.get(rectification_id)
        require_own(console.actor, order.department)
        paper = await order_paper(console, work, order)
    return _sent(console, paper, rectification_id)


@router.get("/console/transfers/{transfer_id}/letter.pdf")
async def transfer_letter(transfer_id: str, console: InConsole) -> Response:
    """Give the letter of a transfer 案件移送书."""
    async with console.reading() as work:
        sent = await work.transfers.get(transfer_id)
        _require_key(await seen_transfers(work, console.actor), "transfer_id", transfer_id)
        paper = await transfer_paper(console, work, sent)
    return _sent(console, paper, transfer_id)


@router.get("/console/copy-notices/{notice_id}/letter.pdf")
async def copy_letter(notice_id: str, console: InConsole) -> Response:
    """Give the letter of a copy notice 抄告函."""
    async with console.reading() as work:
        notice = await work.copy_notices.get(notice_id)
        _require_key(await seen_copy_notices(work, console.actor), "notice_id", notice_id)
        paper = await copy_paper(console, work, notice)
    return _sent(console, paper, notice_id)


@router.get("/console/hazards/{hazard_id}/stop-order.pdf")
async def stop_order(hazard_id: str, console: InConsole) -> Response:
    """Give the order that stopped the work 责令停止通知书."""
    return await _of_hazard(console, hazard_id, "stop-order")


@router.get("/console/hazards/{hazard_id}/listing.pdf")
async def hazard_listing(hazard_id: str, console: InConsole) -> Response:
    """Give the notice of listed supervision 挂牌督办通知."""
    return await _of_hazard(console, hazard_id, "hazard-listing")


@router.get("/console/hazards/{hazard_id}/consent.pdf")
async def resume_consent(hazard_id: str, console: InConsole) -> Response:
    """Give the consent that work is resumed 恢复生产审查意见."""
    return await _of_hazard(console, hazard_id, "resume-consent")


async def _of_hazard(console: Console, hazard_id: str, form: str) -> Response:
    async with console.reading() as work:
        hazard = await work.hazards.get(hazard_id)
        await require_seen(work, console.actor, hazard)
        papers = await hazard_papers(console, work, hazard)
    if form not in papers:
        raise RuleBrokenError(Rule.NOT_FOUND, kind="document", key=hazard_id)
    return _sent(console, papers[form], hazard_id)


def _require_key(seen: Mapping[str, Any], name: str, key: str) -> None:
    """Refuse a letter of others as if it were not there."""
    if seen and key not in seen[name]:
        raise RuleBrokenError(Rule.NOT_FOUND, kind="document", key=key)


def _sent(console: Console, paper: Paper, key: str) -> Response:
    return pdf(paper.made(console), f"{paper.form}-{key}")
