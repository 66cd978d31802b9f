"""`onevisit organisation …`: departments and the people who may log in."""

import json
import os
import tomllib
from pathlib import Path
from typing import Annotated, Any

import typer

from coordinator.adapters.passwords import hash_password
from coordinator.bootstrap import Coordinator
from coordinator.commands.running import run, show
from coordinator.services import registers
from coordinator.services.ports import Credential, Department, Role

app = typer.Typer(help="Departments and people.", no_args_is_help=True)


@app.command("departments")
def departments(
    file: Annotated[Path, typer.Argument(help="TOML with [county] and [[department]].")],
) -> None:
    """Register the departments of an organisation file; known ones keep their keys."""
    content = tomllib.loads(file.read_text(encoding="utf-8"))

    async def act(parts: Coordinator) -> None:
        async with parts.work() as work:
            await registers.register_departments(work, _departments(content))

    run(act)
    show({"departments": [row["code"] for row in content["department"]]})


@app.command("people")
def people(
    file: Annotated[Path, typer.Argument(help="JSON list of login, name, role, department.")],
    passwords: Annotated[Path, typer.Option(help="Where new passwords are written, mode 0600.")],
) -> None:
    """Give people of a list a login with a fresh password; known logins stay as they are."""
    rows = json.loads(file.read_text(encoding="utf-8"))

    async def act(parts: Coordinator) -> dict[str, str]:
        fresh: dict[str, str] = {}
        async with parts.work() as work:
            for row in rows:
                if await work.credentials.find(row["login"]) is None:
                    fresh[row["login"]] = parts.around.chance.token()[:16]
                    await work.credentials.add([_credential(row, fresh[row["login"]])])
            await work.audit("organisation:people:added", "people", logins=sorted(fresh))
        return fresh

    fresh = run(act)
    if fresh:
        write_secret(passwords, json.dumps(fresh, indent=2))
    show({"added": sorted(fresh)})


def write_secret(path: Path, text: str) -> None:
    """Write a file that only its owner can read."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    with os.fdopen(os.open(path, flags, 0o600), "w", encoding="utf-8") as stream:
        stream.write(text)


def _departments(content: dict[str, Any]) -> list[Department]:
    return [
        Department(
            code=row["code"],
            name=row["name_zh"],
            name_en=row["name_en"],
            short_name=row.get("short_zh", row["name_zh"]),
            position=row["stripe"],
            region=content["county"]["code"],
        )
        for row in content["department"]
    ]


def _credential(row: dict[str, Any], password: str) -> Credential:
    return Credential(
        login=row["login"],
        name=row["name"],
        password=hash_password(password),
        role=Role(row["role"]),
        department=row.get("department"),
        approver=row.get("approver", False),
    )
