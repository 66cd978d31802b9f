"""Messages: what waits to leave, and letters parked with their reason."""

from typing import TYPE_CHECKING

from fastapi import APIRouter
from fastapi.responses import Response

from coordinator.domain.lifecycle import LetterState
from coordinator.services import messages
from coordinator.web.console.frame import Console, InConsole
from coordinator.web.dependencies import Overseer
from coordinator.web.language import later
from coordinator.web.lists import Column, Filter, ListSpec
from coordinator.web.words import message_word, states_of

if TYPE_CHECKING:
    from coordinator.services.ports import DeadLetter

router = APIRouter()

_WHILE = {
    LetterState.PARKED: ("retry-letter", "change-letter", "archive-letter"),
    LetterState.ARCHIVED: ("restore-letter",),
}


@router.get("/console/messages")
async def letters(console: InConsole, _person: Overseer) -> Response:
    """Show counts, what failed alike, and the failed letters."""
    spec: ListSpec[DeadLetter] = ListSpec(
        title=later("消息"),
        columns=(
            Column(
                later("消息"),
                lambda each, _names: message_word(each.type),
                "strong",
                href=lambda each: f"/console/messages/{each.dead_letter_id}",
                note=lambda each, _names: f"{each.type} · {each.message_id}",
                order="type",
            ),
            Column(later("队列"), lambda each, names: names.queue(each.queue)),
            Column(later("发送方"), lambda each, names: names.person(each.user_id)),
            Column(later("原因"), "reason"),
            Column(later("时间"), "parked_at", "time", order="parked_at"),
            Column(later("状态"), "state", "state:letter"),
        ),
        filters=(Filter("state", later("全部状态"), states_of("letter")),),
        order="parked_at",
        descending=True,
        empty=later("没有滞留的消息：每一条都已送达并确认。"),
        search_label=later("消息、队列或原因"),
    )
    async with console.reading() as work:
        return await console.show_list(
            work,
            work.dead_letters,
            spec,
            template="messages/messages.html",
            counts=await messages.message_counts(work),
            groups=[
                (each, message_word(each.type), _group_buttons(console, each.fingerprint))
                for each in await messages.letter_groups(work)
            ],
            retry_all=console.buttons("retry-all-letters"),
            send_unroutable=console.buttons("send-unroutable"),
        )


@router.get("/console/messages/{letter_id}")
async def letter(letter_id: int, console: InConsole, _person: Overseer) -> Response:
    """Show one letter: where it failed and why, what was done about it; never what it says."""
    async with console.reading() as work:
        found = await work.dead_letters.get(letter_id)
        return await console.show(
            work,
            "messages/letter.html",
            letter=found,
            title=message_word(found.type),
            acts=console.buttons(*_WHILE.get(found.state, ()), letter=str(letter_id)),
            log=await work.audit_entries.where(subject=found.message_id),
        )


def _group_buttons(console: Console, fingerprint: str) -> list[object]:
    return [*console.buttons("retry-letters", "archive-letters", fingerprint=fingerprint)]
