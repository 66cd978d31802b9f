"""The ceremony on the console: what may be done next, by whom, and the screen in the room."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from contracts.vocabulary import OFFICE
from coordinator.domain.lifecycle import CEREMONY, CeremonyStep, RoundState
from coordinator.domain.lottery.cancelling import Cancellation
from coordinator.domain.lottery.ceremony import Contributor, Round
from coordinator.domain.lottery.sources import due_at
from coordinator.services.policies import policy_of_round
from coordinator.services.ports import Work
from coordinator.web.api.ceremony_seen import (
    BEFORE_DRAW,
    ContributorFlags,
    SourceSeen,
    flags_of,
    late_changes_of,
    object_changes_of,
    sources_seen,
)
from coordinator.web.console.frame import ACTS, ActButton, Console
from coordinator.web.language import _, choose, later
from coordinator.web.names import Names


@dataclass(frozen=True)
class Standing:
    """How far an attempt is: flags of all with the office last, sources, late changes, the time."""

    flags: Sequence[ContributorFlags]
    sources: Sequence[SourceSeen]
    changed: Sequence[str]
    now: datetime
    is_late: bool
    is_awaited: bool
    cancellation: Cancellation | None = None
    object_changes: int = 0


@dataclass(frozen=True)
class CancellationSeen:
    """Why a round was given up, in words; `awaited` are the codes of who had not answered."""

    reason: str
    note: str
    awaited: Sequence[str]
    lines: Sequence[str]
    at: datetime | None
    persons: Sequence[str]


async def standing_of(work: Work, drawn: Round) -> Standing:
    """Read how far the attempt under way is."""
    now = work.now()
    contributors = await work.contributors.where(round_id=drawn.round_id)
    ordered = sorted(contributors, key=lambda each: (each.code == OFFICE, each.code))
    flags = [flags_of(each, drawn, now) for each in ordered]
    return Standing(
        flags=flags,
        sources=await sources_seen(work, drawn),
        changed=await late_changes_of(work, drawn),
        object_changes=await object_changes_of(work, drawn),
        now=now,
        is_late=any(each.late for each in flags),
        is_awaited=any(each.awaited is not None for each in flags),
        cancellation=await work.cancellations.find(drawn.round_id),
    )


async def cancellation_seen(work: Work, drawn: Round) -> CancellationSeen | None:
    """Give why a round was given up; None while it is under way."""
    found = await work.cancellations.find(drawn.round_id)
    if found is None or drawn.state is not RoundState.CANCELLED:
        return None
    reasons = {each.code: each for each in work.policies.cancel_reasons()}
    known = reasons.get(found.reason)
    return CancellationSeen(
        reason=choose(known.name, known.name_en) if known else found.reason,
        note=found.note,
        awaited=found.awaited,
        lines=found.lines,
        at=found.decided_at,
        persons=[name for name in (found.requested_by, found.decided_by) if name],
    )


def round_buttons(console: Console, drawn: Round, standing: Standing) -> list[ActButton]:
    """Give the acts that may follow in the round's state; whoever did the first half gets none."""
    name = console.actor.name
    wanted: dict[RoundState, tuple[str, ...]] = {
        RoundState.OPEN: _while_open(drawn, name, standing),
        RoundState.FROZEN: _while_waiting(drawn, name, standing),
        RoundState.REVEALING: _while_waiting(drawn, name, standing),
        RoundState.READY: _two_persons(drawn.draw_requested_by, name, "request-draw", "draw-round"),
        RoundState.DRAWN: ("publish-visits",) if drawn.supplement_of is None else (),
        RoundState.INFEASIBLE: ("open-supplement",),
    }
    return console.buttons(*wanted.get(drawn.state, ()), round_id=drawn.round_id)


def _while_open(drawn: Round, name: str, standing: Standing) -> tuple[str, ...]:
    """Give reminders while heads are missing, then the freeze; sources may be named until then."""
    freeze = _two_persons(drawn.freeze_requested_by, name, "request-freeze", "freeze-round")
    late = ("note-silence",) if standing.is_late else ()
    first = (*late, "remind-contributors") if standing.is_awaited else freeze
    return (*first, "name-sources", *_giving_up(name, standing))


def _giving_up(name: str, standing: Standing) -> tuple[str, ...]:
    """Give what gives the round up; once a department has revealed nothing does."""
    if any(each.revealed for each in standing.flags if each.code != OFFICE):
        return ()
    asked = standing.cancellation
    first = asked.requested_by if asked else None
    return _two_persons(first, name, "request-cancellation", "cancel-round")


def _while_waiting(drawn: Round, name: str, standing: Standing) -> tuple[str, ...]:
    """Give what a waiting attempt allows: a void once it is late, a reminder, a new freeze."""
    refreeze = _two_persons(drawn.refreeze_requested_by, name, "request-refreeze", "refreeze-round")
    if standing.changed:
        return (*refreeze, *_giving_up(name, standing))
    late = ("void-attempt",) if standing.is_late else ()
    remind = ("remind-contributors",) if standing.is_awaited else ()
    is_open = not any(each.revealed for each in standing.flags if each.code != OFFICE)
    return (*late, *remind, *(refreeze if is_open else ()), *_giving_up(name, standing))


def _two_persons(first: str | None, name: str, ask: str, confirm: str) -> tuple[str, ...]:
    if first is None:
        return (ask,)
    return () if first == name else (confirm,)


def next_step(drawn: Round, names: Names, standing: Standing) -> str:
    """Say what happens next in one sentence."""
    if waiting := _waiting_words(drawn, names, standing):
        return waiting
    if standing.changed:
        return _("名录在冻结后有变动，不能据此揭示和抽取；须由两人先后确认重新冻结。")
    if standing.is_late:
        return _late_words(drawn, names, standing)
    if drawn.state is RoundState.DISCLOSED and not drawn.public_frames:
        return _("抽签记录已对审计公开；名录含信用分类，公众可核对指纹、计数和抽中的名单。")
    return _(_NEXT[drawn.state])


def _waiting_words(drawn: Round, names: Names, standing: Standing) -> str:
    """Say whose request waits for a second person; empty when nobody's does."""
    if drawn.state not in BEFORE_DRAW:
        return ""
    asked = standing.cancellation
    freeze, draw = drawn.freeze_requested_by, drawn.draw_requested_by
    found = (
        (asked and asked.requested_by, later("%s 已提出撤销批次，等待另一人确认。")),
        (drawn.refreeze_requested_by, later("%s 已提出重新冻结，等待另一人确认。")),
        (drawn.state is RoundState.OPEN and freeze, later("%s 已提出冻结，等待另一人确认。")),
        (drawn.state is RoundState.READY and draw, later("%s 已提出抽取，等待另一人确认。")),
    )
    return next((_(words) % names.person(person) for person, words in found if person), "")


def _late_words(drawn: Round, names: Names, standing: Standing) -> str:
    """Say who let the deadline pass, and what follows."""
    late = _("、").join(names.department(each.code) for each in standing.flags if each.late)
    if drawn.state is RoundState.OPEN:
        return _("期限已过，%s 仍未承诺；可以记下沉默、另定期限，或由两人撤销批次。") % late
    return _("期限已过，%s 沉默；可以作废本次抽签，它的名称将写入公开记录。") % late


_NEXT = {
    RoundState.OPEN: later("等待每个部门提交承诺；齐全后由两人先后确认冻结名录。"),
    RoundState.FROZEN: later("指纹已公布，等待每一方签名回执；齐全前谁也不揭示。"),
    RoundState.REVEALING: later("回执齐全，各方正在揭示；少一方也算不出结果。"),
    RoundState.READY: later("全部揭示，由两人先后确认抽取；结果此刻已经确定，只等计算。"),
    RoundState.DRAWN: later("对象、上门任务和检查组已抽定；由审批人下达任务。"),
    RoundState.INFEASIBLE: later("人员不足以组成全部检查组；对象不变，补充人员后开启补抽。"),
    RoundState.DISPATCHED: later("任务已下达；最后一次检查结束时，抽签记录自动公开并核验。"),
    RoundState.DISCLOSED: later("抽签记录已全部公开，任何人都可以重新计算。"),
    RoundState.CANCELLED: later("批次在抽取前撤销，没有抽取任何对象；它的任务可以另开批次。"),
}


def changed_words(changed: Sequence[str], names: Names) -> str:
    """Name what of the frozen files of people is out of date."""
    words = [
        _("回避登记") if stem == "bars" else names.department(stem.partition("/")[2])
        for stem in changed
    ]
    return _("、").join(words)


async def leaving_buttons(
    console: Console, work: Work, drawn: Round, contributors: Sequence[Contributor]
) -> dict[str, ActButton]:
    """Give the button for each contributor that was silent often enough to be left out."""
    if drawn.state is not RoundState.OPEN:
        return {}
    voids = (await policy_of_round(work, drawn)).lottery.voids
    often = [each.code for each in contributors if each.takes_part and each.number_silent >= voids]
    return {
        code: button
        for code in often
        for button in console.buttons("leave-out", round_id=drawn.round_id, code=code)
    }


def enterable_sources(console: Console, drawn: Round, now: datetime) -> list[str]:
    """Name the sources whose value this person may enter now."""
    if CeremonyStep.ENTER_SOURCE not in CEREMONY.get(drawn.state, {}):
        return []
    if not ACTS["enter-source"].allows(console.actor, {}):
        return []
    return [source.name for source in drawn.sources if due_at(source) <= now]
