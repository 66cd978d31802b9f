"""`onevisit messages`: what failed, and how it goes on; the same acts as on the console."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from coordinator.bootstrap import Coordinator
from coordinator.bootstrap.daily import forget_old_messages
from coordinator.commands.running import in_both_languages, run, show
from coordinator.services import agents, flows, messages, queues
from coordinator.services.ports import Query

app = typer.Typer(help="滞留的消息 · messages that failed", no_args_is_help=True)

Reason = Annotated[str, typer.Option(help="理由 · why, kept in the audit chain")]
Letter = Annotated[int, typer.Argument(help="消息的序号（dead_letter_id） · of the message")]
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


@app.command("body")
def body_to_change(letter: Letter) -> None:
    """显示一条消息的正文，供修改 · the body of one message, to be changed."""

    async def told(parts: Coordinator) -> str:
        async with parts.work(writes=False) as work:
            return await messages.body_to_change(work, letter)

    typer.echo(run(told))


@app.command("change")
def change(
    letter: Letter,
    file: Annotated[
        Path,
        typer.Argument(exists=True, dir_okay=False, help="修改后的正文（JSON） · changed body"),
    ],
    reason: Reason,
) -> None:
    """修改后作为新消息处理，注明替代哪一条 · apply a changed body as a new message."""
    try:
        text = file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise typer.BadParameter(f"{file}: 不是 UTF-8 · no UTF-8 at byte {error.start}") from None

    async def changed(parts: Coordinator) -> str | None:
        async with parts.work() as work:
            return (await messages.change_letter(work, letter, text, reason)).message_id

    show({"changed": run(changed)})


@app.command("archive")
def archive(
    reason: Reason,
    letter: Annotated[int | None, typer.Option(help="一条 · one message")] = None,
    group: Annotated[str | None, typer.Option(help="一组的指纹 · a group")] = None,
    number: Annotated[int | None, typer.Option(help="组内的条数 · how many you saw")] = None,
) -> None:
    """归档一条或一组 · put one message or a group aside."""
    if (letter is None) == (group is None) or (group is None) != (number is None):
        raise typer.BadParameter("--letter | --group --number")

    async def archived(parts: Coordinator) -> int:
        async with parts.work() as work:
            if letter is not None:
                await messages.archive_letter(work, letter, reason)
                return 1
            return await messages.archive_letters(work, group or "", number or 0, reason)

    show({"archived": run(archived)})


@app.command("restore")
def restore(letter: Letter) -> None:
    """恢复一条已归档的消息 · take back what was put aside."""

    async def restored(parts: Coordinator) -> str:
        async with parts.work() as work:
            return (await messages.restore_letter(work, letter)).message_id

    show({"restored": run(restored)})


@app.command("send-unroutable")
def send_unroutable(reason: Reason, number: Number) -> None:
    """重新发送无法送达的消息 · send again what found no queue."""

    async def sent(parts: Coordinator) -> int:
        async with parts.work() as work:
            return await messages.send_unroutable(work, number, reason)

    show({"sent_again": run(sent)})


@app.command("agents")
def list_agents() -> None:
    """列出各系统的代理，失联的在前 · show every agent, silent ones first."""

    async def told(parts: Coordinator) -> list[dict[str, object]]:
        async with parts.work(writes=False) as work:
            standings = await agents.agent_standings(work)
        return [
            {
                "agent": each.agent,
                "state": each.state,
                "heard_at": each.pulse and each.pulse.heard_at,
                "version": each.pulse and each.pulse.version,
                "backlog": each.pulse and each.pulse.backlog,
                "checks": each.pulse and each.pulse.checks,
                "flaw": each.pulse and each.pulse.flaw,
                "clock_differs": each.clock_differs,
                "muted_until": each.mute and each.mute.until,
            }
            for each in standings
        ]

    show(run(told))


@app.command("mute")
def mute(
    agent: Annotated[str, typer.Argument(help="代理的账号，如 dept-fire · broker user")],
    hours: Annotated[int, typer.Option(help="多少小时 · for how long")],
    reason: Reason,
) -> None:
    """维护期间暂停一个代理的告警 · no alarms of an agent during maintenance."""

    async def muted(parts: Coordinator) -> dict[str, object]:
        async with parts.work() as work:
            done = await agents.mute_agent(work, agent, hours, reason)
        return {"agent": done.agent, "muted_until": done.until}

    show(run(muted))


@app.command("unmute")
def unmute(
    agent: Annotated[str, typer.Argument(help="代理的账号 · broker user")],
) -> None:
    """恢复一个代理的告警 · let an agent alarm again."""

    async def unmuted(parts: Coordinator) -> dict[str, object]:
        async with parts.work() as work:
            done = await agents.unmute_agent(work, agent)
        return {"agent": done.agent, "muted_until": None}

    show(run(unmuted))


@app.command("flow")
def show_flow(
    key: Annotated[str, typer.Argument(help="任务、批次、案件或消息的编号 · an id")],
    page: Annotated[int, typer.Option(min=1, help="第几页，每页 200 条 · of 200 messages")] = 1,
) -> None:
    """列出为一个编号发出和收到的全部消息 · all messages of a visit, round or case."""

    async def told(parts: Coordinator) -> dict[str, object]:
        async with parts.work(writes=False) as work:
            matter = await flows.key_of_flow(work, key)
            found = await flows.flow_of(work, matter, offset=(page - 1) * _AT_MOST, limit=_AT_MOST)
        return {"key": matter, "total": found.total, "messages": found.values}

    show(run(told))


@app.command("queues")
def list_queues() -> None:
    """列出各队列的条数和最早待发 · depth and age of every queue."""

    async def told(parts: Coordinator) -> dict[str, object]:
        async with parts.work(writes=False) as work:
            report = await queues.queue_report(work)
        if report.unasked is not None:
            typer.echo("\n".join(in_both_languages(report.unasked)), err=True)
        return {"unroutable": report.unroutable, "queues": report.queues}

    show(run(told))


@app.command("prune")
def prune() -> None:
    """忘记已办结的旧消息 · forget old messages that are over; what waits or is parked stays."""
    show(run(forget_old_messages))
