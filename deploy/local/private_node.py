"""A real RabbitMQ from Debian's package as our own child, in a data folder, on loopback."""

from __future__ import annotations

import base64
import contextlib
import fcntl
import hashlib
import json
import os
import secrets
import socket
import time
from pathlib import Path
from typing import TYPE_CHECKING, Self
from urllib.parse import quote

from deploy.local.child import SYSTEM_PATH, Child, ChildFailedError, Command
from deploy.local.member import Member
from deploy.local.ports import LOOPBACK, remembered_ports

if TYPE_CHECKING:
    from collections.abc import Mapping

# Not the wrapper in /usr/sbin, which insists on the system's own user and folders.
SERVER = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
VHOST = "onevisit"
_ADMIN_USER = "onevisit-admin"
_PORT_NAMES = ("amqp", "distribution", "epmd", "management")
_FOLDERS = ("home", "etc", "mnesia", "log")
_PROTOCOL_HEADER = b"AMQP\x00\x00\x09\x01"
_METHOD_FRAME = b"\x01"
_START_SECONDS = 60.0
_LOCK_SECONDS = 10.0
_EVERYTHING = {"configure": ".*", "write": ".*", "read": ".*"}


class PrivateNode:
    """A RabbitMQ node of our own that lives in a folder and dies with this process.

    Definitions (as RabbitMQ exports them) are imported at every start. Ports and the admin are
    chosen at the first start and kept in the folder; a port taken meanwhile is chosen anew.
    """

    def __init__(
        self,
        folder: Path,
        definitions: Mapping[str, object] | None = None,
        member: Member | None = None,
    ) -> None:
        self.folder = folder.absolute()
        self.member = member or Member()
        self.definitions: Mapping[str, object] = definitions or {}
        self._epmd: Child | None = None
        self._node: Child | None = None
        self._lock: int | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def prepare(self) -> None:
        """Choose ports and administrator without starting: others may be told of them before."""
        self._make_folders()
        remembered_ports(self.folder / "ports.json", _PORT_NAMES)

    def start(self) -> None:
        """Start the node and return when AMQP answers; ChildFailedError with the log if not."""
        if self.is_running:
            return
        self.stop()  # what a crashed node left behind
        if not SERVER.exists():
            raise ChildFailedError(f"{SERVER} is missing; run: bash deploy/install.sh")
        self._make_folders()
        self._lock = _lock(self.folder / "lock")
        try:
            self._start_children(remembered_ports(self.folder / "ports.json", _PORT_NAMES))
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop the node, then its epmd, and give the folder free; does nothing when stopped.

        Takes 6 s: while it stops, the management plugin of 3.10 waits 5 s for the application
        controller, which waits for it.
        """
        for child in (self._node, self._epmd):
            if child is not None:
                child.stop()
        self._node = self._epmd = None
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    @property
    def is_running(self) -> bool:
        """Tell whether the node's process is alive."""
        return self._node is not None and self._node.is_running

    @property
    def pid(self) -> int:
        """Return the process id of the node; ChildFailedError when it was not started."""
        if self._node is None:
            raise ChildFailedError(f"the private RabbitMQ in {self.folder} is not started")
        return self._node.pid

    @property
    def admin(self) -> tuple[str, str]:
        """Return user and password of the administrator made by the first start."""
        saved = json.loads((self.folder / "admin.json").read_text())
        return saved["user"], saved["password"]

    @property
    def management_url(self) -> str:
        """Return the address of the management plugin, without /api and without a login."""
        return f"http://{LOOPBACK}:{self._port('management')}"

    def amqp_url(self, user: str, password: str, vhost: str = VHOST) -> str:
        """Return the AMQP address for a user of this node."""
        login = f"{quote(user, safe='')}:{quote(password, safe='')}"
        return f"amqp://{login}@{LOOPBACK}:{self._port('amqp')}/{quote(vhost, safe='')}"

    def _port(self, name: str) -> int:
        return int(json.loads((self.folder / "ports.json").read_text())[name])

    def _start_children(self, ports: Mapping[str, int]) -> None:
        self._write_configuration(ports["management"])
        environment = self._environment(ports)
        logs = self.folder / "log"
        if self.member.epmd_port is None:
            self._epmd = start_epmd(ports["epmd"], environment, self.folder)
        self._node = Child(
            Command(
                argv=(str(SERVER), "-noinput"),
                environment=environment,
                log=logs / "console.log",
                folder=self.folder,
                # The node keeps the folder locked until it is really gone, even if we are killed.
                inherited_files=(self._lock,) if self._lock is not None else (),
            )
        )
        self._node.wait_until(
            lambda: _greets(ports["amqp"]), _START_SECONDS, "the private RabbitMQ"
        )

    def _make_folders(self) -> None:
        for folder in (self.folder, *(self.folder / name for name in _FOLDERS)):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            folder.chmod(0o700)
        (self.folder / "log" / "console.log").write_text("")  # the log of this start only
        cookie = self.folder / "home" / ".erlang.cookie"
        if not cookie.exists():
            _write_private(cookie, secrets.token_hex(20), mode=0o400)
        if not (self.folder / "admin.json").exists():
            admin = {"user": _ADMIN_USER, "password": secrets.token_urlsafe(24)}
            _write_private(self.folder / "admin.json", json.dumps(admin))

    def _write_configuration(self, management_port: int) -> None:
        etc = self.folder / "etc"
        # The AMQP listener is set by the environment only: set twice, the node binds twice.
        configuration = (
            f"load_definitions = {etc}/definitions.json\n"
            f"management.tcp.ip = {LOOPBACK}\n"
            f"management.tcp.port = {management_port}\n"
            f"{self.member.formation}"
        )
        _write_private(etc / "rabbitmq.conf", configuration)
        _write_private(etc / "advanced.config", "[].\n")
        _write_private(etc / "rabbitmq-env.conf", "")
        _write_private(etc / "enabled_plugins", "[rabbitmq_management].\n")
        definitions = with_admin(self.definitions, *self.admin)
        _write_private(etc / "definitions.json", json.dumps(definitions))

    def _environment(self, ports: Mapping[str, int]) -> dict[str, str]:
        folder, etc = self.folder, self.folder / "etc"
        return {
            "HOME": f"{folder}/home",
            "PATH": SYSTEM_PATH,
            "LANG": "C.UTF-8",
            "ERL_EPMD_ADDRESS": LOOPBACK,
            "ERL_EPMD_PORT": str(self.member.epmd_port or ports["epmd"]),
            "RABBITMQ_NODENAME": self.member.name,
            "RABBITMQ_USE_LONGNAME": "false",
            "RABBITMQ_NODE_IP_ADDRESS": LOOPBACK,
            "RABBITMQ_NODE_PORT": str(ports["amqp"]),
            "RABBITMQ_DIST_PORT": str(ports["distribution"]),
            "RABBITMQ_MNESIA_BASE": f"{folder}/mnesia",
            "RABBITMQ_LOG_BASE": f"{folder}/log",
            "RABBITMQ_PID_FILE": f"{folder}/node.pid",
            "RABBITMQ_CONF_ENV_FILE": f"{etc}/rabbitmq-env.conf",
            "RABBITMQ_CONFIG_FILE": f"{etc}/rabbitmq.conf",
            "RABBITMQ_ADVANCED_CONFIG_FILE": f"{etc}/advanced.config",
            "RABBITMQ_ENABLED_PLUGINS_FILE": f"{etc}/enabled_plugins",
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": ("-kernel inet_dist_use_interface {127,0,0,1}"),
            "RABBITMQ_ALLOW_INPUT": "true",
        }


def start_epmd(port: int, environment: Mapping[str, str], folder: Path) -> Child:
    """Start Erlang's name service on loopback and return it when it listens."""
    argv = ("epmd", "-port", str(port), "-address", LOOPBACK)
    epmd = Child(Command(argv, environment, folder / "log" / "epmd.log", folder))
    epmd.wait_until(lambda: _listens(port), _START_SECONDS, "epmd")
    return epmd


def with_admin(definitions: Mapping[str, object], user: str, password: str) -> dict[str, object]:
    """Return the definitions plus an administrator with every right, and the vhost onevisit.

    The node creates no default user when it imports definitions, so the admin travels in them.
    """
    vhosts = [{"name": name} for name in sorted({VHOST, *_names(definitions.get("vhosts"))})]
    admin = {
        "name": user,
        "password_hash": password_hash(password),
        "hashing_algorithm": "rabbit_password_hashing_sha256",
        "tags": "administrator",
    }
    rights = [{"user": user, "vhost": vhost["name"], **_EVERYTHING} for vhost in vhosts]
    return {
        **definitions,
        "vhosts": vhosts,
        "users": [*_rows(definitions.get("users")), admin],
        "permissions": [*_rows(definitions.get("permissions")), *rights],
    }


def password_hash(password: str) -> str:
    """Return a password as RabbitMQ stores it: base64 of a 4-byte salt and the salted SHA-256."""
    salt = secrets.token_bytes(4)
    return base64.b64encode(salt + hashlib.sha256(salt + password.encode()).digest()).decode()


def _rows(value: object) -> list[object]:
    return list(value) if isinstance(value, list | tuple) else []


def _names(value: object) -> list[str]:
    return [str(row["name"]) for row in _rows(value) if isinstance(row, dict)]


def _write_private(file: Path, text: str, mode: int = 0o600) -> None:
    file.touch(mode=0o600)
    file.write_text(text)
    file.chmod(mode)


def _lock(file: Path) -> int:
    """Lock the folder; wait for a node that is just dying, refuse one that lives."""
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    deadline = time.monotonic() + _LOCK_SECONDS
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                os.close(descriptor)
                raise ChildFailedError(f"{file.parent} is in use by another node") from None
            time.sleep(0.1)
        else:
            return descriptor


def _listens(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection((LOOPBACK, port), timeout=1):
        return True
    return False


def _greets(port: int) -> bool:
    """Tell whether an AMQP 0-9-1 server answers the protocol header with Connection.Start."""
    with (
        contextlib.suppress(OSError),
        socket.create_connection((LOOPBACK, port), timeout=5) as connection,
    ):
        connection.sendall(_PROTOCOL_HEADER)
        return connection.recv(1) == _METHOD_FRAME
    return False
