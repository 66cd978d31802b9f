"""Rounds and the ceremony: who has committed, signed and revealed, and the next step."""

from collections.abc import Sequence

from fastapi import APIRouter
from fastapi.responses import Response

from coordinator.domain.lifecycle import RoundState
from coordinator.domain.lottery.ceremony import Round
from coordinator.services import appraisal, team_draw
from coordinator.services.ports import AuditEntry, Query, Work
from coordinator.web.api.ceremony_seen import BEFORE_DRAW, flags_of
from coordinator.web.console.burden_answers import frequency_seen
from coordinator.web.console.ceremony import (
    cancellation_seen,
    changed_words,
    enterable_sources,
    leaving_buttons,
    next_step,
    round_buttons,
    standing_of,
)
from coordinator.web.console.frame import InConsole
from coordinator.web.console.line_draws import line_draw_views
from coordinator.web.console.long_work import progress_words
from coordinator.web.console.team_draw import reason_words
from coordinator.web.console.training import training_seen
from coordinator.web.language import _, later
from coordinator.web.lists import Column, Filter, ListSpec
from coordinator.web.names import load_names
from coordinator.web.words import states_of

router = APIRouter()


Step = tuple[str, str, str]


def _spec() -> ListSpec[Round]:
    return ListSpec(
        title=later("抽查批次"),
        columns=(
            Column(
                later("批次"),
                "title",
                "link",
                href=lambda each: f"/console/rounds/{each.round_id}",
                note=lambda each, _names: each.round_id,
                order="title",
            ),
            Column(later("方式"), "mode", "state:mode"),
            Column(later("部门"), "departments", "departments"),
            Column(later("任务"), lambda each, _names: len(each.lines), kind="number"),
            Column(later("开启"), "opened_at", "time", order="opened_at"),
            Column(later("状态"), "state", "state:round"),
        ),
        filters=(
            Filter("state", later("全部状态"), states_of("round")),
            Filter("mode", later("全部方式"), states_of("mode")),
        ),
        order="opened_at",
        descending=True,
        empty=later("还没有抽查批次。"),
        empty_next=later("先发布年度计划，再从计划任务开启一个批次。"),
        search_label=later("批次名称或编号"),
    )


@router.get("/console/rounds")
async def rounds(console: InConsole) -> Response:
    """List the rounds."""
    async with console.reading() as work:
        return await console.show_list(
            work, work.rounds, _spec(), acts=console.buttons("open-round")
        )


@router.get("/console/rounds/{round_id}")
async def one_round(round_id: str, console: InConsole) -> Response:
    """Show a round: ceremony, figures, history."""
    async with console.reading() as work:
        drawn = await work.rounds.get(round_id)
        contributors = await work.contributors.where(round_id=round_id)
        names = await load_names(work)
        standing = await standing_of(work, drawn)
        progress = work.shelf.progress(round_id) if drawn.state in BEFORE_DRAW else None
        working = progress is not None and progress.is_running
        return await console.show(
            work,
            "lottery/round.html",
            names=names,
            drawn=drawn,
            steps=await steps_of(work, drawn),
            contributors=standing.flags,
            receipts={each.code: each for each in contributors},
            voids=await work.void_attempts.where(round_id=round_id),
            cancelled=await cancellation_seen(work, drawn),
            standing=standing,
            changed=changed_words(standing.changed, names),
            leaving={} if working else await leaving_buttons(console, work, drawn, contributors),
            enterable=[] if working else enterable_sources(console, drawn, standing.now),
            lines=await work.plan_lines.where(code=drawn.lines),
            line_draws=await line_draw_views(console, work, drawn, names),
            figures=await appraisal.round_figures(work, round_id),
            progress=progress_words(progress, names) if progress else "",
            acts=[] if working else round_buttons(console, drawn, standing),
            next_step=next_step(drawn, names, standing),
            log=await _history_of(work, round_id),
            waiting=drawn.state in BEFORE_DRAW,
            shortages=await team_draw.shortages_of(work, drawn),
            supplements=await work.rounds.where(supplement_of=round_id),
            replacements=await team_draw.replacement_counts(work, round_id),
            reasons=reason_words(work),
            frequency=await frequency_seen(console, work, drawn),
            training=await training_seen(console, work, drawn),
        )


async def _history_of(work: Work, round_id: str) -> Sequence[AuditEntry]:
    """Give the latest entries on a round, the last first."""
    query = Query(equals={"subject": round_id}, order="number", descending=True)
    return (await work.audit_entries.page(query)).values


async def steps_of(work: Work, drawn: Round) -> list[Step]:
    """Give the steps of a round with how far each is: done, now, or to come."""
    contributors = await work.contributors.where(round_id=drawn.round_id)
    flags = [flags_of(each, drawn) for each in contributors]
    of = len(flags)
    finished = await work.visits.count(round_id=drawn.round_id, state="finished")
    visits = await work.visits.count(round_id=drawn.round_id)
    steps = [
        (_("承诺"), f"{sum(each.committed for each in flags)}/{of}"),
        (_("冻结与回执"), f"{sum(each.receipt for each in flags)}/{of}"),
        (_("揭示"), f"{sum(each.revealed for each in flags)}/{of}"),
        (_("抽取"), ""),
        (_("下达"), ""),
        (_("检查"), f"{finished}/{visits}" if visits else ""),
        (_("公开与核验"), _verified(drawn)),
    ]
    position = _POSITION[drawn.state]
    return [
        (word, note, "done" if index < position else "now" if index == position else "")
        for index, (word, note) in enumerate(steps)
    ]


def _verified(drawn: Round) -> str:
    if drawn.verify_result is None:
        return _("正在核验") if drawn.state is RoundState.DISCLOSED else ""
    return _("核验通过") if drawn.verify_result == "ok" else _("核验未通过")


_POSITION = {
    RoundState.OPEN: 0,
    RoundState.FROZEN: 1,
    RoundState.REVEALING: 2,
    RoundState.READY: 3,
    RoundState.INFEASIBLE: 3,
    RoundState.DRAWN: 4,
    RoundState.DISPATCHED: 5,
    RoundState.DISCLOSED: 7,
    RoundState.CANCELLED: -1,
}
