"""The processes of an agent: a department's own, and the credit consumer; each until a signal."""

import asyncio
import signal
from collections.abc import Callable
from functools import partial
from typing import Any

from contracts.logs import LogFormat, log_to_stderr
from contracts.tracing import TracingMissingError, start_tracing
from department_agents.agent import build_agent
from department_agents.commands.endings import fail, settings_from
from department_agents.credit.system import build_credit_system
from department_agents.keys import KeyFileError
from department_agents.settings import AgentSettings, CreditSettings
from department_agents.store.database import OtherSchemaError, StoreInUseError


def run_agent(department: str) -> None:
    """Run the agent of one department; what can't be used ends it with a sentence."""
    settings = settings_from(partial(AgentSettings, department=department))
    try:
        start_tracing(settings.traces_url, f"onevisit-agent-{department}")
        agent = build_agent(settings)
    except (KeyFileError, TracingMissingError) as error:
        fail(str(error))
    asyncio.run(_until_stopped(agent.run, settings.log_format))


def run_credit(system: str) -> None:
    """Run the consumer of the credit stream; what can't be used ends it with a sentence."""
    settings = settings_from(partial(CreditSettings, credit_system=system))
    try:
        start_tracing(settings.traces_url, f"onevisit-credit-{system}")
    except TracingMissingError as error:
        fail(str(error))
    asyncio.run(_until_stopped(build_credit_system(settings).run, settings.log_format))


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
