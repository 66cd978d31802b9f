"""The merge: every drawn check and the visit it went into, how all ended, and what was saved."""

from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter

from fastapi import APIRouter
from fastapi.responses import Response

from coordinator.domain.checklist_merge import Account, MergeSummary, Outcome
from coordinator.domain.dispatch import VisitCheck
from coordinator.domain.errors import RuleBrokenError
from coordinator.services.checklist_merge import RoundMerge, merge_of
from coordinator.services.ports import Page, Query, Work
from coordinator.web.console.frame import InConsole
from coordinator.web.console.task_numbers import Numbered
from coordinator.web.deferrals import reason_words
from coordinator.web.dependencies import Overseer
from coordinator.web.language import _, later
from coordinator.web.lists import Column, Filter, ListSpec
from coordinator.web.names import Names, load_names
from coordinator.web.pages import bare_code
from coordinator.web.reach import open_rounds
from coordinator.web.savings import By, SavingsRow, savings_rows

router = APIRouter()

_BY = {
    By.ROUND: later("按批次"),
    By.DEPARTMENT: later("按部门"),
    By.LINE: later("按计划任务"),
    By.PLACE: later("按场所"),
    By.OBJECT: later("按检查对象"),
}
_OUTCOMES = {
    Outcome.VISITED: later("上门"),
    Outcome.DESK: later("书面核查"),
    Outcome.RECOGNISED: later("互认"),
    Outcome.DEFERRED: later("延期"),
}
_WHAT = {
    By.ROUND: later("批次"),
    By.DEPARTMENT: later("部门"),
    By.LINE: later("计划任务"),
    By.PLACE: later("场所"),
    By.OBJECT: later("检查对象"),
}


@dataclass(frozen=True)
class RoundSeen:
    """The merge of a round in figures; `reasons` are (word, number) of what was deferred.

    Where the account does not add up it is missing, and the page says so.
    """

    round_id: str
    title: str
    summary: MergeSummary
    joined: int
    at_most_above: int | None
    account: Account | None
    outcomes: Sequence[tuple[str, int]]
    reasons: Sequence[tuple[str, int]]
    shows_targets: bool


async def round_options(work: Work) -> list[tuple[str, str]]:
    """Give (id, title) of the rounds, for filters."""
    return [(each.round_id, each.title) for each in await work.rounds.where()]


def _spec(
    names: Names,
    rounds: list[tuple[str, str]],
    shown: tuple[str, ...],
    numbered: Numbered[VisitCheck],
) -> ListSpec[VisitCheck]:
    return ListSpec(
        title=later("检查清单合并"),
        columns=(
            Column(
                later("检查对象"),
                "object_name",
                "strong",
                note=lambda each, _names: bare_code(each.object_id),
                order="object_name",
            ),
            Column(later("部门"), lambda each, _names: (each.department,), kind="departments"),
            Column(later("事项"), "item_name", note=lambda each, _names: each.item),
            Column(later("计划任务"), "line", "code"),
            Column(later("方式"), "method"),
            Column(later("分钟"), "minutes", "number"),
            Column(
                later("并入任务"),
                lambda each, _names: numbered.number_of(each),
                kind="code",
                href=lambda each: f"/console/visits/{each.visit_id}",
                order="visit_id",
            ),
        ),
        filters=(
            Filter("round_id", later("全部批次"), rounds),
            Filter("department", later("全部部门"), names.department_options()),
        ),
        fixed={"round_id": shown},
        order="visit_id",
        empty=later("还没有合并的检查。"),
        empty_next=later("抽取对象时，同一场所的检查会自动合并为最少的上门次数。"),
        search_label=later("对象、事项或任务编号"),
    )


@router.get("/console/checks")
async def checks(console: InConsole, _person: Overseer) -> Response:
    """List the checks by visit."""
    async with console.reading() as work:
        names, shown = await load_names(work), await open_rounds(work)
        numbered = Numbered(work, work.checks)
        wanted = console.request.query_params.get("round_id", "")
        return await console.show_list(
            work,
            numbered,
            _spec(names, await round_options(work), shown, numbered),
            names=names,
            template="checklist_merge/checks.html",
            seen=await _seen(work, wanted, shown),
        )


async def _seen(work: Work, wanted: str, shown: Sequence[str]) -> RoundSeen | None:
    """Give the figures of the round that is asked for, else of the one drawn last."""
    drawn = [each for each in await work.rounds.where() if each.drawn_at]
    asked = [each for each in drawn if wanted in ("", each.round_id)]
    if not asked:
        return None
    latest = max(asked, key=lambda each: (each.drawn_at, each.round_id))
    merge = await merge_of(work, latest.round_id)
    account = _account(merge)
    numbers = account.numbers if account else {}
    reasons = account.references(Outcome.DEFERRED) if account else {}
    words = reason_words(work)
    return RoundSeen(
        round_id=latest.round_id,
        title=latest.title,
        summary=merge.summary(),
        joined=len(merge.joined),
        at_most_above=merge.at_most_above,
        account=account,
        outcomes=[(_(word), numbers.get(outcome, 0)) for outcome, word in _OUTCOMES.items()],
        reasons=[(words.get(code, code), number) for code, number in reasons.items()],
        shows_targets=latest.round_id in shown,
    )


def _account(merge: RoundMerge) -> Account | None:
    try:
        return merge.account()
    except RuleBrokenError:
        return None


class _Rows:
    """The rows of savings as a list pages, sorts and looks through them."""

    def __init__(self, work: Work, by: By) -> None:
        self._work = work
        self._by = by

    async def page(self, query: Query) -> Page[SavingsRow]:
        """Give a page; `round_id` is one round or those that may be shown."""
        asked = query.equals["round_id"]
        rounds = [asked] if isinstance(asked, str) else sorted(asked)
        text = query.text.casefold()
        rows = [
            row
            for row in await savings_rows(self._work, rounds, self._by)
            if text in f"{row.code} {row.name}".casefold()
        ]
        if query.order:
            rows.sort(key=attrgetter(query.order), reverse=query.descending)
        end = query.offset + query.limit
        return Page(tuple(rows[query.offset : end]), len(rows))


def _savings_spec(
    by: By, rounds: list[tuple[str, str]], shown: tuple[str, ...]
) -> ListSpec[SavingsRow]:
    share: Column[SavingsRow] = Column(later("分摊的上门"), "share", "number", order="share")
    shared = () if by in (By.ROUND, By.PLACE) else (share,)
    return ListSpec(
        title=later("减少入企户次"),
        columns=(
            Column(
                _WHAT[by],
                "name",
                "strong",
                note=lambda each, _names: "" if each.code == each.name else bare_code(each.code),
                order="name",
            ),
            Column(later("检查（户·事项）"), "checks", "number", order="checks"),
            Column(later("分头检查要上门"), "separate_visits", "number", order="separate_visits"),
            Column(later("参加的上门"), "visits", "number", order="visits"),
            Column(later("其中联合上门"), "joint_visits", "number", order="joint_visits"),
            Column(later("其中书面任务"), "desk_tasks", "number", order="desk_tasks"),
            *shared,
            Column(later("减少入企"), "saved", "number", order="saved"),
        ),
        filters=(Filter("round_id", later("全部批次"), rounds),),
        fixed={"round_id": shown},
        order="saved",
        descending=True,
        empty=later("还没有合并的检查。"),
        empty_next=later("抽取对象时，同一场所的检查会自动合并为最少的上门次数。"),
        search_label=later("名称或代码"),
    )


@router.get("/console/checks/savings/{by}")
async def savings(by: By, console: InConsole, _person: Overseer) -> Response:
    """List what going together saved, by round, department, line, place or object."""
    async with console.reading() as work:
        shown = await open_rounds(work)
        rounds = [(code, title) for code, title in await round_options(work) if code in shown]
        return await console.show_list(
            work,
            _Rows(work, by),
            _savings_spec(by, rounds, shown),
            template="checklist_merge/savings.html",
            by=by,
            tabs=[(each.value, word) for each, word in _BY.items()],
            wanted=console.request.query_params.get("round_id", ""),
        )
