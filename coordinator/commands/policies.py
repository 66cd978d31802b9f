"""`onevisit policy …`: the profiles as they are written; no server or database is needed."""

from pathlib import Path
from typing import Annotated

import typer

from coordinator.adapters.policy_files import PolicyFolder, read_policy_file
from coordinator.commands.running import fail, show
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.policy import Policy, difference, figures_of
from coordinator.settings import Settings

app = typer.Typer(help="Policy profiles: numbers, ratios and deadlines.", no_args_is_help=True)

_FLAWED = 1
_Profile = Annotated[str, typer.Argument(help="A profile's name, or a TOML file.")]
_Json = Annotated[bool, typer.Option("--json", help="JSON instead of lines.")]
_OFF = ("-", "0", "false")
_OFFICE = "本办公室确定 office's choice"


@app.command("list")
def list_profiles(as_json: _Json = False) -> None:
    """List the profiles with version and name."""
    folder = PolicyFolder(Settings().policies)
    found = [_read(name) for name in folder.names()]
    if as_json:
        show([{"label": each.label, "name": each.name, "name_en": each.name_en} for each in found])
        return
    for each in found:
        typer.echo(f"{each.label:28} {each.name} · {each.name_en}")


@app.command("show")
def show_profile(profile: _Profile, as_json: _Json = False) -> None:
    """Show every figure of a profile with the text it comes from."""
    policy = _read(profile)
    figures = figures_of(policy)
    if as_json:
        show(
            {path: {"value": v, "source": policy.sources.get(path)} for path, v in figures.items()}
        )
        return
    typer.echo(f"{policy.label}  {policy.name} · {policy.name_en}")
    for path, value in figures.items():
        source = policy.sources.get(path) or ("" if value in _OFF else _OFFICE)
        typer.echo(f"{path} = {value}    # {source}" if source else f"{path} = {value}")


@app.command("diff")
def diff(before: _Profile, after: _Profile, as_json: _Json = False) -> None:
    """Show the figures in which two profiles differ."""
    found = difference(_read(before), _read(after))
    if as_json:
        show(found)
        return
    for each in found:
        typer.echo(f"{each.path}: {each.before or '-'} → {each.after or '-'}")


@app.command("check")
def check(file: Annotated[Path, typer.Argument(help="A profile's TOML file.")]) -> None:
    """Check a file; exit 1 names every flaw by field, with what was expected and found."""
    try:
        policy = read_policy_file(file, tables=Settings().policies)
    except RuleBrokenError as error:
        flaws = error.facts.get("flaws") or [error.facts]
        for flaw in flaws if isinstance(flaws, list) else []:
            typer.echo(
                f"{error.facts['file']}: {flaw['field']}: "
                f"应为 expected {flaw['expected']}; 实为 found {flaw['found']}",
                err=True,
            )
        raise typer.Exit(_FLAWED) from error
    typer.echo(f"ok: {policy.label}")


def _read(name: str) -> Policy:
    """Give a profile of the folder, or of a file; a flawed or unknown one ends the command."""
    folder = Settings().policies
    try:
        if name.endswith(".toml"):
            return read_policy_file(Path(name), tables=folder)
        found = PolicyFolder(folder).find(name)
    except RuleBrokenError as error:
        fail(error)
    if found is None:
        fail(RuleBrokenError(Rule.NOT_FOUND, kind="policy", key=name))
    return found
