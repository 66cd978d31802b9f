"""`onevisit organisation …`: organs, their sections, and the people who may log in."""

import json
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, NoReturn, TypeVar

import typer
from pydantic import TypeAdapter, ValidationError

from coordinator.adapters.passwords import hash_password
from coordinator.bootstrap import Coordinator
from coordinator.commands.running import fail, require_writable, run, show
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.registers.conditions import Conditions
from coordinator.domain.registers.organisation import level_of_region
from coordinator.domain.registers.sections import Section
from coordinator.services import registers
from coordinator.services.ports import Credential, Department, Responsibility, Role

app = typer.Typer(help="Organs, sections and people.", no_args_is_help=True)
_OrganisationFile = Annotated[
    Path, typer.Argument(help="TOML with [county], [[department]] and [[section]].")
]
V = TypeVar("V")
_DEPARTMENT = TypeAdapter(Department)
_SECTION = TypeAdapter(Section)


@app.command("departments")
def departments(file: _OrganisationFile) -> None:
    """Register the organs of a file, or take over what changed; known ones keep their keys."""
    content = _read(file)
    organs = [_department(row, content, file) for row in content.get("department", ())]

    async def act(parts: Coordinator) -> registers.Taken:
        async with parts.work() as work:
            return await registers.register_departments(work, organs)

    taken = run(act)
    show({"departments": [organ.code for organ in organs], **_figures(taken)})


@app.command("sections")
def sections(file: _OrganisationFile) -> None:
    """Register the sections of a file with their duties, or take over what changed."""
    found = [_section(row, file) for row in _read(file).get("section", ())]

    async def act(parts: Coordinator) -> registers.Taken:
        async with parts.work() as work:
            return await registers.register_sections(work, found)

    taken = run(act)
    show({"sections": [section.code for section in found], **_figures(taken)})


@app.command("people")
def people(
    file: Annotated[Path, typer.Argument(help="JSON list of login, name, role, department.")],
    passwords: Annotated[Path, typer.Option(help="Where new passwords are written, mode 0600.")],
) -> None:
    """Give people of a list a login with a fresh password; known logins stay as they are."""
    rows = _people(file)
    require_writable([passwords])

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


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        fail(RuleBrokenError(Rule.IMPORT_FILE_UNREADABLE, file=file.name, why=str(error)))


def _people(file: Path) -> list[dict[str, Any]]:
    """Give the rows of a list of people; their words are judged where they are used."""
    try:
        rows: list[dict[str, Any]] = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        fail(RuleBrokenError(Rule.IMPORT_FILE_UNREADABLE, file=file.name, why=str(error)))
    return rows


def _department(row: dict[str, Any], content: dict[str, Any], file: Path) -> Department:
    """Give an organ; region and level are the county's unless its own row says otherwise."""
    region = row.get("region") or content.get("county", {}).get("code", "")
    named = {name: row[name] for name in _ORGAN_FIELDS if name in row}
    values = {
        "code": row.get("code"),
        "name": row.get("name_zh"),
        "name_en": row.get("name_en"),
        "short_name": row.get("short_zh", row.get("name_zh")),
        "position": row.get("stripe"),
        "level": level_of_region(region),
        **named,
        "region": region,
    }
    return _value(_DEPARTMENT, values, file, _IN_FILE)


def _section(row: dict[str, Any], file: Path) -> Section:
    """Give a section; a word of what it supervises that no condition has is refused, not lost."""
    found = _value(_SECTION, row, file, {})
    for word in sorted(row.get("supervises", {}).keys() - set(_CONDITIONS)):
        _refuse(file, row, f"supervises.{word}", f"known: {', '.join(_CONDITIONS)}")
    return found


_CONDITIONS = tuple(Conditions.__dataclass_fields__)


# What a file calls the fields of an organ, where it is not their own name.
_IN_FILE = {"name": "name_zh", "short_name": "short_zh", "position": "stripe"}
_ORGAN_FIELDS = ("level", "superior", "of_department", "legal_capacity", "delegation_document")


def _value(of: TypeAdapter[V], values: dict[str, Any], file: Path, names: Mapping[str, str]) -> V:
    """Give a value of a row; a field that does not fit ends the command, naming row and field."""
    try:
        return of.validate_python(values)
    except ValidationError as error:
        flaw = error.errors(include_url=False)[0]
        field = ".".join(names.get(str(part), str(part)) for part in flaw["loc"])
        _refuse(file, values, field, flaw["msg"])


def _refuse(file: Path, row: Mapping[str, Any], field: str, problem: str) -> NoReturn:
    fail(
        RuleBrokenError(
            Rule.ORGANISATION_FILE_INVALID,
            file=file.name,
            row=row.get("code") or "?",
            field=field,
            problem=problem,
        )
    )


def _figures(taken: registers.Taken) -> dict[str, int]:
    return {"added": taken.added, "changed": taken.changed, "unchanged": taken.unchanged}


def _credential(row: dict[str, Any], password: str) -> Credential:
    return Credential(
        login=row["login"],
        name=row["name"],
        password=hash_password(password),
        role=Role(row["role"]),
        department=row.get("department"),
        approver=row.get("approver", False),
        responsibilities=tuple(Responsibility(each) for each in row.get("responsibilities", ())),
    )
