"""`onevisit audit …`: proof that no act was taken back or altered in silence."""

import typer

from coordinator.adapters.audit_chain import first_break
from coordinator.bootstrap import Coordinator
from coordinator.commands.running import run

app = typer.Typer(help="The audit chain.", no_args_is_help=True)
_BROKEN = 1


@app.callback()
def group() -> None:
    """Keep `verify` a command of its own."""


@app.command()
def verify() -> None:
    """Recompute the audit chain; exit 1 names the first entry that does not follow."""

    async def act(parts: Coordinator) -> tuple[int, int | None]:
        async with parts.work(writes=False) as work:
            entries = await work.audit_entries.where()
        return len(entries), first_break(list(entries))

    number, broken = run(act)
    if broken is not None:
        typer.echo(f"第 {broken} 条与前一条不衔接 / entry {broken} does not follow", err=True)
        raise typer.Exit(_BROKEN)
    typer.echo(f"ok: {number}")
