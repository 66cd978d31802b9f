"""The audit chain: every act, and whether the chain is whole."""

from typing import TYPE_CHECKING

from fastapi import APIRouter
from fastapi.responses import Response

from coordinator.web.console.frame import InConsole
from coordinator.web.dependencies import Overseer
from coordinator.web.language import later
from coordinator.web.lists import Column, ListSpec
from coordinator.web.words import act_word

if TYPE_CHECKING:
    from coordinator.services.ports import AuditEntry

router = APIRouter()


@router.get("/console/audit")
async def audit(console: InConsole, _person: Overseer, check: bool = False) -> Response:
    """List the entries; with `check`, verify the whole chain."""
    spec: ListSpec[AuditEntry] = ListSpec(
        title=later("审计链"),
        columns=(
            Column(later("序号"), "number", "number", order="number"),
            Column(later("时间"), "at", "time", order="at"),
            Column(
                later("经手"),
                lambda each, names: names.doer(each),
                note=lambda each, _names: each.actor,
            ),
            Column(
                later("事情"),
                lambda each, _names: act_word(each.tag),
                kind="strong",
                note=lambda each, _names: each.tag,
            ),
            Column(later("对象"), "subject", "code"),
            Column(later("指纹"), lambda each, _names: each.digest[:16], kind="code"),
        ),
        order="number",
        descending=True,
        empty=later("还没有记录。"),
        search_label=later("经手、事情或对象"),
    )
    async with console.reading() as work:
        broken_at: int | None = None
        if check and console.parts.first_break is not None:
            broken_at = console.parts.first_break(list(await work.audit_entries.where()))
        return await console.show_list(
            work,
            work.audit_entries,
            spec,
            template="audit/audit.html",
            checked=check and console.parts.first_break is not None,
            can_check=console.parts.first_break is not None,
            broken_at=broken_at,
        )
