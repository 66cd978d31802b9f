"""Results that are not published by law: who asked, on which ground, who decided."""

from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response

from coordinator.domain.disclosure import DisclosureExemption
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import ExemptionState
from coordinator.services.ports import Role, Work
from coordinator.web.console.disclosure.tabs import TABS
from coordinator.web.console.frame import Console, InConsole
from coordinator.web.language import _, choose, later
from coordinator.web.lists import Column, Filter, ListSpec
from coordinator.web.names import Names, load_names
from coordinator.web.reach import open_rounds, own_duties
from coordinator.web.words import states_of

router = APIRouter()


def _spec(
    names: Names, reasons: dict[str, str], fixed: dict[str, Any]
) -> ListSpec[DisclosureExemption]:
    return ListSpec(
        title=later("不予公示"),
        columns=(
            Column(
                later("检查对象"),
                "object_name",
                "link",
                href=lambda each: f"/console/disclosures/exemptions/{each.exemption_id}",
                note=lambda each, _names: each.item_name,
                order="object_name",
            ),
            Column(later("部门"), lambda each, _names: (each.department,), kind="departments"),
            Column(later("法定情形"), lambda each, _names: reasons.get(each.reason, each.reason)),
            Column(later("申请人"), lambda each, of: of.person(each.asked_by)),
            Column(later("申请时间"), "asked_at", "time", order="asked_at"),
            Column(later("状态"), "state", "state:exemption", order="state"),
            Column(
                later("审批人"),
                lambda each, of: of.person(each.decided_by) if each.decided_by else "",
            ),
        ),
        filters=(
            Filter("department", later("全部部门"), names.department_options()),
            Filter("state", later("全部状态"), states_of("exemption")),
            Filter("reason", later("全部情形"), list(reasons.items())),
        ),
        fixed=fixed,
        order="asked_at",
        descending=True,
        empty=later("没有不予公示的结果。"),
        empty_next=later("依法不能公示的，在结果页申请，由本部门另一名审批人决定。"),
        search_label=later("对象或事项"),
        search_in=("object_name", "item_name"),
    )


@router.get("/console/disclosures/exemptions")
async def exemptions(console: InConsole) -> Response:
    """List requests not to publish; a department sees its own, the public none."""
    async with console.reading() as work:
        names = await load_names(work)
        fixed = await _reach(console, work)
        kept = await work.disclosure_exemptions.count(state=ExemptionState.APPROVED, **fixed)
        spec = _spec(names, _reasons(work), fixed)
        return await console.show_list(
            work,
            work.disclosure_exemptions,
            spec,
            template="lists/tabbed.html",
            names=names,
            tabs=TABS,
            intro=_("不予公示 %(n)s 项，单独计数，不算入应公示；公示网站不显示。") % {"n": kept},
        )


@router.get("/console/disclosures/exemptions/{exemption_id}")
async def one_exemption(exemption_id: str, console: InConsole) -> Response:
    """Show a request with its facts, and decide it."""
    async with console.reading() as work:
        found = await work.disclosure_exemptions.get(exemption_id)
        fixed = await _reach(console, work)
        if any(
            getattr(found, name) not in (value if isinstance(value, tuple) else (value,))
            for name, value in fixed.items()
        ):
            raise RuleBrokenError(Rule.NOT_FOUND, kind="exemption", key=exemption_id)
        waits = found.state is ExemptionState.REQUESTED
        mine = console.actor.department == found.department
        wanted = ("approve-exemption", "refuse-exemption") if waits and mine else ()
        basis = {e.code: e.basis for e in work.policies.disclosure_reasons("exemption")}
        return await console.show(
            work,
            "disclosure/exemption.html",
            found=found,
            reason=_reasons(work).get(found.reason, found.reason),
            basis=basis.get(found.reason, ""),
            acts=console.buttons(*wanted, exemption_id=exemption_id),
        )


async def _reach(console: Console, work: Work) -> dict[str, Any]:
    if console.actor.role is Role.DEPARTMENT:
        return own_duties(console.actor)
    return {"round_id": await open_rounds(work)}


def _reasons(work: Work) -> dict[str, str]:
    table = work.policies.disclosure_reasons("exemption")
    return {each.code: choose(each.name, each.name_en) for each in table}
