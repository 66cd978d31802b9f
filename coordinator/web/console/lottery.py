"""Rounds and the ceremony: who has committed, signed and revealed, and the next step."""

from collections.abc import Sequence

from fastapi import APIRouter
from fastapi.responses import Response

from contracts.vocabulary import OFFICE
from coordinator.domain.lifecycle import RoundState
from coordinator.domain.lottery.ceremony import Contributor, Round
from coordinator.services import appraisal
from coordinator.services.ports import Query, Work
from coordinator.web.api.lottery import ContributorFlags, flags_of
from coordinator.web.console.frame import ActButton, Console, InConsole
from coordinator.web.language import _, later
from coordinator.web.lists import Column, Filter, ListSpec
from coordinator.web.names import Names, load_names
from coordinator.web.words import states_of

router = APIRouter()

_BEFORE_DRAW = (RoundState.OPEN, RoundState.FROZEN, RoundState.REVEALING, RoundState.READY)

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
        entries = await work.audit_entries.page(
            Query(equals={"subject": round_id}, order="number", descending=True)
        )
        return await console.show(
            work,
            "lottery/round.html",
            names=names,
            drawn=drawn,
            steps=await steps_of(work, drawn),
            contributors=_in_order(contributors, drawn),
            receipts={each.code: each for each in contributors},
            lines=await work.plan_lines.where(code=drawn.lines),
            figures=await appraisal.round_figures(work, round_id),
            acts=round_buttons(console, drawn, contributors),
            next_step=next_step(drawn, names),
            log=entries.values,
            waiting=drawn.state in _BEFORE_DRAW,
        )


def round_buttons(
    console: Console, drawn: Round, contributors: Sequence[Contributor]
) -> list[ActButton]:
    """Give the acts that may follow in the round's state; whoever did the first half gets none."""
    if drawn.state is RoundState.OPEN and not all(each.head for each in contributors):
        return []
    name = console.actor.name
    wanted: dict[RoundState, tuple[str, ...]] = {
        RoundState.OPEN: _two_persons(
            drawn.freeze_requested_by, name, "request-freeze", "freeze-round"
        ),
        RoundState.FROZEN: ("void-attempt",),
        RoundState.REVEALING: ("void-attempt",),
        RoundState.READY: _two_persons(drawn.draw_requested_by, name, "request-draw", "draw-round"),
        RoundState.DRAWN: ("publish-visits",),
    }
    return console.buttons(*wanted.get(drawn.state, ()), round_id=drawn.round_id)


def _two_persons(first: str | None, name: str, ask: str, confirm: str) -> tuple[str, ...]:
    if first is None:
        return (ask,)
    return () if first == name else (confirm,)


def next_step(drawn: Round, names: Names) -> str:
    """Say what happens next in one sentence."""
    if drawn.state is RoundState.OPEN and drawn.freeze_requested_by:
        return _("%s 已提出冻结，等待另一人确认。") % names.person(drawn.freeze_requested_by)
    if drawn.state is RoundState.READY and drawn.draw_requested_by:
        return _("%s 已提出抽取，等待另一人确认。") % names.person(drawn.draw_requested_by)
    if drawn.state is RoundState.DISCLOSED and not drawn.public_frames:
        return _("抽签记录已对审计公开；名录含信用分类，公众可核对指纹、计数和检查结果。")
    return _(_NEXT[drawn.state])


_NEXT = {
    RoundState.OPEN: later("等待每个部门提交承诺；齐全后由两人先后确认冻结名录。"),
    RoundState.FROZEN: later("指纹已公布，等待每一方签名回执；齐全前谁也不揭示。"),
    RoundState.REVEALING: later("回执齐全，各方正在揭示；少一方也算不出结果。"),
    RoundState.READY: later("全部揭示，由两人先后确认抽取；结果此刻已经确定，只等计算。"),
    RoundState.DRAWN: later("对象、上门任务和检查组已抽定；由审批人下达任务。"),
    RoundState.INFEASIBLE: later("人员不足以组成全部检查组；按记录中的说明补充人员后另开批次。"),
    RoundState.DISPATCHED: later("任务已下达；最后一次检查结束时，抽签记录自动公开并核验。"),
    RoundState.DISCLOSED: later("抽签记录已全部公开，任何人都可以重新计算。"),
}


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
        return ""
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
}


def _in_order(contributors: Sequence[Contributor], drawn: Round) -> list[ContributorFlags]:
    """Give the flags of all, the office last."""
    ordered = sorted(contributors, key=lambda each: (each.code == OFFICE, each.code))
    return [flags_of(each, drawn) for each in ordered]
