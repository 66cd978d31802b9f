"""Reconciliation with public platforms: their daily list uploaded, and what differs."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, File, Form, UploadFile
from fastapi.responses import RedirectResponse, Response

from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.services import exchange
from coordinator.services.ports import Role, Work
from coordinator.web.console.exchange.lists import (
    TABS,
    list_alarms,
    platforms_of,
    reconciliations_spec,
)
from coordinator.web.console.exchange.reach import require_overseer
from coordinator.web.console.frame import Console, InConsole
from coordinator.web.errors import sentences
from coordinator.web.identity import require_same_site, require_token
from coordinator.web.language import _
from coordinator.web.rule_texts import RULE_TEXTS

router = APIRouter()

_LIST_BYTES = 20_000_000
_SHOWN = 200


@router.get("/console/exchange/reconciliations")
async def reconciliations(console: InConsole) -> Response:
    """List the comparisons with platforms, and take in the next list."""
    require_overseer(console)
    return await _reconciliations(console, [], 200)


@router.post("/console/exchange/reconciliations")
async def compare(
    console: InConsole,
    platform: Annotated[str, Form()] = "",
    csrf: Annotated[str, Form()] = "",
    file: Annotated[UploadFile | None, File()] = None,
) -> Response:
    """Compare an uploaded list of today with ours."""
    require_same_site(console.request)
    require_token(console.person, csrf)
    try:
        async with console.parts.open_work(console.actor) as work:
            listed = await _listed(work, platform, file)
            found = await exchange.reconcile(work, listed)
    except RuleBrokenError as error:
        problems = [("file", words) for _line, words in sentences(error)]
        return await _reconciliations(console, problems, RULE_TEXTS[error.rule].status)
    return RedirectResponse(f"/console/exchange/reconciliations/{found.reconciliation_id}", 303)


@router.get("/console/exchange/reconciliations/{reconciliation_id}")
async def one_reconciliation(reconciliation_id: str, console: InConsole) -> Response:
    """Show what differs, record by record."""
    require_overseer(console)
    async with console.reading() as work:
        found = await work.reconciliations.get(reconciliation_id)
        ids = {*found.missing[:_SHOWN], *found.unknown[:_SHOWN], *found.different[:_SHOWN]}
        known = {e.record_id: e for e in await work.exchange_records.where(record_id=ids)}
        return await console.show(
            work,
            "exchange/reconciliation.html",
            found=found,
            platform=platforms_of(work).get(found.platform, found.platform),
            groups=(
                (_("平台缺少"), _("我方已被接收、平台清单中没有：核实后重新发送。"), found.missing),
                (
                    _("我方没有"),
                    _("平台清单中有、我方没有发送或已被退回：请平台查明来源。"),
                    found.unknown,
                ),
                (_("内容不同"), _("两边都有、摘要不同：核实后重新发送。"), found.different),
            ),
            known=known,
            shown=_SHOWN,
        )


async def _reconciliations(
    console: Console, problems: Sequence[tuple[str, str]], status: int
) -> Response:
    async with console.reading() as work:
        platforms = platforms_of(work)
        alarm = " ".join(list_alarms(work, await exchange.silent_lists(work)))
        return await console.show_list(
            work,
            work.reconciliations,
            reconciliations_spec(platforms),
            template="exchange/reconciliations.html",
            tabs=TABS,
            platforms=platforms,
            problems=problems,
            status=status,
            alarm=alarm,
            may_compare=console.actor.role is Role.OFFICE,
        )


async def _listed(work: Work, platform: str, file: UploadFile | None) -> exchange.PlatformList:
    name = (file and file.filename) or "-"
    content = await file.read(_LIST_BYTES + 1) if file else b""
    if not content or len(content) > _LIST_BYTES:
        raise RuleBrokenError(
            Rule.EXCHANGE_FILE_UNREADABLE,
            file=name,
            row=1,
            field="file",
            expected=f"1 … {_LIST_BYTES} B",
            found=f"{len(content)} B",
        )
    return exchange.PlatformList(platform, work.today(), name, content)
