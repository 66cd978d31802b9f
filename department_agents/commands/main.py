"""`onevisit-agent`: run a department's agent or the credit consumer, make keys, look at a store."""

import json
from pathlib import Path
from typing import Annotated

import typer

from contracts.loading import loaded
from department_agents.commands import registers
from department_agents.commands.endings import fail

app = typer.Typer(
    help="Agent of one department: messages, lottery, back office, desk.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
app.add_typer(registers.app, name="registers")


@app.command()
def run(department: Annotated[str, typer.Option(help="Code of the department.")]) -> None:
    """Run the agent of one department until SIGTERM or SIGINT."""
    loaded("department_agents.commands.at_work").run_agent(department)


@app.command()
def credit(system: Annotated[str, typer.Option(help="Code of the credit system.")]) -> None:
    """Run the reference consumer of the credit stream until SIGTERM or SIGINT."""
    loaded("department_agents.commands.at_work").run_credit(system)


@app.command()
def new_key(
    out: Annotated[Path, typer.Option(help="File for the private key; must not exist.")],
    department: Annotated[
        str, typer.Option(envvar="ONEVISIT_AGENT_DEPARTMENT", help="Code, becomes the kid.")
    ],
) -> None:
    """Write a new Ed25519 key (mode 0600) and print its public JWK for registration."""
    try:
        key = loaded("department_agents.keys").make_key(department, out)
    except FileExistsError:
        fail(f"{out.name} exists: a key is never overwritten")
    print(json.dumps(key.public_jwk()))


@app.command()
def status() -> None:
    """Print as JSON what waits, what was parked and what the department has to do."""
    loaded("department_agents.commands.at_store").show_standing()


if __name__ == "__main__":
    app()
