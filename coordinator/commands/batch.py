"""`onevisit batch`: several commands one after the other in one process, started once for all."""

import shlex
from typing import Annotated

import typer

Commands = Annotated[
    typer.FileText,
    typer.Argument(help="Commands without `onevisit`, one a line; - is standard input."),
]


def add_batch(app: typer.Typer) -> None:
    """Give an app the command that runs its others from a file."""

    @app.command("batch")
    def batch(commands: Commands) -> None:
        """Run the commands of a file; the first that fails ends the batch with its status."""
        for line in commands:
            if words := shlex.split(line, comments=True):
                _run(app, words)


def _run(app: typer.Typer, words: list[str]) -> None:
    """Run one command as its own process would; it ends with the status that it gives."""
    try:
        app(words)
    except SystemExit as end:
        if end.code:
            typer.echo(f"onevisit {shlex.join(words)}: {end.code}", err=True)
            raise
