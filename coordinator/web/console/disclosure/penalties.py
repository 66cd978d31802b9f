"""Published penalties: severity, last day, earlier end, and why one is not shown any more."""

from fastapi import APIRouter
from fastapi.responses import Response

from coordinator.domain.lifecycle import PublicationState
from coordinator.domain.penalty_publication import PenaltyPublication
from coordinator.services.ports import AuditEntry, Work
from coordinator.web.api.penalties import SEARCHED
from coordinator.web.console.disclosure.tabs import TABS
from coordinator.web.console.frame import ActButton, Console, InConsole
from coordinator.web.language import later
from coordinator.web.lists import Column, Filter, ListSpec
from coordinator.web.names import Names, load_names
from coordinator.web.pages import bare_code
from coordinator.web.reach import own_matters, require_own
from coordinator.web.words import states_of

router = APIRouter()
_HERE = "/console/penalties"


def _spec(console: Console, names: Names) -> ListSpec[PenaltyPublication]:
    return ListSpec(
        title=later("处罚公示"),
        columns=(
            Column(
                later("当事人"),
                "subject_name",
                "link",
                href=lambda each: f"{_HERE}/{each.publication_id}",
                note=lambda each, _names: bare_code(each.subject),
                order="subject_name",
            ),
            Column(later("部门"), lambda each, _names: (each.department,), kind="departments"),
            Column(later("决定书文号"), "decision_number"),
            Column(later("决定日期"), "decided_date", "date", order="decided_date"),
            Column(later("失信程度"), lambda each, names: names.severity(each.severity)),
            Column(later("公示到"), "shown_until", "date", order="shown_until"),
            Column(later("状态"), "state", "state:publication"),
            Column(later("结束"), "ended_at", "time", order="ended_at"),
        ),
        filters=(
            Filter("state", later("全部状态"), states_of("publication")),
            Filter("severity", later("全部程度"), names.severity_options()),
            Filter("end", later("全部结束原因"), states_of("publication-end")),
        ),
        fixed=own_matters(console.actor),
        order="decided_date",
        descending=True,
        empty=later("没有处罚公示。"),
        empty_next=later("作出处罚决定后，随检查结果公示。"),
        search_label=later("当事人、代码或文号"),
        search_in=SEARCHED,
    )


@router.get(_HERE)
async def penalties(console: InConsole) -> Response:
    """List the publications of penalties."""
    async with console.reading() as work:
        names = await load_names(work)
        return await console.show_list(
            work,
            work.penalty_publications,
            _spec(console, names),
            template="lists/tabbed.html",
            names=names,
            tabs=TABS,
        )


@router.get(_HERE + "/{publication_id}")
async def one_penalty(publication_id: str, console: InConsole) -> Response:
    """Show one with its rule, its last day, and how it ended."""
    async with console.reading() as work:
        found = await work.penalty_publications.get(publication_id)
        require_own(console.actor, found.department)
        return await console.show(
            work,
            "disclosure/penalty.html",
            found=found,
            public=found.is_public(work.today()),
            today=work.today(),
            acts=_acts(console, found, work),
            log=await _history(work, found),
        )


async def _history(work: Work, found: PenaltyPublication) -> list[AuditEntry]:
    entries = await work.audit_entries.where(subject=found.visit_id)
    own = (each for each in entries if each.facts.get("publication") == found.publication_id)
    return sorted(own, key=lambda each: each.number, reverse=True)


def _acts(console: Console, found: PenaltyPublication, work: Work) -> list[ActButton]:
    if console.actor.department != found.department:
        return []
    wanted = []
    if found.state is PublicationState.WAITING and found.lacks_severity:
        wanted.append("state-severity")
    if found.repair_waits and console.actor.name != found.repair_asked_by:
        wanted.append("decide-penalty-repair")
    earliest = found.earliest_date
    if earliest and found.is_public(work.today()) and work.today() >= earliest:
        wanted += [] if found.repair_waits else ["ask-penalty-repair"]
    return console.buttons(*wanted, publication_id=found.publication_id)
