"""The main job, end to end: starts everything, plays a whole round, shows what happened.

Screens go to standard error; with --json standard output holds the table and nothing else.
"""

import argparse
import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import urlsplit

from deploy.local import setup
from deploy.local.background import start_in_background
from deploy.local.child import ChildFailedError
from deploy.local.installation import (
    DEPARTMENTS,
    Broker,
    CommandFailedError,
    Installation,
)
from deploy.local.ports import NoFreePortError
from deploy.local.preparing import (
    SetupError,
    Wish,
    keep_result,
    kept_result,
    prepared,
    require_fresh_logins,
)
from deploy.local.private_node import PrivateNode
from deploy.local.processes import broker_programs, web_program, write_process_ids
from deploy.local.recorded_people.back_offices import BackOffice, Desk, SharedFolder
from deploy.local.recorded_people.calendar import RehearsalCalendar
from deploy.local.recorded_people.client import Person, RefusedError
from deploy.local.recorded_people.official_lines import with_official_lines
from deploy.local.recorded_people.plan_request import plan_request
from deploy.local.recorded_people.platforms import RecordedPlatforms
from deploy.local.recorded_people.stage import Cast
from deploy.local.recorded_people.story import Story
from deploy.local.screen import Screen
from deploy.local.supervisor import Supervisor, UnexpectedExit

_ROOT = Path(__file__).resolve().parents[2]
_DESKS = ("fire-rescue", "health")
_DECISIONS = Path(__file__).with_name("official_list_decisions.toml")


def main() -> int:
    """Run as asked on the command line; the exit status says whether the round came to its end."""
    options = _options()
    # Also for SIGINT: a shell starts background jobs with it ignored.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _interrupted)
    screen = Screen(quiet=options.quiet)
    try:
        with ExitStack() as stack:
            installed, result = _run(options, screen, stack)
            _show(options, screen, installed, result)
            if not options.once:
                screen.say("按 Ctrl-C 结束 / press Ctrl-C to stop")
                signal.pause()
    except KeyboardInterrupt:
        screen.say("已停止 / stopped")
        return 0 if not options.once else 130
    except (
        ChildFailedError,
        CommandFailedError,
        RefusedError,
        NoFreePortError,
        OSError,
        SetupError,
    ) as error:
        screen.say(f"未完成 / not finished: {error}")
        return 1
    return 0 if _is_sound(result) else 1


def _run(
    options: argparse.Namespace, screen: Screen, stack: ExitStack
) -> tuple[Installation, dict[str, Any]]:
    installed = prepared(wish_of(options), screen.say, stack)
    calendar = RehearsalCalendar(installed.offset_file)
    calendar.begin(date(setup.REHEARSAL_YEAR, 1, 1))
    setup.migrate(installed)
    # Left in reverse: the processes stop before the broker they talk to.
    broker_stack = stack.enter_context(ExitStack())
    supervisor = stack.enter_context(Supervisor(_tell_exit(screen)))
    broker, node = _broker_of(installed)
    starting = start_in_background(lambda: node and broker_stack.enter_context(node))
    fresh = kept_result(installed.folder) is None
    making_keys = start_in_background(lambda: setup.make_keys(installed) if fresh else None)
    supervisor.start(web_program(installed, broker))
    screen.say(f"网页已就绪 / web page ready: {installed.web}")
    lists: dict[str, int] = {}
    if fresh:
        setup.load_organisation(installed, screen.say)
        if options.lists:  # before the county's own items: rows link to the official ones
            lists = setup.import_official_lists(installed, _where(options.lists), _DECISIONS)
        setup.load_county(installed, screen.say)
        require_fresh_logins(installed)
    making_keys()
    starting()
    if fresh:
        setup.provision(installed, broker, screen.say)
    else:
        setup.spread_senders(installed, broker)
    programs = broker_programs(installed, broker)
    for program in programs:
        supervisor.start(program)
    names = ["web", *(each.name for each in programs)]
    stack.enter_context(_process_ids_kept(installed, supervisor, names))
    stack.enter_context(RecordedPlatforms(installed.folder / "exchange").at_work())
    return installed, _played(options, screen, installed, lists)


def _played(
    options: argparse.Namespace, screen: Screen, installed: Installation, lists: dict[str, int]
) -> dict[str, Any]:
    """Play the round, unless it was played here before; gives its table."""
    kept = kept_result(installed.folder)
    if kept is not None:
        screen.say("批次此前已完成 / the round was played before; --reset plays a new one")
        return kept
    cast = _cast(installed)
    county_plan = next(installed.county.glob("annual-plan-*.json"))
    plan = plan_request(json.loads(county_plan.read_text(encoding="utf-8")))
    planned: dict[str, int] = {}
    if options.lists:
        plan, planned = with_official_lines(plan, cast.people["auditor"])
    story = Story(cast, plan, screen.step)
    story.play()
    result = {**story.table(installed.records()), **lists, **planned}
    result["verify"] = _verified(installed, Path(result["record"]))
    keep_result(installed.folder, result)
    return result


def _broker_of(installed: Installation) -> tuple[Broker, PrivateNode | None]:
    """Give the broker that the environment names, else the private node, still to be started."""
    amqp, api = (os.environ.get(f"ONEVISIT_{name}") for name in ("AMQP_URL", "RABBITMQ_API_URL"))
    if amqp:
        if not api:
            raise SetupError("ONEVISIT_AMQP_URL 需要 / needs ONEVISIT_RABBITMQ_API_URL")
        parts = urlsplit(amqp)
        return Broker(parts.hostname or "127.0.0.1", parts.port or 5672, api), None
    node = PrivateNode(installed.folder / "node")
    node.prepare()
    parts, (user, password) = urlsplit(node.management_url), node.admin
    port = urlsplit(node.amqp_url("x", "x")).port or 0
    api = f"{parts.scheme}://{user}:{password}@{parts.hostname}:{parts.port}"
    return Broker("127.0.0.1", port, api), node


def _cast(installed: Installation) -> Cast:
    passwords = json.loads(installed.passwords.read_text(encoding="utf-8"))
    people = {
        login: Person(installed.web, login, password) for login, password in passwords.items()
    }
    offices = {code: _office(installed, code) for code in DEPARTMENTS}
    return Cast(people, offices, RehearsalCalendar(installed.offset_file))


def _office(installed: Installation, code: str) -> BackOffice:
    if code not in _DESKS:
        return SharedFolder(code, installed.agent(code) / "drop")
    return Desk(code, installed.desk(code), installed.agent(code) / "desk.token")


def _verified(installed: Installation, record: Path) -> str:
    """Verify the record as an auditor would: that one file, isolated, with everybody's keys."""
    verifier = _ROOT / "contracts" / "verify_draw.py"
    done = subprocess.run(
        [sys.executable, "-I", str(verifier), str(record), "--keys", str(installed.keys)],
        capture_output=True,
        text=True,
        check=False,
    )
    return "ok" if done.returncode == 0 else (done.stdout or done.stderr).strip()


def _is_sound(result: dict[str, Any]) -> bool:
    stuck = sum(result[name] for name in ("parked", "unroutable", "outbox_pending"))
    return bool(
        result["verify"] == "ok"
        and stuck == 0
        and result["dispatched"] == result["accepted"]
        and result["measures"] == result["measure_feedback"] > 0
    )


def _show(
    options: argparse.Namespace, screen: Screen, installed: Installation, result: dict[str, Any]
) -> None:
    screen.table(result)
    screen.where_to_look(_places(result, installed))
    if options.json:
        print(json.dumps(result, ensure_ascii=False, indent=2), flush=True)


def _places(result: dict[str, Any], installed: Installation) -> dict[str, str]:
    """Give where to look: pages, desks, logins, record, and how to verify it."""
    desks = {f"部门工作台 desk {code}": installed.desk(code) for code in _DESKS}
    return {
        "控制台 console": f"{installed.web}/console",
        "公众网站 public site": installed.web,
        "登录名和密码 logins": str(installed.passwords),
        **desks,
        "工作台口令 desk tokens": str(installed.agent("<code>") / "desk.token"),
        "抽取记录 record": result["record"],
        "验证 verify": f"python3 -I contracts/verify_draw.py {result['record']}",
        "日志 logs": str(installed.logs),
    }


@contextlib.contextmanager
def _process_ids_kept(
    installed: Installation, supervisor: Supervisor, names: list[str]
) -> Iterator[None]:
    """Keep processes.json true while everything runs."""
    stopped = threading.Event()

    def keep() -> None:
        while not stopped.wait(0.5):
            write_process_ids(installed, supervisor, names)

    write_process_ids(installed, supervisor, names)
    thread = threading.Thread(target=keep, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stopped.set()
        thread.join()


def _tell_exit(screen: Screen) -> Any:
    def tell(ended: UnexpectedExit) -> None:
        screen.say(f"{ended.name}: 意外退出, 已重启 / ended unexpectedly, started again")

    return tell


def _interrupted(*_: object) -> NoReturn:
    raise KeyboardInterrupt


def wish_of(options: argparse.Namespace) -> Wish:
    """Give what the command line asks of the data folder."""
    return Wish(
        folder=_where(options.data),
        database_url=os.environ.get("ONEVISIT_DATABASE_URL"),
        with_lists=bool(options.lists),
        reset=options.reset,
    )


def _where(path: Path) -> Path:
    """Resolve a path as the caller of run.sh sees it."""
    return (Path(os.environ.get("ONEVISIT_CALLER", ".")) / path).resolve()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bash deploy/run.sh", description=__doc__)
    parser.add_argument("--yes", action="store_true", help="install what is missing unasked")
    parser.add_argument("--once", action="store_true", help="end by itself after the round")
    parser.add_argument("--json", action="store_true", help="print the table as JSON")
    parser.add_argument("--reset", action="store_true", help="start from nothing")
    parser.add_argument("--quiet", action="store_true", help="no progress on standard error")
    parser.add_argument("--lists", type=Path, help="folder with the official lists to plan from")
    parser.add_argument("--data", type=Path, default=_ROOT / ".data" / "run", help="data folder")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
