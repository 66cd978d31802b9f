"""`onevisit serve …` and `onevisit migrate`: the processes of the coordinator."""

from importlib import import_module
from typing import Any

import typer

from contracts.logs import LogFormat, log_to_stderr
from coordinator.bootstrap import Coordinator
from coordinator.bootstrap.seeding import seed
from coordinator.commands.running import run
from coordinator.settings import Settings

app = typer.Typer(help="Run one process of the coordinator.", no_args_is_help=True)


@app.command()
def web() -> None:
    """Serve pages and API."""
    log_to_stderr(LogFormat(Settings().log_format))
    run(_loaded("bootstrap.web_process").serve_web)


@app.command()
def relay() -> None:
    """Carry outbox messages to the broker."""
    log_to_stderr(LogFormat(Settings().log_format))
    run(_loaded("bootstrap.processes").serve_relay)


@app.command()
def inbound() -> None:
    """Take in messages of departments and credit systems."""
    log_to_stderr(LogFormat(Settings().log_format))
    run(_loaded("bootstrap.processes").serve_inbound)


def migrate() -> None:
    """Bring the database to the newest schema, and seed the shipped calendar and regions."""

    async def act(parts: Coordinator) -> None:
        parts.settings.data_folder.mkdir(parents=True, exist_ok=True)
        await _loaded("adapters.db.migrate").upgrade(parts.engine)
        await seed(parts)

    run(act)


def _loaded(module: str) -> Any:
    """Load a part where it is asked for: loading takes longer than most commands run."""
    return import_module(f"coordinator.{module}")
