"""Filling a fresh installation: schema, county, people, broker users, agents' keys."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from deploy.local.installation import (
    CREDIT_SYSTEM,
    DEPARTMENTS,
    Broker,
    Installation,
    run_command,
    run_commands,
)
from deploy.local.preparing import SetupError

_ONEVISIT = "coordinator.commands.main"
_AGENT = "department_agents.commands.main"
_POSTS = (("clerk", "经办人", False), ("chief", "分管领导", True), ("deputy", "副职领导", True))
_SOME_REFUSED = 1
REHEARSAL_YEAR = 2026  # the last year whose working days are official

Tell = Callable[[str], None]


def migrate(installed: Installation) -> None:
    """Bring the database to the newest schema."""
    run_command([_ONEVISIT, "migrate"], installed.environment())


def load_organisation(installed: Installation, tell: Tell) -> None:
    """Make the sample county's files, and register its organs and their sections."""
    tell("样例县 sample county")
    county = installed.county
    run_command(
        ["deploy.local.sample_county", "--out", str(county), "--year", str(REHEARSAL_YEAR)],
        installed.environment(),
    )
    organisation = str(county / "organisation.toml")
    parts = [("organisation", part, organisation) for part in ("departments", "sections")]
    run_commands(_ONEVISIT, parts, installed.environment())


def load_county(installed: Installation, tell: Tell) -> None:
    """Take the sample county's registers in, with the project's own commands."""
    county = installed.county
    tell("事项清单、名录、登录名 item lists, registers, logins")
    people = installed.folder / "people.json"
    people.write_text(json.dumps(_people(), ensure_ascii=False), encoding="utf-8")
    lists = (str(county / f"items-{code}.xlsx") for code in DEPARTMENTS)
    registers = ("objects", "inspectors", "experts", "recusals")
    commands = (
        ("import", "item-list", *lists),
        *(("import", kind, str(county / f"{kind}.csv")) for kind in registers),
        ("organisation", "people", str(people), "--passwords", str(installed.passwords)),
    )
    run_commands(_ONEVISIT, commands, installed.environment())


def import_official_lists(installed: Installation, lists: Path, decisions: Path) -> dict[str, int]:
    """Take in the two official lists as they are; gives the joint list's figures."""
    items, joint = (_the_one(lists, f"*{kind}*.xls*") for kind in ("item-list", "joint-list"))
    run_command(
        [_ONEVISIT, "import", "item-list", str(items), "--accept-valid"],
        installed.environment(),
        allowed=(0, _SOME_REFUSED),
    )
    options = ("--aliases", str(decisions), "--accept-valid", "--json")
    [found] = run_command(
        [_ONEVISIT, "import", "joint-list", str(joint), *options],
        installed.environment(),
        allowed=(0, _SOME_REFUSED),
    )
    names = ("domains_imported", "linked", "unlinked", "unplaced")
    return {name: int(found[name]) for name in names}


def _the_one(folder: Path, pattern: str) -> Path:
    found = sorted(folder.glob(pattern))
    if len(found) != 1:
        raise SetupError(
            f"{folder}: {pattern}: 需要一个文件 / one file is needed, found {len(found)}"
        )
    return found[0]


def make_keys(installed: Installation) -> None:
    """Let every agent make its key, unless it has one."""
    with ThreadPoolExecutor(len(DEPARTMENTS)) as agents:
        for _ in agents.map(partial(_make_key, installed), DEPARTMENTS):
            pass  # raises what went wrong


def _make_key(installed: Installation, code: str) -> None:
    folder = installed.agent(code)
    folder.mkdir(parents=True, exist_ok=True)
    if not _public_key(installed, code).exists():
        key = ("--department", code, "--out", str(folder / "agent.key"))
        made = run_command([_AGENT, "new-key", *key], installed.environment())
        _public_key(installed, code).write_text(json.dumps(made))


def provision(installed: Installation, broker: Broker, tell: Tell) -> None:
    """Give coordinator, agents and credit system their broker users; register the agents' keys."""
    tell("消息用户、部门代理 broker users, agents")
    names = ("--name", "平川县信用信息平台", "--name-en", "County credit platform")
    commands = (
        ("coordinator", *_credentials(installed, "coordinator")),
        *(
            (
                *("department", code, "--public-key", str(_public_key(installed, code))),
                *_credentials(installed, code),
            )
            for code in DEPARTMENTS
        ),
        ("credit-system", CREDIT_SYSTEM, *names, *_credentials(installed, CREDIT_SYSTEM)),
        ("keys", str(installed.keys)),
    )
    token = ("credit", "token", CREDIT_SYSTEM, "--out", str(installed.log_token))
    lines = [*(("provision", *command) for command in commands), token]
    run_commands(_ONEVISIT, lines, installed.environment(broker))


def spread_senders(installed: Installation, broker: Broker) -> None:
    """Bind everybody to an inbound queue anew: there may be another number of them this time."""
    run_command([_ONEVISIT, "provision", "inbound-queues"], installed.environment(broker))


def _public_key(installed: Installation, code: str) -> Path:
    return installed.agent(code) / "agent.jwk"


def _credentials(installed: Installation, name: str) -> tuple[str, str]:
    return "--credentials", str(installed.credentials(name))


def _people() -> list[dict[str, object]]:
    office: list[dict[str, object]] = [
        {"login": "office-a", "name": "办公室甲", "role": "office"},
        {"login": "office-b", "name": "办公室主任", "role": "office", "approver": True},
        {"login": "auditor", "name": "审计员", "role": "auditor"},
        {"login": "discipline", "name": "纪检员", "role": "discipline"},
    ]
    departments: list[dict[str, object]] = [
        {
            "login": f"{code}-{post}",
            "name": name,
            "role": "department",
            "department": code,
            "approver": approver,
        }
        for code in DEPARTMENTS
        for post, name, approver in _POSTS
    ]
    return [*office, *departments]
