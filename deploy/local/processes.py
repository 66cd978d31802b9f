"""The processes of a local run, each as the operating system shows it."""

import json
import sys
from pathlib import Path

from deploy.local.installation import CREDIT_SYSTEM, DEPARTMENTS, Broker, Installation
from deploy.local.supervisor import Program, Supervisor, answers_ok

_READY_SECONDS = 90.0


def web_program(installed: Installation, broker: Broker | None = None) -> Program:
    """Give the process of pages and API; it needs no broker."""
    address = f"{installed.web}/readyz"
    return Program(
        name="web",
        argv=_script("onevisit", "serve", "web"),
        log=installed.logs / "web.log",
        environment=installed.environment(broker),
        is_ready=answers_ok(address),
        ready_seconds=_READY_SECONDS,
        is_restarted=True,
    )


def broker_programs(installed: Installation, broker: Broker) -> list[Program]:
    """Give every process that talks to the broker."""
    environment = installed.environment(broker)
    coordinator = [
        Program(
            name=name,
            argv=_script("onevisit", "serve", name),
            log=installed.logs / f"{name}.log",
            environment=environment,
            is_restarted=True,
        )
        for name in ("relay", "inbound")
    ]
    credit = Program(
        name="credit",
        argv=_script("onevisit-agent", "credit", "--system", CREDIT_SYSTEM),
        log=installed.logs / "credit.log",
        environment=installed.credit_environment(broker),
        is_restarted=True,
    )
    return [*coordinator, credit, *(_agent(installed, broker, code) for code in DEPARTMENTS)]


def write_process_ids(installed: Installation, supervisor: Supervisor, names: list[str]) -> None:
    """Write who runs under which process id, for people and tests that want to kill one."""
    ids = {name: supervisor.pid(name) for name in names if supervisor.is_running(name)}
    (installed.folder / "processes.json").write_text(json.dumps(ids, indent=2) + "\n")


def _agent(installed: Installation, broker: Broker, code: str) -> Program:
    return Program(
        name=f"agent-{code}",
        argv=_script("onevisit-agent", "run", "--department", code),
        log=installed.logs / f"agent-{code}.log",
        environment=installed.agent_environment(broker, code),
        is_restarted=True,
    )


def _script(name: str, *argv: str) -> tuple[str, ...]:
    return (str(Path(sys.executable).with_name(name)), *argv)
