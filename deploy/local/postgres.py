"""A PostgreSQL cluster of our own from Debian's package, in a data folder, on loopback."""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import signal
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Self

from deploy.local.child import SYSTEM_PATH, Child, ChildFailedError, Command
from deploy.local.ports import LOOPBACK, remembered_ports

if TYPE_CHECKING:
    from collections.abc import Iterator

_INSTALLATIONS = Path("/usr/lib/postgresql")
_SYSTEM_USER = "postgres"  # PostgreSQL refuses to run as root
_SUPERUSER = "onevisit"
_START_SECONDS = 60.0
_LONGEST_SOCKET_FOLDER = 80  # the kernel allows 107 bytes for the whole socket path
_DATABASE_NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}")
_FAST_NOT_SAFE = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


class PrivatePostgres:
    """A PostgreSQL server of our own that lives in a folder and dies with this process.

    Started by root it runs as Debian's user postgres, which then owns the folder and must be able
    to reach it. durable=False trades safety after a power cut for speed: tests only.
    """

    def __init__(self, folder: Path, *, durable: bool = True) -> None:
        self.folder = folder.absolute()
        self.durable = durable
        self._user = _SYSTEM_USER if os.geteuid() == 0 else None
        self._server: Child | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Start the server, creating its cluster the first time; return when it answers."""
        if self.is_running:
            return
        self._make_folder()
        if not (self.folder / "data" / "PG_VERSION").exists():
            self._create_cluster()
        port = remembered_ports(self.folder / "ports.json", ["postgres"])["postgres"]
        self._server = Child(
            Command(
                argv=(str(_program("postgres")), "-D", f"{self.folder}/data", *self._options(port)),
                environment=_environment(),
                log=self.folder / "log" / "postgres.log",
                folder=self.folder,
                user=self._user,
                death_signal=signal.SIGQUIT,  # the postmaster passes it on to its children
            )
        )
        try:
            self._server.wait_until(lambda: _answers(port), _START_SECONDS, "PostgreSQL")
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop the server, cutting its connections; does nothing when it is not running."""
        if self._server is not None:
            self._server.stop(by=signal.SIGINT)
            self._server = None

    @property
    def is_running(self) -> bool:
        """Tell whether the server process is alive."""
        return self._server is not None and self._server.is_running

    @property
    def pid(self) -> int:
        """Return the process id of the postmaster; ChildFailedError when it was not started."""
        if self._server is None:
            raise ChildFailedError(f"the private PostgreSQL in {self.folder} is not started")
        return self._server.pid

    def create_database(self, name: str) -> str:
        """Create a database unless it exists; return its postgresql+asyncpg:// address."""
        if not _DATABASE_NAME.fullmatch(name):
            raise ValueError(f"not a database name (a-z, 0-9, _): {name!r}")
        if not self._query(f"SELECT 1 FROM pg_database WHERE datname = '{name}'"):
            self._query(f'CREATE DATABASE "{name}"')
        login = f"{_SUPERUSER}:{self._password()}"
        return f"postgresql+asyncpg://{login}@{LOOPBACK}:{self._port()}/{name}"

    def _query(self, sql: str) -> str:
        environment = {**_environment(), "PGPASSWORD": self._password(), "PGCONNECT_TIMEOUT": "10"}
        address = ("-h", LOOPBACK, "-p", str(self._port()), "-U", _SUPERUSER, "-d", "postgres")
        psql = (str(_program("psql")), "-XAtq", "-v", "ON_ERROR_STOP=1", *address, "-c", sql)
        return _run(psql, environment)

    def _port(self) -> int:
        return int(json.loads((self.folder / "ports.json").read_text())["postgres"])

    def _password(self) -> str:
        return (self.folder / "password").read_text()

    def _options(self, port: int) -> tuple[str, ...]:
        sockets = f"{self.folder}/run" if len(str(self.folder)) <= _LONGEST_SOCKET_FOLDER else ""
        settings = [
            f"listen_addresses={LOOPBACK}",
            f"port={port}",
            f"unix_socket_directories={sockets}",
            "max_connections=200",
            *(() if self.durable else _FAST_NOT_SAFE),
        ]
        return tuple(word for setting in settings for word in ("-c", setting))

    def _make_folder(self) -> None:
        for folder in (self.folder, self.folder / "log", self.folder / "run"):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            folder.chmod(0o700)
            if self._user is not None:
                shutil.chown(folder, self._user, self._user)
        if not (self.folder / "password").exists():
            (self.folder / "password").touch(mode=0o600)
            (self.folder / "password").write_text(secrets.token_hex(16))
        if self._user is not None:
            self._require_reachable()

    def _require_reachable(self) -> None:
        drop = ("setpriv", "--reuid", _SYSTEM_USER, "--regid", _SYSTEM_USER, "--init-groups")
        if subprocess.run((*drop, "test", "-w", str(self.folder)), check=False).returncode != 0:
            raise ChildFailedError(
                f"PostgreSQL can't run as root and its user {_SYSTEM_USER} can't enter"
                f" {self.folder}: choose a folder whose parents it may enter, such as one"
                " made by mkdtemp under /var/tmp"
            )

    def _create_cluster(self) -> None:
        data, password = self.folder / "data", self.folder / "password"
        if self._user is not None:
            shutil.chown(password, self._user, self._user)
        initdb = (str(_program("initdb")), "-D", str(data), "-U", _SUPERUSER)
        options = ("-E", "UTF8", "--locale=C.UTF-8", "-A", "scram-sha-256", f"--pwfile={password}")
        _run((*initdb, *options, "--no-sync"), _environment(), user=self._user)


@contextmanager
def temporary_postgres() -> Iterator[PrivatePostgres]:
    """Run a throw-away server (not durable) in a new folder that is removed afterwards."""
    with (
        tempfile.TemporaryDirectory(prefix="onevisit-pg-", dir="/var/tmp") as folder,
        PrivatePostgres(Path(folder), durable=False) as server,
    ):
        yield server


def _program(name: str) -> Path:
    """Return a program of the newest installed PostgreSQL."""
    installed = [path for path in _INSTALLATIONS.glob(f"*/bin/{name}") if _version(path) > 0]
    if not installed:
        raise ChildFailedError("PostgreSQL is missing; run: bash deploy/install.sh --tests")
    return max(installed, key=_version)


def _version(program: Path) -> int:
    version = program.parts[len(_INSTALLATIONS.parts)]
    return int(version) if version.isdecimal() else 0


def _environment() -> dict[str, str]:
    return {"PATH": SYSTEM_PATH, "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}


def _answers(port: int) -> bool:
    probe = (str(_program("pg_isready")), "-q", "-h", LOOPBACK, "-p", str(port))
    return subprocess.run(probe, env=_environment(), check=False).returncode == 0


def _run(argv: tuple[str, ...], environment: dict[str, str], user: str | None = None) -> str:
    done = subprocess.run(
        argv,
        env=environment,
        cwd="/",
        user=user,
        group=user,
        extra_groups=[] if user else None,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise ChildFailedError(f"{Path(argv[0]).name} failed: {done.stderr.strip()}")
    return done.stdout.strip()
