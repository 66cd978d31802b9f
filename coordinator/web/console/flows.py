"""Flows and queues: all that was sent and received for one matter, and what waits where."""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter
from fastapi import Query as Parameter
from fastapi.responses import RedirectResponse, Response

from contracts.topology import CREDIT_LOG_QUEUE, VHOST
from coordinator.services import flows, queues
from coordinator.services.ports import Page, Query, Role, Work
from coordinator.services.ports.traffic import FlowEntry, Passing
from coordinator.web.api.flows import RowKey
from coordinator.web.console.frame import InConsole
from coordinator.web.dependencies import Overseer
from coordinator.web.errors import sentence
from coordinator.web.language import _, later
from coordinator.web.lists import Column, ListSpec
from coordinator.web.names import Names
from coordinator.web.words import message_word

router = APIRouter()

_QUEUE = f"{VHOST}."
_WAYS = {
    Passing.OUT: later("发往 %s"),
    Passing.IN: later("来自 %s"),
    Passing.WAITING: later("来自 %s"),
    Passing.FAILED: later("滞留：%s"),
}


class _Flow:
    """The flow of one matter, as a list pages through it."""

    def __init__(self, work: Work, key: str) -> None:
        self._work = work
        self._key = key

    async def page(self, query: Query) -> Page[FlowEntry]:
        """Give a page, oldest first."""
        return await flows.flow_of(self._work, self._key, offset=query.offset, limit=query.limit)


@router.get("/console/messages/flows")
async def search(
    console: InConsole, _person: Overseer, q: Annotated[str, Parameter(max_length=200)] = ""
) -> Response:
    """Ask for an id; a message id leads to all that its matter was sent and received."""
    async with console.reading() as work:
        if q.strip():
            key = await flows.key_of_flow(work, q.strip())
            return RedirectResponse(_address(key), 303)
        return await console.show(work, "messages/find.html")


@router.get("/console/messages/flows/{key:path}")
async def flow(key: str, console: InConsole, _person: Overseer) -> Response:
    """Show the flow of a correlation id, or a message of no known matter."""
    async with console.reading() as work:
        office = console.actor.role is Role.OFFICE
        listed = _Flow(work, key)
        return await console.show_list(
            work, listed, _spec(office=office), template="messages/flow.html", key=key
        )


@router.get("/console/messages/outgoing/{outbox_id}")
async def outgoing(outbox_id: RowKey, console: InConsole, _person: Overseer) -> Response:
    """Show one message of ours with what it says, to the office only and never a secret one."""
    async with console.reading() as work:
        message, body = await flows.outgoing_message(work, outbox_id)
        return await console.show(
            work,
            "messages/outgoing.html",
            message=message,
            body=body,
            title=message_word(message.type),
        )


@router.get("/console/messages/queues")
async def all_queues(console: InConsole, _person: Overseer) -> Response:
    """Show depth and age of every queue."""
    async with console.reading() as work:
        report = await queues.queue_report(work)
        unasked = report.unasked
        return await console.show(
            work,
            "messages/queues.html",
            report=report,
            now=work.machine_now(),
            stream=CREDIT_LOG_QUEUE,
            unasked=unasked and sentence(unasked.rule, unasked.facts),
            send_unroutable=console.buttons("send-unroutable"),
        )


def _address(key: str) -> str:
    return f"/console/messages/flows/{quote(key, safe='')}"


def _spec(*, office: bool) -> ListSpec[FlowEntry]:
    return ListSpec(
        title=later("消息流转"),
        columns=(
            Column(later("机器时间"), "at", "time"),
            Column(
                later("消息"),
                lambda each, _names: message_word(each.type),
                "strong",
                href=lambda each: _href(each, office=office),
                note=lambda each, _names: f"{each.type} · {each.message_id}",
            ),
            Column(later("往来"), _way),
            Column(later("序号"), _number, "number"),
            Column(later("状态"), "state", "state:flow"),
            Column(later("送出或再试"), "until", "time"),
            Column(later("原因"), "note"),
        ),
        searchable=False,
        empty=later("没有这个编号的消息。"),
        empty_next=later("核对编号；过了保存期的消息已经清理。"),
    )


def _way(entry: FlowEntry, names: Names) -> str:
    is_queue = entry.party.startswith(_QUEUE)
    party = names.queue(entry.party) if is_queue else names.person(entry.party)
    return _(_WAYS[entry.passing]) % party


def _number(entry: FlowEntry, _names: Names) -> str:
    if entry.number is None:
        return ""
    if entry.passing is Passing.WAITING:
        return _("已试 %s 次") % entry.number
    return str(entry.number)


def _href(entry: FlowEntry, *, office: bool) -> str:
    if entry.passing is Passing.FAILED:
        return f"/console/messages/{entry.reference}"
    return f"/console/messages/outgoing/{entry.reference}" if office and entry.reference else ""
