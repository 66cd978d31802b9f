"""Whoever breaks a contract between the rooms is named by it, and so is a room without a place."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from tests.contract.history import CHECKOUT
from tests.contract.test_rooms import CONTRACTS

ROOMS = ("contracts", "coordinator", "department_agents", "deploy")
LINTER = Path(sys.executable).with_name("lint-imports")
BREACHES: dict[str, tuple[str, str]] = {
    # contract: (file, line planted at its end)
    "1": ("coordinator/domain/review.py", "import coordinator.services.review"),
    "2": ("deploy/local/setup.py", "import coordinator.settings"),
    "3": ("coordinator/domain/review.py", "import asyncio"),
    "4": ("coordinator/services/review.py", "import sqlalchemy"),
    "5": ("contracts/tasks.py", "import aio_pika"),
    "6": ("contracts/verify_draw.py", "import pydantic"),
    "7": (
        "department_agents/departments/health.py",
        "import department_agents.departments.fire_rescue",
    ),
    "8": ("coordinator/domain/registers/values.py", "import coordinator.domain.team_draw.board"),
    "9": ("coordinator/services/dispatch/answering.py", "import coordinator.services.review"),
    "10": ("coordinator/adapters/inbound.py", "import aio_pika"),
    "11": ("contracts/verify_draw.py", "import contracts.envelope"),
    "12": ("coordinator/web/pages.py", "import sqlalchemy"),
    "13": ("department_agents/fieldwork.py", "import fastapi"),
}
NEW_ROOMS = {
    "1": "coordinator/plugins",
    "8": "coordinator/domain/gossip",
    "9": "coordinator/services/gossip",
    "11": "contracts/gossip",
}


def copy_of_the_tree(to: Path) -> Path:
    """Copy the modules and the contracts; the checkout stays untouched."""
    for room in ROOMS:
        for source in (CHECKOUT / room).rglob("*.py"):
            target = to / source.relative_to(CHECKOUT)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
    shutil.copyfile(CHECKOUT / "pyproject.toml", to / "pyproject.toml")
    return to


def plant(tree: Path, file: str, line: str) -> None:
    path = tree / file
    path.write_text(f"{path.read_text('utf-8')}\n{line}\n", "utf-8")


def lint(tree: Path) -> tuple[int, str]:
    done = subprocess.run(
        [LINTER, "--no-cache"],
        cwd=tree,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "COLUMNS": "200", "NO_COLOR": "1"},
    )
    return done.returncode, done.stdout


def broken(report: str) -> dict[str, str]:
    """Give what a report says about each broken contract, by the contract's number."""
    _, *parts = re.split(r"^(\d+) .*\n-{5,}\n", report, flags=re.MULTILINE)
    return dict(zip(parts[::2], parts[1::2], strict=True))


def test_the_tree_keeps_every_contract(tmp_path: Path) -> None:
    status, report = lint(copy_of_the_tree(tmp_path))

    assert status == 0, report
    assert f"{len(CONTRACTS)} kept, 0 broken" in report


def test_every_contract_names_its_breach(tmp_path: Path) -> None:
    tree = copy_of_the_tree(tmp_path)
    for file, line in BREACHES.values():
        plant(tree, file, line)

    status, report = lint(tree)

    assert status == 1
    reasons = broken(report)
    assert list(reasons) == [row["name"].split()[0] for row in CONTRACTS] == list(BREACHES)
    for number, (file, line) in BREACHES.items():
        module = file.removesuffix(".py").replace("/", ".")
        assert f"{module} -> {line.split()[1]} " in reasons[number]


def test_a_new_folder_without_a_place_breaks_the_build(tmp_path: Path) -> None:
    tree = copy_of_the_tree(tmp_path)
    for folder in NEW_ROOMS.values():
        (tree / folder).mkdir()
        (tree / folder / "__init__.py").touch()

    status, report = lint(tree)

    assert status == 1
    reasons = broken(report)
    assert set(reasons) == set(NEW_ROOMS)
    for number, folder in NEW_ROOMS.items():
        assert folder.replace("/", ".") in reasons[number]
