"""Where one local installation keeps its things, and the commands that fill it."""

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deploy.local.ports import remembered_ports

DEPARTMENTS = (
    "market-regulation",
    "fire-rescue",
    "ecology-environment",
    "health",
    "emergency-management",
)
CREDIT_SYSTEM = "county-credit"
_PROCESS_PORTS = ("web", *(f"desk-{code}" for code in DEPARTMENTS))


class CommandFailedError(Exception):
    """A command of the project failed; carries what it said."""


@dataclass(frozen=True)
class Broker:
    """Addresses of a broker: host and port for AMQP, and the management API as administrator."""

    host: str
    port: int
    api_url: str

    def url(self, credentials: Path) -> str:
        """Give the AMQP address for the user of a credentials file."""
        who = json.loads(credentials.read_text(encoding="utf-8"))
        return f"amqp://{who['user']}:{who['password']}@{self.host}:{self.port}/onevisit"


@dataclass(frozen=True)
class Installation:
    """One folder with everything a local run writes; `database_url` may lie elsewhere."""

    folder: Path
    database_url: str
    ports: Mapping[str, int]

    @property
    def county(self) -> Path:
        """The sample county's files."""
        return self.folder / "county"

    @property
    def logs(self) -> Path:
        """The processes' logs."""
        return self.folder / "logs"

    @property
    def offset_file(self) -> Path:
        """The rehearsal's calendar."""
        return self.folder / "rehearsal.json"

    @property
    def passwords(self) -> Path:
        """Logins of the sample people, mode 0600."""
        return self.folder / "logins.json"

    def agent(self, code: str) -> Path:
        """The folder of one agent."""
        return self.folder / "agents" / code

    def credentials(self, name: str) -> Path:
        """The broker credentials of one user."""
        return self.folder / "credentials" / f"{name}.json"

    @property
    def log_token(self) -> Path:
        """What opens the log of credit events, mode 0600."""
        return self.credentials("credit-log")

    @property
    def web(self) -> str:
        """The address of console, API and public pages."""
        return f"http://127.0.0.1:{self.ports['web']}"

    def desk(self, code: str) -> str:
        """The address of a department's desk."""
        return f"http://127.0.0.1:{self.ports[f'desk-{code}']}"

    @property
    def keys(self) -> Path:
        """The public keys of office and departments, as JWKS."""
        return self.folder / "keys.jwks"

    def records(self) -> Path:
        """Where disclosed records lie."""
        return self.folder / "records"

    def environment(self, broker: Broker | None = None) -> dict[str, str]:
        """Give the whole environment of the coordinator's commands and processes."""
        chosen = {
            "ONEVISIT_DATABASE_URL": self.database_url,
            "ONEVISIT_DATA_FOLDER": str(self.folder),
            "ONEVISIT_REHEARSAL": "1",
            "ONEVISIT_REHEARSAL_FILE": str(self.offset_file),
            "ONEVISIT_WEB_PORT": str(self.ports["web"]),
        }
        if broker is not None:
            chosen["ONEVISIT_RABBITMQ_API_URL"] = broker.api_url
            chosen |= _of_the_environment("ONEVISIT_INBOUND_QUEUES")
            coordinator = self.credentials("coordinator")
            if coordinator.exists():
                chosen["ONEVISIT_AMQP_URL"] = broker.url(coordinator)
        return {**_inherited(), **chosen}

    def agent_environment(self, broker: Broker, code: str) -> dict[str, str]:
        """Give the whole environment of one department's agent."""
        return {
            **_inherited(),
            "ONEVISIT_AGENT_AMQP_URL": broker.url(self.credentials(code)),
            "ONEVISIT_AGENT_DATA_FOLDER": str(self.agent(code)),
            "ONEVISIT_AGENT_KEY_FILE": str(self.agent(code) / "agent.key"),
            "ONEVISIT_AGENT_OFFICE_JWKS": str(self.keys),
            "ONEVISIT_AGENT_DESK_PORT": str(self.ports[f"desk-{code}"]),
            "ONEVISIT_AGENT_POLL_SECONDS": "0.5",
            "ONEVISIT_REHEARSAL": "1",
            "ONEVISIT_REHEARSAL_FILE": str(self.offset_file),
        }

    def credit_environment(self, broker: Broker) -> dict[str, str]:
        """Give the whole environment of the credit system's consumer."""
        return {
            **_inherited(),
            "ONEVISIT_AGENT_AMQP_URL": broker.url(self.credentials(CREDIT_SYSTEM)),
            "ONEVISIT_AGENT_DATA_FOLDER": str(self.folder / "credit"),
            "ONEVISIT_AGENT_LOG_URL": self.web,
            "ONEVISIT_AGENT_LOG_TOKEN": json.loads(self.log_token.read_text())["token"],
            "ONEVISIT_AGENT_OFFICE_JWKS": str(self.keys),
            "ONEVISIT_REHEARSAL": "1",
            "ONEVISIT_REHEARSAL_FILE": str(self.offset_file),
        }


def installation(folder: Path, database_url: str | None = None) -> Installation:
    """Open or make the installation in a folder; the database is SQLite unless one is named."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name in ("logs", "agents", "credentials", "credit"):
        (folder / name).mkdir(exist_ok=True)
    ports = remembered_ports(folder / "ports.json", _PROCESS_PORTS)
    url = database_url or f"sqlite+aiosqlite:///{folder / 'onevisit.db'}"
    return Installation(folder, url, ports)


def run_command(
    argv: Sequence[str], environment: dict[str, str], *, allowed: tuple[int, ...] = (0,)
) -> Any:
    """Run a command of the project and give its JSON; CommandFailedError with what it said."""
    text = _said(argv, environment, allowed).strip()
    return json.loads(text) if text[:1] in ("{", "[") else text


def run_commands(
    program: str, commands: Sequence[Sequence[str]], environment: dict[str, str]
) -> None:
    """Run commands of a program that takes a batch; CommandFailedError with what the last said."""
    lines = "".join(f"{shlex.join(argv)}\n" for argv in commands)
    _said([program, "batch", "-"], environment, (0,), lines)


def _said(
    argv: Sequence[str], environment: dict[str, str], allowed: tuple[int, ...], given: str = ""
) -> str:
    done = subprocess.run(
        [sys.executable, "-m", *argv],
        env=environment,
        input=given,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode not in allowed:
        raise CommandFailedError(f"{' '.join(argv)}:\n{done.stderr or done.stdout}")
    return done.stdout


def _inherited() -> dict[str, str]:
    return _of_the_environment("PATH", "HOME", "LANG")


def _of_the_environment(*names: str) -> dict[str, str]:
    return {name: os.environ[name] for name in names if name in os.environ}
