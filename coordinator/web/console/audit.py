"""The audit chain: every act, whether the chain is whole, and how far it is vouched for."""

from typing import TYPE_CHECKING

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from coordinator.services import audit as services
from coordinator.services.ports import Role, Work
from coordinator.web.console.frame import Console, InConsole
from coordinator.web.dependencies import Overseer
from coordinator.web.identity import require_same_site, require_token
from coordinator.web.language import later
from coordinator.web.lists import Column, Filter, ListSpec
from coordinator.web.words import act_word

if TYPE_CHECKING:
    from coordinator.domain.audit_chain import ChainVerification, Checkpoint
    from coordinator.services.ports import AuditEntry

router = APIRouter()


@router.get("/console/audit")
async def audit(console: InConsole, _person: Overseer) -> Response:
    """List the entries, with the last verification and the last checkpoint above them."""
    async with console.reading() as work:
        verified = await services.last_verification(work)
        checkpoint = await services.last_checkpoint(work)
        ends_at, _digest = await work.audit_chain.head()
        return await console.show_list(
            work,
            work.audit_entries,
            _spec(),
            template="audit/audit.html",
            verified=verified,
            checkpoint=checkpoint,
            unanchored=max(0, ends_at - (checkpoint.number if checkpoint else 0)),
            can_verify=console.parts.verify_chain is not None,
        )


def _spec() -> "ListSpec[AuditEntry]":
    return ListSpec(
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
        filters=(
            Filter("actor", later("经手（登录名）"), typed=True),
            Filter("tag", later("事情（代码）"), typed=True),
            Filter("subject", later("对象（编号）"), typed=True),
        ),
        order="number",
        descending=True,
        empty=later("还没有记录。"),
        search_label=later("经手、事情或对象"),
    )


async def broken_chain(console: Console, work: Work) -> int:
    """Say how many flaws the last verification found; departments are not told."""
    if console.actor.role is Role.DEPARTMENT:
        return 0
    verified = await services.last_verification(work)
    return verified.state.number_of_flaws if verified else 0


@router.post("/console/audit/verify")
async def verify(request: Request, console: InConsole, _person: Overseer) -> Response:
    """Walk over the whole chain, and put what was found on record."""
    form = await request.form()
    require_same_site(request)
    require_token(console.person, str(form.get("csrf", "")))
    if console.parts.verify_chain is not None:
        await console.parts.verify_chain(console.actor)
    return RedirectResponse("/console/audit", 303)


@router.get("/console/audit/verifications")
async def verifications(console: InConsole, _person: Overseer) -> Response:
    """List who had the chain verified when, and what came of it."""
    spec: ListSpec[ChainVerification] = ListSpec(
        title=later("审计链核验记录"),
        columns=(
            Column(later("时间"), "verified_at", "time", order="verified_at"),
            Column(later("经手"), lambda each, names: names.person(each.verified_by)),
            Column(later("结果"), "whole", kind="state:chain"),
            Column(later("条数"), lambda each, _n: each.state.number_of_entries, "number"),
            Column(later("检查点核对到"), lambda each, _n: each.state.anchored, "number"),
            Column(later("问题"), lambda each, _n: each.state.number_of_flaws, "number"),
            Column(later("链尾指纹"), lambda each, _n: each.state.digest[:16], kind="code"),
        ),
        order="verified_at",
        descending=True,
        searchable=False,
        empty=later("还没有核验过。"),
        empty_next=later("审计链每个工作日自动核验一次。"),
    )
    async with console.reading() as work:
        return await console.show_list(work, work.chain_verifications, spec)


@router.get("/console/audit/checkpoints")
async def checkpoints(console: InConsole, _person: Overseer) -> Response:
    """List the checkpoints that anchor the chain."""
    spec: ListSpec[Checkpoint] = ListSpec(
        title=later("审计检查点"),
        columns=(
            Column(later("检查点"), "checkpoint", "number", order="checkpoint"),
            Column(later("签署时间"), "made_at", "time"),
            Column(later("到第几条"), "number", "number", order="number"),
            Column(later("指纹"), "digest", kind="code"),
        ),
        order="checkpoint",
        descending=True,
        searchable=False,
        empty=later("还没有检查点。"),
        empty_next=later("审计链的条数和指纹按策略定时签名，并复制到数据库之外。"),
    )
    async with console.reading() as work:
        return await console.show_list(work, work.audit_checkpoints, spec)
