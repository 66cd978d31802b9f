"""`onevisit duties run`: what the business day brings about, where no inbound process runs."""

import typer

from contracts.logs import LogFormat, log_to_stderr
from coordinator.bootstrap.daily import do_open_duties
from coordinator.commands.running import run, show
from coordinator.settings import Settings

app = typer.Typer(help="Daily duties.", no_args_is_help=True)


@app.callback()
def _duties() -> None:
    """Keep `run` a command of its own."""


@app.command("run")
def run_open() -> None:
    """Do the duties that are open today; done ones are left alone."""
    log_to_stderr(LogFormat(Settings().log_format))
    done = run(do_open_duties)
    show({"done": [{"duty": each.duty, "day": each.day, **each.outcome} for each in done]})
