"""Loopback ports: chosen below the ephemeral range, remembered in a folder, re-chosen if taken."""

from __future__ import annotations

import json
import secrets
import socket
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

LOOPBACK = "127.0.0.1"
_FIRST_PORT = 20_000
_DEFAULT_EPHEMERAL_START = 32_768
_SMALLEST_RANGE = 1_000
_RESERVED = frozenset({25_672})  # distribution port of a system RabbitMQ that may start later
_EPHEMERAL_RANGE = Path("/proc/sys/net/ipv4/ip_local_port_range")
_ATTEMPTS = 500


class NoFreePortError(Exception):
    """No free loopback port was found."""


def remembered_ports(file: Path, names: Sequence[str]) -> dict[str, int]:
    """Return one free port per name: the one the file remembers, else a new one, then saved."""
    remembered = _read(file)
    ports: dict[str, int] = {}
    for name in names:
        port = remembered.get(name)
        if port is None or port in ports.values() or not is_free(port):
            port = free_port(taken=frozenset(ports.values()))
        ports[name] = port
    file.write_text(json.dumps(ports, indent=2) + "\n")
    return ports


def free_port(taken: frozenset[int] = frozenset()) -> int:
    """Return a port nobody listens on, outside the range the kernel hands out to clients."""
    first, end = _FIRST_PORT, _ephemeral_start()
    if end - first < _SMALLEST_RANGE:
        end = _DEFAULT_EPHEMERAL_START
    for _ in range(_ATTEMPTS):
        port = first + secrets.randbelow(end - first)
        if port not in taken | _RESERVED and is_free(port):
            return port
    raise NoFreePortError(f"no free port between {first} and {end - 1}")


def is_free(port: int) -> bool:
    """Tell whether a listener can bind this loopback port now."""
    with socket.socket() as probe:
        # As every server does; else our own closed connections (TIME_WAIT) make it look taken.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def _ephemeral_start() -> int:
    try:
        return int(_EPHEMERAL_RANGE.read_text().split()[0])
    except OSError:
        return _DEFAULT_EPHEMERAL_START


def _read(file: Path) -> dict[str, int]:
    try:
        ports = json.loads(file.read_text())
    except (FileNotFoundError, json.JSONDecodeError):
        return {}
    if not isinstance(ports, dict):
        return {}
    return {name: port for name, port in ports.items() if isinstance(port, int)}
