"""`onevisit-agent`: run a department's agent or the credit consumer, make keys, look at a store."""

import asyncio
import json
import signal
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Never, TypeVar

import typer
from pydantic import ValidationError
from pydantic_settings import BaseSettings

from department_agents.agent import STORE_FILE, build_agent
from department_agents.credit.system import build_credit_system
from department_agents.keys import KeyFileError, make_key
from department_agents.logs import log_to_stderr
from department_agents.settings import AgentSettings, CreditSettings, StoreSettings
from department_agents.standing import Standing, standing_of
from department_agents.store.database import Database, OtherSchemaError, StoreInUseError

WRONG_SETTINGS = 2

SettingsT = TypeVar("SettingsT", bound=BaseSettings)

app = typer.Typer(
    help="Agent of one department: messages, lottery, back office, desk.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


@app.command()
def run(department: Annotated[str, typer.Option(help="Code of the department.")]) -> None:
    """Run the agent of one department until SIGTERM or SIGINT."""
    settings = _settings(partial(AgentSettings, department=department))
    try:
        agent = build_agent(settings)
    except KeyFileError as error:
        _fail(str(error))
    asyncio.run(_until_stopped(agent.run))


@app.command()
def credit(system: Annotated[str, typer.Option(help="Code of the credit system.")]) -> None:
    """Run the reference consumer of the credit stream until SIGTERM or SIGINT."""
    settings = _settings(partial(CreditSettings, credit_system=system))
    asyncio.run(_until_stopped(build_credit_system(settings).run))


@app.command()
def new_key(
    out: Annotated[Path, typer.Option(help="File for the private key; must not exist.")],
    department: Annotated[
        str, typer.Option(envvar="ONEVISIT_AGENT_DEPARTMENT", help="Code, becomes the kid.")
    ],
) -> None:
    """Write a new Ed25519 key (mode 0600) and print its public JWK for registration."""
    try:
        key = make_key(department, out)
    except FileExistsError:
        _fail(f"{out.name} exists: a key is never overwritten")
    print(json.dumps(key.public_jwk()))


@app.command()
def status() -> None:
    """Print as JSON what waits, what was parked and what the department has to do."""
    settings = _settings(StoreSettings)
    file = settings.data_folder / STORE_FILE
    if not file.exists():
        _fail(f"there is no store {STORE_FILE} in the data folder")
    print(json.dumps(asyncio.run(_standing(file)), ensure_ascii=False))


async def _standing(file: Path) -> Standing:
    database = Database(file)
    try:
        return await standing_of(database)
    finally:
        await database.close()


async def _until_stopped(work: Callable[[], Any]) -> None:
    """Run until a signal asks to stop; what is under way is rolled back or committed, never cut."""
    log_to_stderr()
    task = asyncio.ensure_future(work())
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, task.cancel)
    try:
        await task
    except asyncio.CancelledError:
        return
    except (StoreInUseError, OtherSchemaError) as error:
        _fail(f"the store can't be opened: {type(error).__name__}: {error}")


def _settings(load: Callable[[], SettingsT]) -> SettingsT:
    try:
        return load()
    except ValidationError as error:
        flaws = error.errors(include_input=False, include_url=False)
        lines = [
            f"ONEVISIT_AGENT_{'.'.join(map(str, f['loc'])).upper()}: {f['msg']}" for f in flaws
        ]
        _fail("\n".join(lines))


def _fail(message: str) -> Never:
    print(message, file=sys.stderr)
    raise typer.Exit(WRONG_SETTINGS)


if __name__ == "__main__":
    app()
