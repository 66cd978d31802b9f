"""Replaced objects: the list, what waits for a second person, and a place's year of visits."""

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter
from fastapi.responses import Response

from coordinator.domain.burden_ledger import Scope
from coordinator.domain.burden_warnings import signs_of
from coordinator.domain.dispatch import Visit
from coordinator.domain.lifecycle import VisitState
from coordinator.domain.object_replacing import (
    DEFERRED,
    ObjectReplacement,
    ReplacementRequest,
    RequestState,
)
from coordinator.services import object_replacing
from coordinator.services.policies import policy_of_visit
from coordinator.services.ports import Page, Query, Work
from coordinator.web.api.object_replacing import hide_objects
from coordinator.web.console.checklist_merge import round_options
from coordinator.web.console.frame import ActButton, Console, InConsole
from coordinator.web.deferrals import reason_words
from coordinator.web.dependencies import Overseer
from coordinator.web.language import _, later
from coordinator.web.lists import Column, Filter, ListSpec
from coordinator.web.names import Names, load_names
from coordinator.web.pages import bare_code
from coordinator.web.reach import open_rounds
from coordinator.web.words import state

router = APIRouter()
_DEFERRED_SHOWN = 200


@dataclass(frozen=True)
class RequestSeen:
    """A proposal in words, with what this person may decide."""

    request: ReplacementRequest
    object_name: str
    reason: str
    shown: str
    acts: Sequence[ActButton]


@dataclass(frozen=True)
class YearOfPlace:
    """How often a place is entered this year, as far as it may be shown."""

    year: int
    number: int
    cap: int
    exempt: int
    levels: Sequence[tuple[str, int]]
    organs: Sequence[tuple[str, int]]
    cap_of_level: int | None
    warns: bool


class _Named:
    """Pages of replaced objects together with the names of both."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self.names: dict[str, str] = {}

    async def page(self, query: Query) -> Page[ObjectReplacement]:
        """Give a page and remember the names of its objects."""
        found = await self._work.object_replacements.page(query)
        codes = {code for each in found.values for code in (each.object_id, each.replacement)}
        for thing in await self._work.objects.where(object_id=codes) if codes else ():
            self.names[thing.object_id] = thing.name
        return found


def _spec(
    named: _Named, rounds: list[tuple[str, str]], reasons: dict[str, str], shown: tuple[str, ...]
) -> ListSpec[ObjectReplacement]:
    return ListSpec(
        title=later("更换的对象"),
        columns=(
            Column(
                later("原对象"),
                lambda each, _names: named.names.get(each.object_id, each.object_id),
                kind="strong",
                note=lambda each, _names: bare_code(each.object_id),
            ),
            Column(
                later("顶替"),
                lambda each, _names: named.names.get(each.replacement, each.replacement),
                note=lambda each, _names: bare_code(each.replacement),
            ),
            Column(later("计划任务"), "line", "code", order="line"),
            Column(later("理由"), lambda each, _names: reasons.get(each.reason, each.reason)),
            Column(
                later("何时"),
                lambda each, _names: _("抽取后") if each.request_id else _("抽取时"),
            ),
            Column(later("时间"), "replaced_at", kind="time", order="replaced_at"),
        ),
        filters=(
            Filter("round_id", later("全部批次"), rounds),
            Filter("reason", later("全部理由"), list(reasons.items())),
        ),
        fixed={"round_id": shown},
        order="replaced_at",
        descending=True,
        empty=later("没有更换过对象。"),
        empty_next=later("抽中的对象停业、迁址或频次已满时，由备选对象按抽签次序顶替。"),
        search_label=later("对象代码或计划任务"),
    )


@router.get("/console/replaced-objects")
async def replaced(console: InConsole, _person: Overseer) -> Response:
    """List who was replaced by whom and why, and the proposals that wait."""
    async with console.reading() as work:
        named, rounds = _Named(work), await round_options(work)
        shown = await open_rounds(work)
        spec = _spec(named, rounds, reason_words(work), shown)
        waiting = await work.replacement_requests.where(state=RequestState.REQUESTED)
        wanted = console.request.query_params.get("round_id", "")
        counted = [
            (
                title,
                await object_replacing.replaced_counts(work, code),
                await object_replacing.deferred_count(work, code),
            )
            for code, title in rounds
            if wanted in ("", code)
        ]
        return await console.show_list(
            work,
            named,
            spec,
            names=await load_names(work),
            template="object_replacing/replaced.html",
            waiting=await _seen(console, work, waiting),
            counted=[each for each in counted if each[1] or each[2]],
            deferred=(await work.dropped_checks.page(_first(shown, wanted))).values,
            reasons=reason_words(work),
        )


def _first(shown: tuple[str, ...], wanted: str) -> Query:
    """Ask for the first checks without visit, of the rounds that may be shown."""
    rounds = tuple(each for each in shown if wanted in ("", each))
    return Query(equals={"round_id": rounds, "outcome": DEFERRED}, limit=_DEFERRED_SHOWN)


async def requests_of(console: Console, work: Work, visit_id: str) -> list[RequestSeen]:
    """Give the proposals that concern a visit: made for it, or that brought it about."""
    known = await work.replacement_requests.where(visit_id=visit_id)
    came = [
        each
        for each in await work.replacement_requests.where(state=RequestState.DONE)
        if visit_id in (*each.visits, *each.withdrawn) and each.visit_id != visit_id
    ]
    return await _seen(console, work, [*known, *came])


def may_replace(visit: Visit) -> bool:
    """Say whether the page offers to replace an object of a visit."""
    return visit.state in (VisitState.DRAWN, VisitState.PUBLISHED, VisitState.RUNNING)


async def year_of_place(work: Work, visit: Visit, names: Names) -> YearOfPlace | None:
    """Give the year of a visit's place; what covert visits hold there shows nowhere before time."""
    if not visit.place or visit.desk:
        return None
    policy, year = await policy_of_visit(work, visit), visit.date_to.year
    shown = set(await open_rounds(work))
    entries = [
        each
        for each in await work.burden_entries.where(place=visit.place, year=year)
        if each.released_at is None and (not each.round_id or each.round_id in shown)
    ]
    counted = [each for each in entries if not each.exemption]
    tally = [tally for each in counted for tally in each.counters()]
    return YearOfPlace(
        year=year,
        number=len(counted),
        cap=policy.burden.visits_per_year,
        exempt=len(entries) - len(counted),
        levels=[
            (code, tally.count((Scope.LEVEL, code)))
            for code in sorted({code for scope, code in tally if scope is Scope.LEVEL})
        ],
        organs=[
            (names.department(code), tally.count((Scope.ORGAN, code)))
            for code in sorted({code for scope, code in tally if scope is Scope.ORGAN})
        ],
        cap_of_level=policy.burden.visits_per_level,
        warns=bool(signs_of(entries, policy.burden)),
    )


async def _seen(
    console: Console, work: Work, requests: Sequence[ReplacementRequest]
) -> list[RequestSeen]:
    shown = await hide_objects(work, tuple(requests))
    codes = {each.object_id for each in shown if each.object_id}
    things = await work.objects.where(object_id=codes) if codes else ()
    names, reasons = {thing.object_id: thing.name for thing in things}, reason_words(work)
    return [
        RequestSeen(
            request=each,
            object_name=names.get(each.object_id) or _("暗查对象，批次公开前保密"),
            reason=reasons.get(each.reason, each.reason),
            shown=_shown(each.shown),
            acts=_buttons(console, each),
        )
        for each in shown
    ]


def _shown(codes: str) -> str:
    """Say in words what the register showed."""
    said = dict(each.partition("=")[::2] for each in codes.split(";") if each)
    words = [state("object-status", said["status"]).word] if "status" in said else []
    if "place" in said:
        words.append(_("现场所 %(place)s") % {"place": bare_code(said["place"])})
    return _("、").join(words)


def _buttons(console: Console, request: ReplacementRequest) -> list[ActButton]:
    if request.state is not RequestState.REQUESTED:
        return []
    wanted = ["reject-object-replacement"]
    if request.requested_by != console.actor.name:
        wanted.insert(0, "confirm-object-replacement")
    return console.buttons(*wanted, request_id=request.request_id)
