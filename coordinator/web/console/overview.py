"""The first page: the round under way, its steps and figures, and what waits for this person."""

from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from coordinator.domain.lifecycle import RoundState
from coordinator.domain.lottery.ceremony import Round
from coordinator.services import appraisal
from coordinator.services.ports import Query, Work
from coordinator.web.console.agents import alarming_agents
from coordinator.web.console.alarms import publication_alarms
from coordinator.web.console.audit import broken_chain
from coordinator.web.console.ceremony import next_step, round_buttons, standing_of
from coordinator.web.console.frame import InConsole
from coordinator.web.console.lottery import steps_of
from coordinator.web.names import load_names
from coordinator.web.overdue_clocks import lights_of
from coordinator.web.reach import own_matters

router = APIRouter()

_ENTRIES = 12


@router.get("/console")
async def overview(console: InConsole) -> Response:
    """Show the latest round."""
    async with console.reading() as work:
        silent = await alarming_agents(console, work)
        lights = await lights_of(work, console.actor)
        broken = await broken_chain(console, work)
        alarms = await publication_alarms(console, work)
        drawn = await _latest(work)
        if drawn is None:
            return await console.show(
                work,
                "overview/empty.html",
                silent=silent,
                lights=lights,
                broken=broken,
                alarms=alarms,
            )
        own = own_matters(console.actor)
        names = await load_names(work)
        standing = await standing_of(work, drawn)
        return await console.show(
            work,
            "overview/overview.html",
            names=names,
            silent=silent,
            lights=lights,
            broken=broken,
            alarms=alarms,
            drawn=drawn,
            steps=await steps_of(work, drawn),
            figures=await appraisal.round_figures(work, drawn.round_id),
            indicators=await appraisal.indicators(work, drawn.round_id),
            acts=round_buttons(console, drawn, standing),
            next_step=next_step(drawn, names, standing),
            tasks=await _task_counts(work, drawn, own),
            log=(await work.audit_entries.page(_last_entries(drawn))).values,
        )


@router.get("/console/search")
async def search(console: InConsole, q: str = "") -> Response:
    """Go to the visits that the text finds."""
    return RedirectResponse(f"/console/visits?{urlencode({'q': q})}", 303)


async def _latest(work: Work) -> Round | None:
    found = await work.rounds.page(Query(order="opened_at", descending=True, limit=1))
    return found.values[0] if found.values else None


async def _task_counts(work: Work, drawn: Round, own: dict[str, Any]) -> list[tuple[str, int, int]]:
    """Count each department's disclosed tasks among all of this round."""
    if drawn.state in (RoundState.OPEN, RoundState.FROZEN, RoundState.REVEALING, RoundState.READY):
        return []
    counts = []
    for code in own["department"] if own else drawn.departments:
        of = await work.tasks.count(round_id=drawn.round_id, department=code)
        done = await work.tasks.count(round_id=drawn.round_id, department=code, state="disclosed")
        counts.append((code, done, of))
    return counts


def _last_entries(drawn: Round) -> Query:
    return Query(
        equals={"subject": drawn.round_id}, order="number", descending=True, limit=_ENTRIES
    )
