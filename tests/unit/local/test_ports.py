import socket
from pathlib import Path

import pytest

from deploy.local import ports
from deploy.local.ports import LOOPBACK, NoFreePortError, free_port, is_free, remembered_ports


def a_listener() -> socket.socket:
    listener = socket.socket()
    listener.bind((LOOPBACK, free_port()))
    listener.listen()
    return listener


def test_a_port_is_below_the_range_the_kernel_hands_out(tmp_path: Path) -> None:
    ephemeral = tmp_path / "range"
    ephemeral.write_text("22000\t60999\n")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ports, "_EPHEMERAL_RANGE", ephemeral)
        port = free_port()

    assert 20_000 <= port < 22_000


def test_ports_are_remembered(tmp_path: Path) -> None:
    first = remembered_ports(tmp_path / "ports.json", ["amqp", "epmd"])

    second = remembered_ports(tmp_path / "ports.json", ["amqp", "epmd"])

    assert second == first
    assert first["amqp"] != first["epmd"]


def test_only_the_port_somebody_took_is_chosen_anew(tmp_path: Path) -> None:
    first = remembered_ports(tmp_path / "ports.json", ["amqp", "epmd"])

    with socket.socket() as intruder:
        intruder.bind((LOOPBACK, first["amqp"]))
        intruder.listen()
        second = remembered_ports(tmp_path / "ports.json", ["amqp", "epmd"])

    assert second["amqp"] != first["amqp"]
    assert second["epmd"] == first["epmd"]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"amqp": "many"}'])
def test_a_spoilt_memory_is_replaced(tmp_path: Path, text: str) -> None:
    file = tmp_path / "ports.json"
    file.write_text(text)

    chosen = remembered_ports(file, ["amqp"])

    assert remembered_ports(file, ["amqp"]) == chosen


def test_a_port_with_a_listener_is_not_free() -> None:
    with a_listener() as listener:
        port = listener.getsockname()[1]

        assert not is_free(port)

    assert is_free(port)


def test_a_machine_without_a_free_port_is_told() -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ports, "is_free", lambda _: False)

        with pytest.raises(NoFreePortError, match="no free port between"):
            free_port()
