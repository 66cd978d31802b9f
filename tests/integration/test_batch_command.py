"""`onevisit batch`: commands of a file one after the other, until one fails."""

from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from coordinator.commands.main import app
from tests.integration.imports.command import Console, a_row, new_console


@pytest.fixture
async def console(tmp_path: Path) -> Console:
    return await new_console(tmp_path)


def batch(console: Console, *lines: str) -> Result:
    return CliRunner().invoke(
        app, ["batch", "-"], input="\n".join(lines), env=console.environment, catch_exceptions=False
    )


def test_every_command_of_the_batch_is_run_with_its_words_as_a_shell_reads_them(
    console: Console,
) -> None:
    first, second = (console.file([a_row(n)], f"list {n}.csv") for n in (1, 2))

    done = batch(
        console, "# registers", "", f"import objects '{first}'", f"import objects '{second}'"
    )

    assert (done.exit_code, console.count("inspection_object")) == (0, 2)


def test_the_first_that_fails_is_named_and_ends_the_batch_with_its_status(
    console: Console,
) -> None:
    good = console.file([a_row(1)])

    done = batch(console, "import objects missing.csv", f"import objects {good}")

    assert (done.exit_code, console.count("inspection_object")) == (2, 0)
    assert "onevisit import objects missing.csv: 2" in done.stderr
