"""Messages on their way to and from departments: what failed, and what operators do about it."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, Field

from coordinator.services import messages
from coordinator.services.ports import DeadLetter, LetterGroup, Outgoing, Resend, Role, Work
from coordinator.web.acts import AREA, Act, Entry, Keys, add_acts
from coordinator.web.api.paging import Asked, FromUrl, PageOf, one_page
from coordinator.web.dependencies import Overseer
from coordinator.web.language import later
from coordinator.web.parts import Parts

TAG = "消息 messages"
router = APIRouter(tags=[TAG])


class WhyEntry(Entry):
    """Why an operator steps in."""

    reason: str = Field(title=later("理由"), min_length=1, max_length=1000, json_schema_extra=AREA)


class CountedEntry(WhyEntry):
    """Why, and how many messages the operator saw: with another number nothing is done."""

    number: int = Field(title=later("您看到的条数"), ge=1)


class ChangeEntry(WhyEntry):
    """The whole message as JSON, changed; its id becomes a new one."""

    body: str = Field(
        title=later("正文"),
        min_length=2,
        max_length=1_000_000,
        json_schema_extra=AREA,
    )


async def _retry(work: Work, keys: Keys, entry: WhyEntry) -> DeadLetter:
    return await messages.retry_letter(work, _letter(keys), entry.reason)


async def _archive(work: Work, keys: Keys, entry: WhyEntry) -> DeadLetter:
    return await messages.archive_letter(work, _letter(keys), entry.reason)


async def _restore(work: Work, keys: Keys, _entry: None) -> DeadLetter:
    return await messages.restore_letter(work, _letter(keys))


async def _retry_group(work: Work, keys: Keys, entry: CountedEntry) -> None:
    await messages.retry_letters(work, keys["fingerprint"], entry.number, entry.reason)


async def _archive_group(work: Work, keys: Keys, entry: CountedEntry) -> None:
    await messages.archive_letters(work, keys["fingerprint"], entry.number, entry.reason)


async def _retry_all(work: Work, _keys: Keys, entry: CountedEntry) -> None:
    await messages.retry_letters(work, "", entry.number, entry.reason)


async def _send_unroutable(work: Work, _keys: Keys, entry: CountedEntry) -> None:
    await messages.send_unroutable(work, entry.number, entry.reason)


async def _body(work: Work, keys: Keys) -> Mapping[str, Any]:
    return {"body": await messages.body_to_change(work, _letter(keys))}


async def _change(work: Work, keys: Keys, entry: ChangeEntry) -> DeadLetter:
    return await messages.change_letter(work, _letter(keys), entry.body, entry.reason)


def _letter(keys: Keys) -> int:
    return int(keys["letter"]) if keys["letter"].isascii() and keys["letter"].isdigit() else 0


_BACK = "/console/messages"
_LETTER = "/console/messages/{letter}"

ACTS = (
    Act(
        name="retry-letter",
        path="/messages/letters/{letter}/retry",
        label=later("重新处理"),
        consequence=later(
            "来自部门的消息按原样重新处理，发往部门的按原样重新发送；同一消息只生效一次。"
        ),
        role=Role.OFFICE,
        run=_retry,
        entry=WhyEntry,
        back=_LETTER,
        origin=_LETTER,
    ),
    Act(
        name="change-letter",
        path="/messages/letters/{letter}/change",
        label=later("修改后处理"),
        consequence=later(
            "修改后的正文作为一条新消息处理，注明替代哪一条；原消息保留。签名或密封的消息不能修改。"
        ),
        role=Role.OFFICE,
        run=_change,
        entry=ChangeEntry,
        start=_body,
        danger=True,
        back=_LETTER,
        origin=_LETTER,
    ),
    Act(
        name="archive-letter",
        path="/messages/letters/{letter}/archive",
        label=later("归档"),
        consequence=later("这条消息不再处理，记录和理由保留；可以恢复。"),
        role=Role.OFFICE,
        run=_archive,
        entry=WhyEntry,
        back=_LETTER,
        origin=_LETTER,
    ),
    Act(
        name="restore-letter",
        path="/messages/letters/{letter}/restore",
        label=later("恢复"),
        consequence=later("这条消息重新列为滞留，等待处理。"),
        role=Role.OFFICE,
        run=_restore,
        back=_LETTER,
        origin=_LETTER,
    ),
    Act(
        name="retry-letters",
        path="/messages/groups/{fingerprint}/retry",
        label=later("整组重新处理"),
        consequence=later("这一组滞留消息全部重新处理；条数与您看到的不同则不做任何改动。"),
        role=Role.OFFICE,
        run=_retry_group,
        entry=CountedEntry,
        back=_BACK,
    ),
    Act(
        name="archive-letters",
        path="/messages/groups/{fingerprint}/archive",
        label=later("整组归档"),
        consequence=later("这一组滞留消息全部归档；条数与您看到的不同则不做任何改动。"),
        role=Role.OFFICE,
        run=_archive_group,
        entry=CountedEntry,
        danger=True,
        back=_BACK,
    ),
    Act(
        name="retry-all-letters",
        path="/messages/letters/retry",
        label=later("全部重新处理"),
        consequence=later("所有滞留消息重新处理；条数与您看到的不同则不做任何改动。"),
        role=Role.OFFICE,
        run=_retry_all,
        entry=CountedEntry,
        back=_BACK,
    ),
    Act(
        name="send-unroutable",
        path="/messages/unroutable/send",
        label=later("重新发送无法送达的消息"),
        consequence=later("先开通收件部门的队列，再重新发送；编号和正文不变。"),
        role=Role.OFFICE,
        run=_send_unroutable,
        entry=CountedEntry,
        back=_BACK,
    ),
)
add_acts(router, ACTS, TAG)


class Counts(BaseModel):
    """Letters parked, letters without a queue, and letters not yet sent."""

    parked: int
    unroutable: int
    outbox_pending: int


class LettersAsked(Asked):
    """Filters of failed messages."""

    state: str | None = None
    fingerprint: str | None = None
    message_id: str | None = None


class ResendsAsked(Asked):
    """Filters of gaps that were asked for."""

    department: str | None = None


class OutgoingAsked(Asked):
    """Filters of outgoing messages; `aggregate` is the visit, round or case they belong to."""

    state: str | None = None
    recipient: str | None = None
    aggregate: str | None = None


@router.get("/messages/counts", summary="消息数量", operation_id="message_counts")
async def counts(parts: Parts, person: Overseer) -> Counts:
    """Give how many messages wait."""
    async with parts.open_work(person.actor, writes=False) as work:
        return Counts(**await messages.message_counts(work))


@router.get("/messages/groups", summary="滞留消息分组", operation_id="letter_groups")
async def groups(parts: Parts, person: Overseer) -> list[LetterGroup]:
    """Give the parked messages that failed alike together."""
    async with parts.open_work(person.actor, writes=False) as work:
        return list(await messages.letter_groups(work))


@router.get("/messages/letters", summary="滞留消息", operation_id="letters")
async def letters(
    asked: FromUrl[LettersAsked], parts: Parts, person: Overseer
) -> PageOf[DeadLetter]:
    """Give a page of failed messages, without what they say."""
    async with parts.open_work(person.actor, writes=False) as work:
        return await one_page(work.dead_letters, asked)


@router.get("/messages/resends", summary="补发记录", operation_id="resends")
async def resends(asked: FromUrl[ResendsAsked], parts: Parts, person: Overseer) -> PageOf[Resend]:
    """Give a page of the gaps that departments asked for, and what came of each."""
    async with parts.open_work(person.actor, writes=False) as work:
        return await one_page(work.resends, asked)


@router.get("/messages/outgoing", summary="发出的消息", operation_id="outgoing_messages")
async def outgoing(
    asked: FromUrl[OutgoingAsked], parts: Parts, person: Overseer
) -> PageOf[Outgoing]:
    """Give a page of the messages on their way out, without what they say."""
    async with parts.open_work(person.actor, writes=False) as work:
        return await one_page(work.outgoing, asked)
