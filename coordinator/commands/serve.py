"""`onevisit serve …` and `onevisit migrate`: the processes of the coordinator."""

import logging
import sys
from importlib import import_module
from typing import Any

import structlog
import typer

from coordinator.bootstrap import Coordinator
from coordinator.bootstrap.seeding import seed
from coordinator.commands.running import run

app = typer.Typer(help="Run one process of the coordinator.", no_args_is_help=True)


@app.command()
def web() -> None:
    """Serve pages and API."""
    _log_to_stderr()
    run(_loaded("bootstrap.web_process").serve_web)


@app.command()
def relay() -> None:
    """Carry outbox messages to the broker."""
    _log_to_stderr()
    run(_loaded("bootstrap.processes").serve_relay)


@app.command()
def inbound() -> None:
    """Take in messages of departments and credit systems."""
    _log_to_stderr()
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


def _log_to_stderr() -> None:
    """Write one JSON line per event; nothing in it names a person."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
