"""`onevisit publish …`: the generated description of what crosses an organisation boundary."""

from pathlib import Path

import typer

import contracts
from contracts.publication import published_files

app = typer.Typer(help="JSON Schemas and AsyncAPI for third parties.", no_args_is_help=True)
FOLDER = Path(str(contracts.__file__)).parent
_STALE = 1


@app.callback()
def group() -> None:
    """Keep `contracts` a command of its own."""


@app.command("contracts")
def write_contracts(
    check: bool = typer.Option(False, "--check", help="Write nothing; exit 1 if files differ."),
) -> None:
    """Write contracts/schemas and contracts/asyncapi.json from the catalogue."""
    files = published_files()
    stale = [path for path, content in files.items() if _differs(FOLDER / path, content)]
    for path in stale:
        typer.echo(path)
        if not check:
            _write(FOLDER / path, files[path])
    if check and stale:
        raise typer.Exit(_STALE)


def _differs(path: Path, content: bytes) -> bool:
    return not path.is_file() or path.read_bytes() != content


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
