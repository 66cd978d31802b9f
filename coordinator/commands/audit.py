"""`onevisit audit …`: proof that no act was taken back or altered in silence."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from coordinator.adapters.checkpoint_file import line_of, read_checkpoints
from coordinator.bootstrap import Coordinator, auditing
from coordinator.commands.flaw_words import worded
from coordinator.commands.running import require_writable, run, show
from coordinator.domain.audit_chain import ChainState, Flaw

app = typer.Typer(help="The audit chain.", no_args_is_help=True)
_BROKEN = 1
_TOLD = 50_000  # entries between two lines of progress


@app.command()
def verify(
    checkpoints: Annotated[
        list[Path] | None,
        typer.Option(help="核对另存的检查点 · compare with checkpoints kept elsewhere"),
    ] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="只输出 JSON · JSON only")] = False,
) -> None:
    """核验审计链 · recompute the audit chain; exit 1 names every entry that is not as it was."""

    async def act(parts: Coordinator) -> tuple[ChainState, float]:
        copies = [each for path in checkpoints or () for each in read_checkpoints(path)]
        begun = parts.clock.machine_now()
        state = await auditing.walk(parts, copies=copies, tell=_tell)
        return state, (parts.clock.machine_now() - begun).total_seconds()

    state, seconds = run(act)
    if as_json:
        show({"whole": state.whole, "seconds": round(seconds, 3), **vars(state)})
    else:
        _say(state, seconds)
    if not state.whole:
        raise typer.Exit(_BROKEN)


@app.command()
def seal() -> None:
    """签一个检查点 · sign number and digest of the last entry, and copy them out of it all."""
    sealed = run(auditing.seal)
    typer.echo(f"{sealed.number} {sealed.digest}" if sealed else "没有新内容 · nothing new")


@app.command()
def checkpoints(
    out: Annotated[Path | None, typer.Option(help="写到文件 · write to a file")] = None,
) -> None:
    """导出检查点 · write all checkpoints, to be kept where nobody of the office can change them."""
    if out is not None:
        require_writable([out])

    async def act(parts: Coordinator) -> bytes:
        async with parts.work(writes=False) as work:
            return b"".join(line_of(each) for each in await work.audit_checkpoints.where())

    lines = run(act)
    if out is None:
        typer.echo(lines.decode(), nl=False)
    else:
        out.write_bytes(lines)


def _tell(number: int) -> None:
    if number % _TOLD == 0 and sys.stderr.isatty():
        typer.echo(f"{number} …", err=True)


def _say(state: ChainState, seconds: float) -> None:
    if state.whole:
        speed = round(state.number_of_entries / seconds) if seconds else 0
        typer.echo(f"ok: {state.number_of_entries}")
        typer.echo(
            f"检查点核对到第 {state.anchored} 条 / anchored to entry {state.anchored}"
            f" · {seconds:.1f} s, {speed}/s",
            err=True,
        )
        return
    for flaw in state.flaws:
        typer.echo(worded("flaw", flaw.kind, _span(flaw)), err=True)
    unnamed = state.number_of_flaws - len(state.flaws)
    if unnamed:
        typer.echo(f"另有 {unnamed} 处 / and {unnamed} more", err=True)


def _span(flaw: Flaw) -> str:
    return str(flaw.number) if flaw.number == flaw.until else f"{flaw.number}-{flaw.until}"
