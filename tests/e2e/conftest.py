"""One whole run for all tests: killed at in the middle, then left standing until the last test."""

import os
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.e2e.browser import LogIn, Visitor, chromium
from tests.e2e.local_run import RUN_SECONDS, FinishedRun, Interruption, LocalRun, rows_of

KILLED = ("relay", "agent-fire-rescue")
_PROGRESS = "select count(accepted_at), count(published_at) from department_task"


@pytest.fixture(scope="session")
def finished_run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FinishedRun]:
    """Run the main job once and keep it up; Ctrl-C at the end must leave nothing behind."""
    with LocalRun(tmp_path_factory.mktemp("e2e") / "round") as run:
        interruption = _interrupted(run)
        yield FinishedRun(run, run.result(), interruption)
        assert run.stop() == 0
    assert run.processes_left() == {}


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Start one browser for all tests here; each opens a context of its own in it.

    Its driver keeps an event loop in this thread: the asynchronous tests come before, by name.
    """
    with chromium() as started:
        yield started


@pytest.fixture
def citizen(browser: Browser, finished_run: FinishedRun) -> Iterator[Visitor]:
    """Give a browser without a login."""
    with Visitor(browser, finished_run.installed.web) as somebody:
        yield somebody


@pytest.fixture
def logged_in(browser: Browser, finished_run: FinishedRun) -> Iterator[LogIn]:
    """Log sample people in, each in a browser of their own that stands at the dashboard."""
    with ExitStack() as browsers:

        def log_in(login: str) -> Visitor:
            somebody = browsers.enter_context(Visitor(browser, finished_run.installed.web))
            somebody.log_in(login, finished_run.passwords[login])
            somebody.arrive("/console")
            return somebody

        yield log_in


def _interrupted(run: LocalRun) -> Interruption:
    """Kill relay and one agent as soon as some tasks are accepted, but not all."""
    database = run.folder / "onevisit.db"
    run.wait_until(lambda: _is_under_way(database), "accepted task", RUN_SECONDS)
    killed = {name: run.process_ids[name] for name in KILLED}
    for pid in killed.values():
        os.kill(pid, signal.SIGKILL)
    [(accepted, dispatched)] = rows_of(database, _PROGRESS)
    return Interruption(killed, accepted, dispatched)


def _is_under_way(database: Path) -> bool:
    try:
        [(accepted, _dispatched)] = rows_of(database, _PROGRESS)
    except sqlite3.OperationalError:  # neither file nor tables in the first seconds
        return False
    return bool(accepted > 0)
