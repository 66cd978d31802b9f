"""The supervisor of the local run, with small real processes."""

import os
import queue
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local.child import ChildFailedError
from deploy.local.ports import free_port
from deploy.local.supervisor import Program, Supervisor, UnexpectedExit, answers_ok

SLEEPER = "import signal; print('up', flush=True); signal.pause()"
STUBBORN = (
    "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
    "print('up', flush=True)\nwhile True: signal.pause()"
)
Reports = queue.SimpleQueue[UnexpectedExit]


@pytest.fixture
def reports() -> Reports:
    return queue.SimpleQueue()


@pytest.fixture
def supervisor(reports: Reports) -> Iterator[Supervisor]:
    with Supervisor(reports.put) as started:
        yield started


def a_program(logs: Path, name: str = "web", code: str = SLEEPER, **changes: object) -> Program:
    log = logs / f"{name}.log"
    wanted = {"is_ready": lambda: log.exists() and "up" in log.read_text(), **changes}
    return Program(name, (sys.executable, "-c", code), log, **wanted)  # type: ignore[arg-type]


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_program_gets_its_environment_and_nothing_of_ours(
    supervisor: Supervisor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OURS", "secret")
    show = f"import os; print(os.environ.get('THEIRS'), os.environ.get('OURS'))\n{SLEEPER}"

    supervisor.start(a_program(tmp_path, code=show, environment={"THEIRS": "given"}))

    assert (tmp_path / "web.log").read_text().splitlines()[0] == "given None"


def test_a_program_that_answers_over_http_is_ready(supervisor: Supervisor, tmp_path: Path) -> None:
    port = free_port()
    serve = (
        f"import http.server as s;s.test(s.SimpleHTTPRequestHandler, port={port}, bind='127.0.0.1')"
    )
    url = f"http://127.0.0.1:{port}/"

    supervisor.start(a_program(tmp_path, code=serve, is_ready=answers_ok(url), folder=tmp_path))

    assert answers_ok(url)()


def test_a_program_that_exits_before_it_is_ready_is_reported_with_its_log(
    supervisor: Supervisor, tmp_path: Path
) -> None:
    with pytest.raises(ChildFailedError, match=r"(?s)web exited with status 3.*out of luck"):
        supervisor.start(a_program(tmp_path, code="print('out of luck'); raise SystemExit(3)"))

    assert not supervisor.is_running("web")


def test_a_program_that_is_never_ready_is_stopped(supervisor: Supervisor, tmp_path: Path) -> None:
    with pytest.raises(ChildFailedError, match=r"web was not ready after 0\.2 s"):
        supervisor.start(a_program(tmp_path, is_ready=lambda: False, ready_seconds=0.2))

    assert not supervisor.is_running("web")


def test_a_killed_program_is_reported_and_restarted(
    supervisor: Supervisor, reports: Reports, tmp_path: Path
) -> None:
    supervisor.start(a_program(tmp_path, is_restarted=True))
    before = supervisor.pid("web")

    os.kill(before, signal.SIGKILL)
    first = reports.get(timeout=10)
    supervisor.wait_for_restart("web", number=1, seconds=10)

    assert (first.name, first.exit_status, first.is_restarted) == ("web", -signal.SIGKILL, True)
    assert supervisor.pid("web") != before
    assert supervisor.is_running("web")
    assert supervisor.number_of_restarts("web") == 1


def test_a_program_that_is_not_to_be_restarted_is_only_reported(
    supervisor: Supervisor, reports: Reports, tmp_path: Path
) -> None:
    supervisor.start(a_program(tmp_path))

    os.kill(supervisor.pid("web"), signal.SIGKILL)

    assert not reports.get(timeout=10).is_restarted
    assert not supervisor.is_running("web")
    assert supervisor.number_of_restarts("web") == 0


def test_stopping_reports_nothing_and_leaves_no_process(
    supervisor: Supervisor, reports: Reports, tmp_path: Path
) -> None:
    for name in ("web", "relay"):
        supervisor.start(a_program(tmp_path, name, is_restarted=True))
    pids = [supervisor.pid("web"), supervisor.pid("relay")]

    supervisor.stop_all()

    assert not any(is_alive(pid) for pid in pids)
    assert reports.empty()


def test_programs_are_stopped_in_reverse_order(supervisor: Supervisor, tmp_path: Path) -> None:
    order = tmp_path / "order"
    note = (
        "import signal, sys\n"
        "def end(*_):\n"
        f"    print(sys.argv[1], file=open({str(order)!r}, 'a')); sys.exit()\n"
        "signal.signal(signal.SIGTERM, end); print('up', flush=True); signal.pause()"
    )
    for name in ("first", "second"):
        program = a_program(tmp_path, name, code=note)
        argv = (*program.argv, name)
        supervisor.start(Program(name, argv, program.log, is_ready=program.is_ready))

    supervisor.stop_all()

    assert order.read_text().split() == ["second", "first"]


def test_a_program_that_ignores_sigterm_is_killed(supervisor: Supervisor, tmp_path: Path) -> None:
    supervisor.start(a_program(tmp_path, code=STUBBORN))
    pid = supervisor.pid("web")

    supervisor.stop("web", seconds=0.2)

    assert not is_alive(pid)


def test_a_name_is_supervised_once(supervisor: Supervisor, tmp_path: Path) -> None:
    supervisor.start(a_program(tmp_path))

    with pytest.raises(ValueError, match="web is already supervised"):
        supervisor.start(a_program(tmp_path))
