"""`onevisit serve …` and `onevisit migrate`: the processes of the coordinator."""

from functools import partial
from typing import Annotated

import typer

from contracts.loading import loaded
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
    run(loaded("coordinator.bootstrap.web_process").serve_web)


@app.command()
def relay() -> None:
    """Carry outbox messages to the broker."""
    log_to_stderr(LogFormat(Settings().log_format))
    run(loaded("coordinator.bootstrap.processes").serve_relay)


@app.command()
def inbound(
    queue: Annotated[
        list[int] | None,
        typer.Option(help="Number of an inbound queue to take from, several times for several."),
    ] = None,
) -> None:
    """Take in messages of departments and credit systems, from all inbound queues or only some."""
    settings, only = Settings(), frozenset(queue or ())
    for number in sorted(only - set(range(1, settings.inbound_queues + 1))):
        raise typer.BadParameter(
            f"queue {number}: ONEVISIT_INBOUND_QUEUES says 1 to {settings.inbound_queues}"
        )
    log_to_stderr(LogFormat(settings.log_format))
    run(partial(loaded("coordinator.bootstrap.processes").serve_inbound, only=only))


def migrate() -> None:
    """Bring the database to the newest schema, and seed the shipped calendar and regions."""

    async def act(parts: Coordinator) -> None:
        parts.settings.data_folder.mkdir(parents=True, exist_ok=True)
        await loaded("coordinator.adapters.db.migrate").upgrade(parts.engine)
        await seed(parts)

    run(act)
