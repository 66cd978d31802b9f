"""`onevisit appraisal …`: figures of the appraisal made right after rows came another way."""

import typer

from coordinator.bootstrap import Coordinator
from coordinator.commands.running import run
from coordinator.services import appraisal

app = typer.Typer(help="The appraisal.", no_args_is_help=True)


@app.callback()
def group() -> None:
    """Keep `recount` a command of its own."""


@app.command()
def recount() -> None:
    """重新清点 · count results and directories anew, as after rows were put in by hand."""

    async def act(parts: Coordinator) -> int:
        async with parts.work() as work:
            return await appraisal.count_again(work)

    typer.echo(f"不符并已更正 / were wrong, now right: {run(act)}")
