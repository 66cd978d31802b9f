"""`onevisit messages`: what failed, and how it goes on; the same acts as on the console."""

from dataclasses import asdict
from typing import Annotated

import typer

from coordinator.bootstrap import Coordinator
from coordinator.commands.running import run, show
from coordinator.services import messages
from coordinator.services.ports import Query

app = typer.Typer(help="滞留的消息 · messages that failed", no_args_is_help=True)

Reason = Annotated[str, typer.Option(help="理由 · why, kept in the audit chain")]
Number = Annotated[int, typer.Option(help="您看到的条数 · how many you saw; else nothing is done")]
_AT_MOST = 200


@app.command("list")
def list_failed() -> None:
    """列出滞留消息的数量和分组 · show counts, and what failed alike."""

    async def told(parts: Coordinator) -> dict[str, object]:
        async with parts.work(writes=False) as work:
            groups = await messages.letter_groups(work)
            counts = await messages.message_counts(work)
        return {"counts": counts, "groups": [asdict(each) for each in groups]}

    show(run(told))


@app.command("show")
def show_group(
    fingerprint: Annotated[str, typer.Argument(help="一组的指纹 · fingerprint of a group")],
) -> None:
    """列出一组中的消息 · show the messages of a group, the newest 200."""

    async def told(parts: Coordinator) -> list[dict[str, object]]:
        query = Query(
            equals={"fingerprint": fingerprint},
            order="parked_at",
            descending=True,
            limit=_AT_MOST,
        )
        async with parts.work(writes=False) as work:
            page = await work.dead_letters.page(query)
        return [asdict(each) for each in page.values]

    show(run(told))


@app.command("retry")
def retry(
    reason: Reason,
    letter: Annotated[int | None, typer.Option(help="一条 · one message")] = None,
    group: Annotated[str | None, typer.Option(help="一组的指纹 · a group")] = None,
    number: Annotated[int | None, typer.Option(help="组内或全部的条数 · how many you saw")] = None,
) -> None:
    """重新处理一条、一组或全部（不写 --letter 和 --group） · retry one, a group, or all."""
    if (letter is None) == (number is None):
        raise typer.BadParameter("--letter | --number [--group]")

    async def retried(parts: Coordinator) -> int:
        async with parts.work() as work:
            if letter is not None:
                await messages.retry_letter(work, letter, reason)
                return 1
            return await messages.retry_letters(work, group or "", number or 0, reason)

    show({"retried": run(retried)})


@app.command("archive")
def archive(
    reason: Reason,
    group: Annotated[str, typer.Option(help="一组的指纹 · a group")],
    number: Number,
) -> None:
    """归档一组 · put a group aside."""

    async def archived(parts: Coordinator) -> int:
        async with parts.work() as work:
            return await messages.archive_letters(work, group, number, reason)

    show({"archived": run(archived)})


@app.command("send-unroutable")
def send_unroutable(reason: Reason, number: Number) -> None:
    """重新发送无法送达的消息 · send again what found no queue."""

    async def sent(parts: Coordinator) -> int:
        async with parts.work() as work:
            return await messages.send_unroutable(work, number, reason)

    show({"sent_again": run(sent)})
