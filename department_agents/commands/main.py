"""`onevisit-agent`: run a department's agent or the credit consumer, make keys, look at a store."""

import asyncio
import json
import signal
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from contracts.logs import LogFormat, log_to_stderr
from contracts.tracing import TracingMissingError, start_tracing
from department_agents.agent import STORE_FILE, build_agent
from department_agents.commands import registers
from department_agents.commands.endings import fail, settings_from
from department_agents.credit.system import build_credit_system
from department_agents.keys import KeyFileError, make_key
from department_agents.settings import AgentSettings, CreditSettings, StoreSettings
from department_agents.standing import Standing, standing_of
from department_agents.store.database import Database, OtherSchemaError, StoreInUseError

app = typer.Typer(
    help="Agent of one department: messages, lottery, back office, desk.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
app.add_typer(registers.app, name="registers")


@app.command()
def run(department: Annotated[str, typer.Option(help="Code of the department.")]) -> None:
    """Run the agent of one department until SIGTERM or SIGINT."""
    settings = settings_from(partial(AgentSettings, department=department))
    try:
        start_tracing(settings.traces_url, f"onevisit-agent-{department}")
        agent = build_agent(settings)
    except (KeyFileError, TracingMissingError) as error:
        fail(str(error))
    asyncio.run(_until_stopped(agent.run, settings.log_format))


@app.command()
def credit(system: Annotated[str, typer.Option(help="Code of the credit system.")]) -> None:
    """Run the reference consumer of the credit stream until SIGTERM or SIGINT."""
    settings = settings_from(partial(CreditSettings, credit_system=system))
    try:
        start_tracing(settings.traces_url, f"onevisit-credit-{system}")
    except TracingMissingError as error:
        fail(str(error))
    asyncio.run(_until_stopped(build_credit_system(settings).run, settings.log_format))


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
        fail(f"{out.name} exists: a key is never overwritten")
    print(json.dumps(key.public_jwk()))


@app.command()
def status() -> None:
    """Print as JSON what waits, what was parked and what the department has to do."""
    settings = settings_from(StoreSettings)
    file = settings.data_folder / STORE_FILE
    if not file.exists():
        fail(f"there is no store {STORE_FILE} in the data folder")
    print(json.dumps(asyncio.run(_standing(file)), ensure_ascii=False))


async def _standing(file: Path) -> Standing:
    database = Database(file)
    try:
        return await standing_of(database)
    finally:
        await database.close()


async def _until_stopped(work: Callable[[], Any], log_format: str) -> None:
    """Run until a signal asks to stop; what is under way is rolled back or committed, never cut."""
    log_to_stderr(LogFormat(log_format))
    task = asyncio.ensure_future(work())
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, task.cancel)
    try:
        await task
    except asyncio.CancelledError:
        return
    except (StoreInUseError, OtherSchemaError) as error:
        fail(f"the store can't be opened: {type(error).__name__}: {error}")


if __name__ == "__main__":
    app()
