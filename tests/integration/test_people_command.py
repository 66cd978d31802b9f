"""`onevisit organisation people`: no login is given whose password could not be kept."""

import json
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from coordinator.commands.main import app
from tests.integration.imports.command import Console, new_console

PEOPLE = [{"login": "lin", "name": "林一", "role": "office"}]


@pytest.fixture
async def console(tmp_path: Path) -> Console:
    return await new_console(tmp_path)


def people(console: Console, text: str, passwords: str) -> Result:
    file = console.folder / "people.json"
    file.write_text(text, "utf-8")
    argv = ["organisation", "people", str(file), "--passwords", str(console.folder / passwords)]
    return CliRunner().invoke(app, argv, env=console.environment, catch_exceptions=False)


def test_a_login_is_given_with_a_password_that_only_its_owner_reads(console: Console) -> None:
    done = people(console, json.dumps(PEOPLE), "passwords.json")

    written = console.folder / "passwords.json"
    assert (done.exit_code, console.count("credential")) == (0, 1)
    assert list(json.loads(written.read_text("utf-8"))) == ["lin"]
    assert written.stat().st_mode & 0o777 == 0o600


def test_passwords_that_cannot_be_written_give_nobody_a_login(console: Console) -> None:
    done = people(console, json.dumps(PEOPLE), "missing/passwords.json")

    assert (done.exit_code, console.count("credential")) == (2, 0)
    assert "Nothing was changed" in done.stderr


@pytest.mark.parametrize("text", ["", "[", "\ufeff["])
def test_a_list_that_cannot_be_read_is_a_sentence(console: Console, text: str) -> None:
    done = people(console, text, "passwords.json")

    assert (done.exit_code, console.count("credential")) == (2, 0)
    assert "people.json" in done.stderr
