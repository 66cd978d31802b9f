"""Sharing on the console: who has acknowledged whose results, who is silent, who subscribes."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response

from coordinator.domain.distribution import ResultSubscription, Share, ShareState
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.services import distribution
from coordinator.services.ports import Page, Query, Role, Work
from coordinator.web.console.checklist_merge import round_options
from coordinator.web.console.frame import Console, InConsole
from coordinator.web.language import _, later
from coordinator.web.lists import Column, Filter, ListSpec
from coordinator.web.names import Names, load_names
from coordinator.web.reach import open_rounds, own_duties
from coordinator.web.words import state

router = APIRouter()

_RECEIVED = ("/console/distribution", later("分送与签收"))
_SENT = ("/console/distribution/sent", later("本部门发出的"))
_SUBSCRIPTIONS = ("/console/distribution/subscriptions", later("订阅"))


@dataclass(frozen=True)
class ReceiverCounts:
    """How much came to one department, and how much of it was answered or is silent."""

    department: str
    shared: int
    acknowledged: int
    silent: int


class _Shares:
    """Lists shares, and knows of each on the page where it is and for how long to wait."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self.places: dict[str, str] = {}
        self.hours: Mapping[str, int] = {}

    async def page(self, query: Query) -> Page[Share]:
        """Give a page, and remember its places and the hours of its rounds."""
        found = await self._work.shares.page(query)
        visits = {share.visit_id for share in found.values}
        self.places |= {
            each.visit_id: each.place_name
            for each in await self._work.visits.where(visit_id=visits)
        }
        rounds = {share.round_id for share in found.values}
        self.hours = {**self.hours, **await distribution.silence_hours(self._work, rounds)}
        return found

    def state(self, share: Share, _names: Names) -> ShareState:
        """Say whether a receiver has answered or is silent for too long."""
        return share.state(self._work.now(), self.hours.get(share.round_id, 0))

    def place(self, share: Share, _names: Names) -> str:
        """Name where the visit was."""
        return self.places.get(share.visit_id, "")


def _spec(
    listed: _Shares, names: Names, rounds: list[tuple[str, str]], fixed: dict[str, Any]
) -> ListSpec[Share]:
    return ListSpec(
        title=later("分送与签收"),
        columns=(
            Column(
                later("场所"),
                listed.place,
                "link",
                href=lambda each: f"/console/distribution/shares/{each.share_id}",
                note=lambda each, _n: _("结果第 %(n)s 版") % {"n": each.version},
            ),
            Column(later("检查部门"), lambda each, _n: (each.from_department,), "departments"),
            Column(
                later("接收部门"),
                lambda each, _n: (each.to_department,),
                "departments",
                note=lambda each, _n: _("订阅") if each.subscribed else "",
            ),
            Column(
                later("分送时间"),
                "shared_at",
                "time",
                note=lambda each, _n: (
                    _("重发 %(n)s 次") % {"n": each.sent_again} if each.sent_again else ""
                ),
                order="shared_at",
            ),
            Column(later("签收"), "acknowledged_at", "time", order="acknowledged_at"),
            Column(later("状态"), listed.state, "state:share"),
        ),
        filters=_filters(names, rounds),
        searchable=False,
        fixed=fixed,
        order="shared_at",
        descending=True,
        empty=later("还没有分送的结果。"),
        empty_next=later("结果审核通过后，自动分送这次检查的其他部门；公示后分送订阅部门。"),
    )


def _filters(names: Names, rounds: list[tuple[str, str]]) -> tuple[Filter, ...]:
    return (
        Filter("round_id", later("全部批次"), rounds),
        Filter("from_department", later("全部检查部门"), names.department_options()),
        Filter("to_department", later("全部接收部门"), names.department_options()),
        Filter(
            "waiting",
            later("全部状态"),
            (("acknowledged_at", state("share", "waiting").word),),
            how="blank",
        ),
    )


@router.get("/console/distribution")
async def received(console: InConsole) -> Response:
    """List shares: all of them, or what came to the own department."""
    async with console.reading() as work:
        if console.actor.role is Role.DEPARTMENT:
            return await _shares(console, work, own_duties(console.actor, "to_department"))
        return await _shares(console, work, {"round_id": await open_rounds(work)})


@router.get("/console/distribution/sent")
async def sent(console: InConsole) -> Response:
    """List what a department has shared itself."""
    async with console.reading() as work:
        fixed: dict[str, Any] = {"round_id": await open_rounds(work)}
        if console.actor.role is Role.DEPARTMENT:
            fixed = own_duties(console.actor, "from_department")
        return await _shares(console, work, fixed)


@router.get("/console/distribution/shares/{share_id}")
async def one_share(share_id: str, console: InConsole) -> Response:
    """Show one share with its receiver's answer, and send it again."""
    async with console.reading() as work:
        share = await work.shares.get(share_id)
        await _require_seen(console, work, share)
        hours = (await distribution.silence_hours(work, [share.round_id]))[share.round_id]
        now = share.state(work.now(), hours)
        mine = console.actor.department in (None, share.from_department)
        wanted = ("resend-share",) if mine and now is not ShareState.ACKNOWLEDGED else ()
        return await console.show(
            work,
            "distribution/share.html",
            share=share,
            state_now=now,
            hours=hours,
            visit=await work.visits.get(share.visit_id),
            acts=console.buttons(*wanted, share_id=share_id),
        )


@router.get("/console/distribution/subscriptions")
async def subscriptions(console: InConsole) -> Response:
    """List who subscribes to which type of object, and what for."""
    async with console.reading() as work:
        names = await load_names(work)
        acts = []
        if console.actor.department is not None:
            acts = console.buttons("subscribe-results", department=console.actor.department)
        return await console.show_list(
            work,
            work.result_subscriptions,
            _subscription_spec(console, names),
            template="lists/tabbed.html",
            names=names,
            tabs=_tabs(console),
            acts=acts,
        )


def _subscription_spec(console: Console, names: Names) -> ListSpec[ResultSubscription]:
    def end(each: ResultSubscription) -> str:
        own = each.is_active and each.department == console.actor.department
        buttons = console.buttons("end-subscription", subscription_id=each.subscription_id)
        return buttons[0].href if own and buttons else ""

    return ListSpec(
        title=later("订阅"),
        columns=(
            Column(later("部门"), lambda each, _n: (each.department,), "departments"),
            Column(later("对象类别"), lambda each, _n: type_word(each.object_type)),
            Column(later("用途"), "reason", "long"),
            Column(later("开始"), "asked_at", "time", order="asked_at"),
            Column(later("状态"), "is_active", "state:subscription"),
            Column(later("办理"), lambda each, _n: _("停止订阅") if end(each) else "", href=end),
        ),
        filters=(Filter("department", later("全部部门"), names.department_options()),),
        searchable=False,
        order="asked_at",
        descending=True,
        empty=later("还没有部门订阅检查结果。"),
        empty_next=later("部门审批人可以按对象种类或监管标签订阅；公示后自动分送并要求签收。"),
    )


def type_word(object_type: str) -> str:
    """Name a type of object: a kind by its word, a tag as it is written."""
    return state("object-kind", object_type).word or object_type


async def _shares(console: Console, work: Work, fixed: dict[str, Any]) -> Response:
    names = await load_names(work)
    listed = _Shares(work)
    silent = await distribution.silent_shares(work, **fixed)
    alarm = _("%(n)s 份结果逾时未签收，请与接收部门联系或重新分送。") % {"n": len(silent)}
    return await console.show_list(
        work,
        listed,
        _spec(listed, names, await round_options(work), fixed),
        template="distribution/shares.html",
        names=names,
        tabs=_tabs(console),
        alarm=alarm if silent else "",
        receivers=await _receivers(work, names, silent, fixed),
    )


async def _receivers(
    work: Work, names: Names, silent: Sequence[distribution.SilentShare], fixed: dict[str, Any]
) -> list[ReceiverCounts]:
    """Count by receiver; a list of what came to one department needs no such table."""
    if "to_department" in fixed:
        return []
    late = Counter(each.share.to_department for each in silent)
    found = []
    for code in names.departments:
        of = {**fixed, "to_department": code}
        if shared := await work.shares.count(**of):
            waiting = await work.shares.count(**of, acknowledged_at=None)
            found.append(ReceiverCounts(code, shared, shared - waiting, late[code]))
    return found


def _tabs(console: Console) -> tuple[tuple[str, str], ...]:
    if console.actor.role is Role.DEPARTMENT:
        return (_RECEIVED, _SENT, _SUBSCRIPTIONS)
    return (_RECEIVED, _SUBSCRIPTIONS)


async def _require_seen(console: Console, work: Work, share: Share) -> None:
    """Refuse what is neither from nor to the own department, and covert targets to overseers."""
    own = {share.from_department, share.to_department}
    if console.actor.role is Role.DEPARTMENT:
        hidden = console.actor.department not in own
    else:
        hidden = share.round_id not in await open_rounds(work)
    if hidden:
        raise RuleBrokenError(Rule.NOT_FOUND, kind="share", key=share.share_id)
