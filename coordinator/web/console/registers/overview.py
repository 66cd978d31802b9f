"""All registers at a glance: how many, how fresh, what is missing, and what to do next."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from fastapi import APIRouter
from fastapi.responses import Response

from coordinator.domain.registers.acts import RegisterAct, RegisterKind
from coordinator.domain.registers.completeness import MANDATORY
from coordinator.services.ports import Actor, Query, Work
from coordinator.services.registers.entries import Staleness, staleness
from coordinator.web.console.frame import InConsole
from coordinator.web.console.registers.fields import field_label
from coordinator.web.console.registers.imports import import_page, source_words
from coordinator.web.language import _
from coordinator.web.reach import own_matters
from coordinator.web.receiving import uploadable

router = APIRouter()

_LATEST = 5
_COUNTED_AT_ONCE = 200_000  # entries; beyond, a person asks for the count
_NEVER = 1200  # months: a profile without the rule


@dataclass(frozen=True)
class Gap:
    """Entries in which a field is blank, and where they are listed."""

    label: str
    number: int
    href: str


@dataclass(frozen=True, kw_only=True)
class Summary:
    """One register as the overview shows it; `next_words` say what to do now."""

    kind: RegisterKind
    href: str
    number: int
    fresh: Staleness
    gaps: Sequence[Gap]
    is_counted: bool
    next_words: str
    next_href: str


@router.get("/console/registers")
async def registers(console: InConsole) -> Response:
    """Show the registers, how much each holds, how old and how complete it is."""
    async with console.reading() as work:
        months = work.policy.registers.stale_months or _NEVER
        mine = own_matters(console.actor)
        most = None if "count" in console.request.query_params else _COUNTED_AT_ONCE
        fresh = await staleness(work, months, most)
        found = [await _summary(work, console.actor, each) for each in fresh]
        return await console.show(
            work,
            "registers/registers.html",
            summaries=found,
            others=await _others(work, console.actor),
            latest=await _latest(work, console.actor),
            import_page=import_page,
            source_words=source_words,
            may_upload=bool(uploadable(console.actor)),
            own_inspectors=await work.inspectors.count(**mine) if mine else None,
        )


async def _summary(work: Work, actor: Actor, fresh: Staleness) -> Summary:
    href = f"/console/registers/{fresh.kind.value}"
    words, where = _next_step(actor, fresh, stale=fresh.is_stale)
    return Summary(
        kind=fresh.kind,
        href=href,
        number=fresh.number_of_rows,
        fresh=fresh,
        gaps=[
            Gap(field_label(fresh.kind, field), number, f"{href}?{urlencode({'blank': field})}")
            for field in MANDATORY[fresh.kind]
            if (number := (fresh.number_blank or {}).get(field, 0))
        ],
        is_counted=fresh.number_blank is not None,
        next_words=words,
        next_href=where,
    )


def _next_step(actor: Actor, fresh: Staleness, *, stale: bool) -> tuple[str, str]:
    """Give the one thing to do about a register, and where; nothing for those who may not."""
    upload = f"/console/registers/imports/new?kind={fresh.kind.value}"
    if fresh.kind not in uploadable(actor):
        return "", ""
    if not fresh.number_of_rows and fresh.kind is RegisterKind.RECUSALS:
        return _("申报回避"), "/console/acts/declare-recusal"
    if not fresh.number_of_rows:
        return _("上传名录"), upload
    if stale:
        return _("上传新名录"), upload
    return _("更新"), upload


async def _others(work: Work, actor: Actor) -> list[tuple[str, str, int]]:
    return [
        (_("抽查事项清单"), "/console/registers/items", await work.items.count()),
        (_("部门联合抽查事项清单"), "/console/registers/joint-list", await work.joint_list.count()),
        (
            _("登记库变更"),
            "/console/registers/imports",
            await work.imports.count(**own_matters(actor)),
        ),
    ]


async def _latest(work: Work, actor: Actor) -> Sequence[RegisterAct]:
    query = Query(equals=own_matters(actor), order="imported_at", descending=True, limit=_LATEST)
    return (await work.imports.page(query)).values
