"""Filling a fresh installation: schema, county, people, broker users, agents' keys."""

import json
from collections.abc import Callable
from pathlib import Path

from deploy.local.installation import (
    CREDIT_SYSTEM,
    DEPARTMENTS,
    Broker,
    Installation,
    run_command,
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
    for part in ("departments", "sections"):
        _onevisit(installed, "organisation", part, str(county / "organisation.toml"))


def load_county(installed: Installation, tell: Tell) -> None:
    """Take the sample county's registers in, with the project's own commands."""
    county = installed.county
    tell("事项清单 item lists")
    lists = [str(county / f"items-{code}.xlsx") for code in DEPARTMENTS]
    _onevisit(installed, "import", "item-list", *lists)
    for kind in ("objects", "inspectors", "experts", "recusals"):
        tell(f"名录 {kind}")
        _onevisit(installed, "import", kind, str(county / f"{kind}.csv"))
    tell("人员登录 logins")
    people = installed.folder / "people.json"
    people.write_text(json.dumps(_people(), ensure_ascii=False), encoding="utf-8")
    _onevisit(
        installed, "organisation", "people", str(people), "--passwords", str(installed.passwords)
    )


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


def provision(installed: Installation, broker: Broker, tell: Tell) -> None:
    """Give coordinator, agents and credit system their broker users, and agents their keys."""
    environment = installed.environment(broker)
    tell("消息用户 broker users")
    out = ("--credentials", str(installed.credentials("coordinator")))
    run_command([_ONEVISIT, "provision", "coordinator", *out], environment)
    for code in DEPARTMENTS:
        tell(f"部门代理 agent {code}")
        _provision_department(installed, environment, code)
    names = ("--name", "平川县信用信息平台", "--name-en", "County credit platform")
    out = ("--credentials", str(installed.credentials(CREDIT_SYSTEM)))
    run_command([_ONEVISIT, "provision", "credit-system", CREDIT_SYSTEM, *names, *out], environment)
    run_command([_ONEVISIT, "provision", "keys", str(installed.keys)], environment)


def _provision_department(installed: Installation, environment: dict[str, str], code: str) -> None:
    folder = installed.agent(code)
    folder.mkdir(parents=True, exist_ok=True)
    public = folder / "agent.jwk"
    if not public.exists():
        key = ("--department", code, "--out", str(folder / "agent.key"))
        public.write_text(json.dumps(run_command([_AGENT, "new-key", *key], environment)))
    out = ("--credentials", str(installed.credentials(code)))
    run_command(
        [_ONEVISIT, "provision", "department", code, "--public-key", str(public), *out],
        environment,
    )


def _onevisit(installed: Installation, *argv: str) -> None:
    run_command([_ONEVISIT, *argv], installed.environment())


def _people() -> list[dict[str, object]]:
    office: list[dict[str, object]] = [
        {"login": "office-a", "name": "办公室甲", "role": "office"},
        {"login": "office-b", "name": "办公室主任", "role": "office", "approver": True},
        {"login": "auditor", "name": "审计员", "role": "auditor"},
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
