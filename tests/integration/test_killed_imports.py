"""Imports ended by a signal or killed: the register is as if nothing had happened."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from coordinator.bootstrap import coordinator
from coordinator.bootstrap.reading import sweep
from coordinator.domain.registers.acts import ActState
from coordinator.settings import Settings
from tests.integration.imports.command import Console, a_row, new_console

SECONDS = 60.0
MANY = 12_000  # several chunks


@pytest.fixture
async def console(tmp_path: Path) -> Console:
    return await new_console(tmp_path)


@pytest.fixture
def large(console: Console) -> Path:
    return console.file(a_row(n) for n in range(MANY))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda n: n.name)
def test_a_signal_cancels_the_command(
    console: Console, large: Path, number: signal.Signals
) -> None:
    with started(console, large) as process:
        wait_until_staged(process)
        process.send_signal(number)
        _, said = process.communicate(timeout=SECONDS)

    assert process.returncode == 2
    assert "已取消" in said
    assert (console.count("inspection_object"), console.staged()) == (0, 0)


async def test_a_killed_command_fails_at_the_next_start(console: Console, large: Path) -> None:
    with started(console, large) as process:
        wait_until_staged(process)
        process.kill()
        process.communicate(timeout=SECONDS)
    assert console.staged() == 1

    url = console.environment["ONEVISIT_DATABASE_URL"]
    async with coordinator(Settings(database_url=url, data_folder=console.folder)) as parts:
        await sweep(parts)
        async with parts.work(writes=False) as work:
            [act] = await work.imports.where()

    assert (act.state, act.failure) == (
        ActState.FAILED,
        {"rule": "import-interrupted", "source": "objects.csv"},
    )
    assert (console.count("inspection_object"), console.staged()) == (0, 0)


def started(console: Console, path: Path) -> subprocess.Popen[str]:
    """Start an import that says so in its second chunk and goes no further."""
    code = (
        "import coordinator.bootstrap.reading as reading\n"
        "take = reading.registers.take_chunk\n"
        "async def slowly(*given):\n"
        "    done = await take(*given)\n"
        "    if done.number_of_rows > 5000:\n"
        "        print('staged', flush=True)\n"
        "        await reading.asyncio.sleep(600)\n"
        "    return done\n"
        "reading.registers.take_chunk = slowly\n"
        "from coordinator.commands.main import app\n"
        f"app(['import', 'objects', {str(path)!r}])\n"
    )
    return subprocess.Popen(
        [sys.executable, "-c", code],
        env=os.environ | console.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def wait_until_staged(process: subprocess.Popen[str]) -> None:
    assert process.stdout is not None
    assert process.stdout.readline() == "staged\n"
