"""One page for everything that follows a finding: facts, papers, next step, history."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from fastapi.responses import Response

from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.services import follow_up
from coordinator.services.ports import Actor, AuditEntry, Role, Work
from coordinator.web.console.frame import ActButton, Console
from coordinator.web.language import _, later
from coordinator.web.lists import Cell, ListSpec, Paged
from coordinator.web.names import Names
from coordinator.web.reach import open_rounds

ORDERS = (
    ("/console/rectifications", later("责令改正")),
    ("/console/hazards", later("重大隐患")),
    ("/console/samples", later("样品检验")),
)
CASES = (
    ("/console/cases", later("立案查处")),
    ("/console/transfers", later("移送")),
    ("/console/copy-notices", later("抄告")),
    ("/console/abnormal-list", later("经营异常名录")),
    ("/console/enterprises", later("一企一档")),
    ("/console/credit-files", later("年度信用档案")),
)
Tabs = Sequence[tuple[str, str]]


@dataclass(frozen=True, kw_only=True)
class Matter:
    """What a record page shows; facts without value are left out."""

    title: str
    state: tuple[str, str]
    tabs: Tabs
    here: str
    visit_id: str
    result_id: str = ""
    facts: Sequence[Cell] = ()
    acts: Sequence[ActButton] = ()
    next_step: str = ""
    late: str = ""
    papers: Sequence[tuple[str, str]] = ()
    links: Sequence[tuple[str, str]] = ()
    history: Sequence[AuditEntry] = ()
    more: dict[str, Any] = field(default_factory=dict)


def fact(title: str, value: Any, kind: str = "text", *, note: str = "", href: str = "") -> Cell:
    """Give one fact; `kind` as of a list's column."""
    return Cell(kind=kind, value=value, title=title, note=note, href=href)


async def show_matter(console: Console, work: Work, names: Names, matter: Matter) -> Response:
    """Show the page of one thing that follows a finding."""
    return await console.show(work, "follow_up/matter.html", names=names, matter=matter)


async def show_matters(
    console: Console, work: Work, collection: Paged[Any], spec: ListSpec[Any], tabs: Tabs
) -> Response:
    """Show a list of such things below its tabs."""
    return await console.show_list(
        work, collection, spec, template="follow_up/matters.html", tabs=tabs
    )


async def history_of(work: Work, visit_id: str, kind: str, key: str) -> list[AuditEntry]:
    """Give what the audit chain says of one matter of a visit, latest first."""
    entries = await work.audit_entries.where(subject=visit_id)
    of_kind = [each for each in entries if each.tag.startswith(f"follow-up:{kind}:")]
    own = [each for each in of_kind if follow_up.is_about(each, (key,))]
    return sorted(own, key=lambda each: each.number, reverse=True)


def days_left(due: date | None, today: date) -> str:
    """Word how long there is to go, or since when it is over."""
    if due is None:
        return ""
    left = (due - today).days
    if left < 0:
        return _("已逾期 %(n)s 天") % {"n": -left}
    return _("今天到期") if left == 0 else _("还剩 %(n)s 天") % {"n": left}


async def require_seen(work: Work, actor: Actor, matter: Any) -> None:
    """Refuse a matter of another department, and anybody but its own while its round is covert."""
    own = actor.role is Role.DEPARTMENT and matter.department == actor.department
    if own:
        return
    below = actor.role is not Role.DEPARTMENT or matter.department in actor.sees
    if not below:
        raise RuleBrokenError(
            Rule.NOT_YOUR_DEPARTMENT, actor=actor.department or "-", department=matter.department
        )
    if matter.round_id not in await open_rounds(work):
        raise RuleBrokenError(Rule.NOT_FOUND, kind="matter", key="-")
