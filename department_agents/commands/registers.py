"""`onevisit-agent registers`: send a directory of the department, see the receipts."""

from pathlib import Path
from typing import Annotated, Final

import typer

from contracts.loading import loaded
from contracts.register_rows import Directory

app = typer.Typer(help="Directories of this department: send them, see the office's receipts.")
_AT_STORE: Final = "department_agents.commands.at_store"


@app.command()
def send(
    directory: Annotated[Directory, typer.Argument(help="Which directory the file holds.")],
    file: Annotated[Path, typer.Argument(help="CSV in UTF-8, or a JSON list of objects.")],
) -> None:
    """Put the rows of a file into the outbox; a running agent sends them, or the next one does.

    Exit status 1: the file has flaws, each is named and nothing is sent.
    """
    loaded(_AT_STORE).send_file(directory, file)


@app.command()
def status() -> None:
    """Print as JSON the uploads with their receipts, the latest first."""
    loaded(_AT_STORE).show_uploads()
